"""What a parameter is, measured: by how a layer's output changes where the parameter or the data are changed.

An added parameter shifts the output by the same amount whatever the data are. If all data pass through a parameter, the
output of a layer without it does not depend on them; then a gain touches each output with one of its elements, and the
weight of a product mixes several into one output. Only layers that hold no other layers are judged so, since another
layer behind would mix what a gain touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn

_STEP = 1e-3
_ALIKE = 1e-6  # of the largest output


def measured(model: nn.Module, parameters: Mapping[str, nn.Parameter], args: Any, kwargs: Any) -> dict[str, str]:
    """The kinds of the parameters that differences tell, by name: ``product``, ``gain`` or ``sum``."""
    calls = _calls(model, args, kwargs)
    modules = dict(model.named_modules(remove_duplicate=False))
    found = {}
    for name, parameter in parameters.items():
        path = name.rpartition(".")[0]
        while isinstance(modules[path], (nn.ParameterList, nn.ParameterDict)):
            path = path.rpartition(".")[0]
        owner = modules[path]
        if id(owner) in calls:
            with contextlib.suppress(Exception):
                kind = _kind(owner, parameter, *calls[id(owner)])
                if kind is not None:
                    found[name] = kind
    return found


def _calls(model: nn.Module, args: Any, kwargs: Any) -> dict[int, tuple[Any, Any]]:
    """What each module is first called with."""
    calls: dict[int, tuple[Any, Any]] = {}

    def note(module: nn.Module, given: Any, named: Any) -> None:
        calls.setdefault(id(module), (given, named))

    handles = [module.register_forward_pre_hook(note, with_kwargs=True) for module in model.modules()]
    try:
        with contextlib.suppress(Exception), torch.no_grad():
            model(*args, **kwargs)
    finally:
        for handle in handles:
            handle.remove()
    return calls


@torch.no_grad()
def _kind(owner: nn.Module, parameter: nn.Parameter, args: Any, kwargs: Any) -> str | None:
    before, state = parameter.detach().clone(), {key: value.clone() for key, value in owner.state_dict().items()}

    def run(value: torch.Tensor, data: Any) -> torch.Tensor:
        parameter.copy_(value)
        torch.manual_seed(1)
        out = owner(*data[0], **data[1])
        for key, held in owner.state_dict().items():
            held.copy_(state[key])
        return torch.cat([one.flatten().double() for one in _tensors(out) if one.is_floating_point()])

    try:
        torch.manual_seed(2)
        point = before + 0.1 * torch.randn_like(before)
        here, there = (args, kwargs), (_moved(args), _moved(kwargs))
        base, other = run(point, here), run(point, there)
        if base.shape != other.shape or not bool((base - other).abs().max() > 0):
            return None
        size = float(base.abs().max()) + 1e-12
        step = torch.randn_like(point)
        shift, shift_there = run(point + step, here) - base, run(point + step, there) - other
        if float(shift.abs().max()) < _ALIKE * size:
            return None
        if float((shift - shift_there).abs().max()) < 1e-4 * float(shift.abs().max()):
            return "sum"
        if any(True for child in owner.children() if any(True for _ in child.parameters())):
            return None
        nothing = torch.zeros_like(point)
        if float((run(nothing, here) - run(nothing, there)).abs().max()) > _ALIKE * size:
            return None
        return "product" if _mixes(run, point, base, here) else "gain"
    finally:
        parameter.copy_(before)
        for key, held in owner.state_dict().items():
            held.copy_(state[key])


def _mixes(run: Any, point: torch.Tensor, base: torch.Tensor, here: Any) -> bool:
    """Whether an output depends on several elements of the parameter."""
    count = torch.zeros_like(base)
    for place in torch.randperm(point.numel())[:24].tolist() if point.numel() > 24 else range(point.numel()):
        moved = point.clone()
        moved.view(-1)[place] += 0.5
        count += (run(moved, here) - base).abs() > _ALIKE * float(base.abs().max())
    return bool(count.max() > 1)


def _moved(given: Any) -> Any:
    if isinstance(given, torch.Tensor):
        return given + torch.randn_like(given) if given.is_floating_point() else given
    if isinstance(given, (list, tuple)):
        return type(given)(_moved(one) for one in given)
    return {key: _moved(one) for key, one in given.items()} if isinstance(given, dict) else given


def _tensors(given: Any) -> Iterator[torch.Tensor]:
    if isinstance(given, torch.Tensor):
        yield torch.view_as_real(given) if given.is_complex() else given
    elif isinstance(given, (list, tuple)):
        for one in given:
            yield from _tensors(one)
    elif isinstance(given, dict):
        for one in given.values():
            yield from _tensors(one)
