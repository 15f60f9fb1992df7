"""An unmodified training script run under watch: every optimizer audited at its first step, nothing changed.

Hooks that torch has for everybody see which modules run forward and which optimizers step. An optimizer is audited when
its first step is over, since a closure computes forward and backward inside of it. After that one call a step is left.
"""

from __future__ import annotations

import functools
import gc
import runpy
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.optim.optimizer import register_optimizer_step_post_hook

from paramwise.findings import Findings, InputError
from paramwise.rules.subject import Exclusions, Ignored
from paramwise.torch.audit.auditing import audit
from paramwise.torch.live import Optimizer
from paramwise.torch.memory import is_part, remember_group

Say = Callable[[str, Findings], None]
"""Is told, of each optimizer, what it is and what was found."""


def run(script: str, arguments: Sequence[str], *, module: bool = False) -> None:
    """Run a script, or a module, as ``python`` does.

    Raises:
        InputError: there is no such script.
    """
    sys.argv = [script, *arguments]
    if module:
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(script, run_name="__main__", alter_sys=True)
        return
    path = Path(script)
    if not path.is_file():
        raise InputError(f"no such script: {script}", help="paramwise watch train.py ARGS..., or -m MODULE ARGS...")
    sys.path.insert(0, str(path.resolve().parent))
    runpy.run_path(str(path), run_name="__main__")


@contextmanager
def watching(say: Say, ignore: Iterable[Ignored] = ()) -> Iterator[list[Findings]]:
    """Audit every optimizer that takes a step meanwhile; gives the list that the findings are put in.

    Raises:
        InputError: no such code.
    """
    ignored = list(ignore)
    Exclusions(ignored)
    found: list[Findings] = []
    ran = _Ran()
    seen: weakref.WeakSet[Optimizer] = weakref.WeakSet()

    def stepped(optimizer: Optimizer, *_: object) -> None:
        if optimizer in seen or is_part(optimizer):  # the combined one is audited, when all of it has stepped
            return
        seen.add(optimizer)
        ran.stop()
        model, schedulers = _context(optimizer, ran.roots())
        title = f"{type(optimizer).__name__} of {type(model).__name__ if model else 'an unknown model'}"
        findings = Findings() if model is None else audit(optimizer, model, schedulers, ignore=ignored)
        found.append(findings)
        say(title, findings)

    def recording(optimizer: Optimizer, group: dict[str, Any]) -> None:
        add(optimizer, group)
        remember_group(optimizer, optimizer.param_groups[-1])

    add = Optimizer.add_param_group
    handle = register_optimizer_step_post_hook(stepped)
    Optimizer.add_param_group = functools.wraps(add)(recording)  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        Optimizer.add_param_group = add  # type: ignore[method-assign]
        handle.remove()
        ran.stop()


class _Ran:
    """The outermost modules whose forward ran."""

    def __init__(self) -> None:
        self.depth = 0
        self.modules: list[weakref.ref[nn.Module]] = []
        self.handles = [
            register_module_forward_pre_hook(self._enter),
            register_module_forward_hook(self._leave, always_call=True),
        ]

    def _enter(self, module: nn.Module, _: object) -> None:
        if self.depth == 0 and not any(one() is module for one in self.modules):
            self.modules.append(weakref.ref(module))
        self.depth += 1

    def _leave(self, *_: object) -> None:
        self.depth -= 1

    def stop(self) -> None:
        """No more: what runs later is found by what holds the optimizer's tensors."""
        for handle in self.handles:
            handle.remove()
        self.handles = []

    def roots(self) -> list[nn.Module]:
        """Those that are still alive, in order."""
        return [module for one in self.modules if (module := one()) is not None]


def _context(optimizer: Optimizer, roots: Sequence[nn.Module]) -> tuple[nn.Module | None, list[Any]]:
    """The model that an optimizer trains, and the schedulers that move its rates."""
    held = {id(tensor) for group in optimizer.param_groups for tensor in group["params"]}
    kinds = (torch.optim.lr_scheduler.LRScheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)
    alive: list[nn.Module] = []
    schedulers = []
    for one in gc.get_objects():  # by type(): isinstance() asks the object, and some answer by doing things
        cls = type(one)
        if issubclass(cls, nn.Module) and "_modules" in vars(one):
            alive.append(one)
        elif issubclass(cls, kinds) and getattr(one, "optimizer", None) is optimizer:
            schedulers.append(one)
    inside = {id(child) for module in alive for child in module._modules.values()}
    outermost = [module for module in alive if id(module) not in inside]

    def covered(module: nn.Module) -> int:
        return len(held & {id(tensor) for tensor in module.parameters()})

    # of a second optimizer, the model may have run when nobody looked any more
    candidates = [one for one in roots if covered(one)] or [one for one in outermost if covered(one)]
    if not candidates:
        return None, schedulers
    best = max(candidates, key=covered)
    if covered(best) < len(held):  # what is around it may hold the rest, as a LightningModule does
        best = max([best, *outermost], key=covered)
    if covered(best) < len(held) and len(candidates) > 1:
        best = nn.ModuleDict({f"{type(one).__name__}_{index}": one for index, one in enumerate(candidates)})
    return best, schedulers
