"""`trace`: one forward pass, watched, tells what each parameter is used for."""

from __future__ import annotations

import contextlib
import itertools
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.utils._python_dispatch import TorchDispatchMode

from paramwise.findings import InputError
from paramwise.model.catalog import Parameter
from paramwise.model.evidence import Evidence, Told, Witness, role_told
from paramwise.model.roles import DECAYED
from paramwise.torch.modules import read_with_tensors, wrapped_attribute
from paramwise.torch.trace.flow import CHOICE, DATA, Ledger
from paramwise.torch.trace.operations import Operations
from paramwise.torch.trace.restore import Before, random_numbers_kept
from paramwise.torch.trace.table import ASKING
from paramwise.torch.trace.unreal import USUAL, Formatting, is_unreal, made_up, without_values
from paramwise.words import public

_OURS = str(Path(__file__).parent)
_TORCH = str(Path(torch.__file__).parent)
_DEEP = 4  # containers inside containers of inputs


@public
def trace(model: nn.Module, /, *args: Any, **kwargs: Any) -> Evidence:
    """Run one forward pass and see what it does with each parameter.

    The pass runs without gradients, in the mode (training or evaluation) that the model is in. Values of parameters,
    buffers and inputs, attributes of modules and random numbers are as before it afterwards. Models and inputs on the
    meta device, and fake tensors, need no memory; where their code asks for a value, it is made up.

    Args:
        model: the model. Trace it before it is sharded.
        args: what to call it with, such as a batch of your own.
        kwargs: the same, by name.

    Raises:
        InputError: the model cannot be read. What the pass raises is passed on, with everything put back.

    Example:
        >>> import torch
        >>> import paramwise as pw
        >>> model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.LayerNorm(4))
        >>> evidence = pw.trace(model, torch.ones(2, 4))
        >>> print(evidence)
        4 parameters of 4 told by 3 operations: 2 bias, 1 matrix, 1 norm
        role    seen as                         count
        matrix  product in aten.addmm               1
        bias    sum in aten.addmm                   1
        norm    gain in aten.native_layer_norm      1
        bias    sum in aten.native_layer_norm       1
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"not a model: {type(model).__qualname__}", help="pw.trace(model, *batch)")
    catalog, parameters = read_with_tensors(model)
    tensors = dict(zip(catalog.names, parameters, strict=True))
    on_meta = bool(tensors) and all(tensor.is_meta for tensor in tensors.values())
    before = Before(model, list(_tensors((args, kwargs))))
    try:
        with random_numbers_kept():
            watched = _run(model, args, kwargs, list(tensors.values()), before, on_meta=on_meta)
    finally:
        before.put_back()
    witnesses: list[dict[Witness, None]] = [{} for _ in tensors]
    for met in watched.operations.meetings:
        witness = Witness(met.told, met.operation, met.argument, met.module, met.line)
        same = (one for one in witnesses[met.parameter] if one[:3] == witness[:3])
        witnesses[met.parameter].setdefault(next(same, witness))
    told = {}
    for number, (parameter, found) in enumerate(zip(catalog, witnesses, strict=True)):
        compared = number in watched.operations.meetings.compared
        uses = [one.use for one in found if not (compared and one.use == "product")]
        normalises = "norm" in (parameter.module or "").rpartition(".")[2].lower()
        role = role_told(uses, parameter.role, parameter.shape, normalises=normalises)
        disputed = role if role and _is_disputed(role, parameter) else ""
        if disputed:
            role, why = None, f"the pass saw {disputed}, the code says {parameter.role} without doubt"
        else:
            why = "" if role else watched.why_not(number, tensors[parameter.name], model, found)
        blocks = str(watched.operations.rows.blocks(number) or "")
        told[parameter.name] = Told(parameter.shape, role, parameter.role, tuple(found), why, blocks, disputed)
    return Evidence(told, watched.operations.count)


def _is_disputed(role: str, parameter: Parameter) -> bool:
    """Whether the code tells a role without doubt, and it and the pass differ on weight decay."""
    sure = parameter.role != "other" and not parameter.witness
    return sure and (role in DECAYED) != (parameter.role in DECAYED)


class Watching(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every operation of a pass; keeps which module runs.

    Attributes:
        operations: what was seen.
        ran: the modules that ran, by id.
        returned: numbers of the parameters that the model gives back as they are.
        asked: whether the code asked for a value that is not there.
    """

    supports_higher_order_operators = True

    def __init__(self, model: nn.Module, parameters: Sequence[torch.Tensor], before: Before, *, usual: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._names = dict(_module_names(model, ""))
        self._modules: list[nn.Module] = []
        self._before, self._usual = before, usual
        self._questions: dict[int, str] = {}
        self.asked = False
        self.ledger = Ledger(parameters)
        self.operations = Operations(self.ledger, parameters, self._here, self._in_layer)
        self.ran: set[int] = set()
        self.returned: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        self._before.keep(func, args, kwargs)
        out = NotImplemented
        if args and is_unreal(args[0]):
            question = self._questions.get(self.ledger.key(args[0]), "")
            self.asked |= func._overloadpacket.__name__ in ASKING
            out = made_up(func, args, kwargs, answer=USUAL.get(question, True) is self._usual)
        if out is NotImplemented:
            given = without_values(args)
            out = made_up(func, given, kwargs, answer=self._usual) if given is not args else NotImplemented
            if out is NotImplemented:
                out = func(*given, **kwargs)
        if is_unreal(out) and out.dtype == torch.bool:
            self._questions[self.ledger.key(out)] = func.__name__.partition(".")[0]
        self.operations.note(func, args, kwargs, out)
        return out

    @contextlib.contextmanager
    def following(self) -> Iterator[None]:
        """Know in the block which module runs."""

        def enter(module: nn.Module, args: Any) -> None:
            self._modules.append(module)
            self.ran.add(id(module))

        def leave(module: nn.Module, args: Any, output: Any) -> None:
            while self._modules and self._modules.pop() is not module:
                pass

        handles = [register_module_forward_pre_hook(enter), register_module_forward_hook(leave)]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _here(self) -> tuple[str, str]:
        """The module that runs, and the line of its code."""
        module = self._names.get(id(self._modules[-1]), "") if self._modules else ""
        frame = sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            if not file.startswith((_OURS, _TORCH, "<")):
                return module, f"{Path(file).name}:{frame.f_lineno}"
            if frame.f_back is None:
                break
            frame = frame.f_back
        return module, ""

    def _in_layer(self) -> bool:
        """Whether a layer of torch runs that sends its input through its weight."""
        return bool(self._modules) and isinstance(self._modules[-1], (nn.Linear, nn.MultiheadAttention))

    def why_not(self, number: int, tensor: torch.Tensor, model: nn.Module, found: Iterable[Witness]) -> str:
        """Why the pass did not tell the use of a parameter."""
        if unknown := [witness.operation for witness in found]:
            return f"{unknown[0]} takes it, an operation that the trace does not know"
        if number in self.operations.numbers:
            return f"its value was read as a Python number ({self.operations.numbers[number]})"
        if number in self.returned:
            return "the model returns it, and nothing else"
        if number in self.operations.touched:
            return "nothing that was made of it reached the data"
        owners = [module for module in model.modules() if any(one is tensor for one in module._parameters.values())]
        calls = [owner for owner in owners if type(owner).forward is not nn.Module.forward]
        if calls and not any(id(owner) in self.ran for owner in calls):
            return f"its module ({type(calls[0]).__name__}) did not run"
        return "no operation took it: the code does not use it, or hands it to a kernel that torch does not see"


def _module_names(module: nn.Module, path: str) -> Iterator[tuple[int, str]]:
    """The name of each module, by its id; wrappers add nothing to names."""
    todo, seen = [(module, path)], set[int]()
    while todo:
        module, path = todo.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        yield id(module), path
        cls: type = type(module)
        inner = wrapped_attribute(cls)
        for attribute, child in reversed(module._modules.items()):
            if child is not None:
                todo.append((child, path if attribute == inner else f"{path}.{attribute}".lstrip(".")))


def _run(
    model: nn.Module, args: Any, kwargs: Any, parameters: Sequence[torch.Tensor], before: Before, *, on_meta: bool
) -> Watching:
    """The pass. Code may ask questions of values that are not there: where the usual answers fail, take others."""
    unreal = on_meta or any(map(is_unreal, (*parameters, *_tensors((args, kwargs)))))
    whole = on_meta and any(map(_is_whole, _tensors((args, kwargs))))
    fault: Exception | None = None
    asked, learns = unreal, False
    for real, usual, graph in itertools.product((True, False) if whole else (True,), (True, False), (False, True)):
        if fault is not None and not usual and not asked:
            continue  # nothing was answered: the pass would fail as it did
        if graph and not learns:
            continue  # nobody asked for gradients
        given = _on_meta((args, kwargs), real) if on_meta else (args, kwargs)
        inputs = list(_tensors(given))
        fake = next((tensor.fake_mode for tensor in (*parameters, *inputs) if isinstance(tensor, FakeTensor)), None)
        watched = Watching(model, parameters, before, usual=usual)
        for tensor in inputs:
            if not watched.ledger.is_parameter(tensor):
                watched.ledger[tensor] = CHOICE if tensor.dtype == torch.bool else DATA
        with contextlib.ExitStack() as stack:
            stack.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", "Using `torch.compile\\(module\\)` when there are global hooks")
            stack.enter_context(torch.set_grad_enabled(graph))
            stack.enter_context(torch.compiler.set_stance("force_eager"))
            stack.enter_context(watched.following())
            if fake is not None:
                stack.enter_context(fake)
            if on_meta:
                stack.enter_context(torch.device("meta"))
            if unreal:
                stack.enter_context(Formatting())
            stack.enter_context(watched)
            try:
                result = model(*given[0], **given[1])
            except Exception as error:
                before.put_back()
                fault, asked = fault or error, watched.asked
                learns = "grad" in str(error)  # such as forces, which are gradients of an energy
                continue
        for tensor in _tensors(result):
            flow = watched.ledger[tensor]
            watched.returned.update(flow.parts if flow is not None else ())
            watched.operations.rows.end(tensor)
        return watched
    assert fault is not None
    raise fault


def _tensors(given: Any, depth: int = _DEEP, seen: set[int] | None = None) -> Iterator[torch.Tensor]:
    """Every tensor in nested containers, and in objects that hold batches."""
    seen = set() if seen is None else seen
    if isinstance(given, torch.Tensor):
        yield given
        return
    if depth == 0 or id(given) in seen or isinstance(given, (str, bytes, int, float, nn.Module, type)) or given is None:
        return
    seen.add(id(given))
    if isinstance(given, Mapping):
        within: Iterable[Any] = given.values()
    elif isinstance(given, (list, tuple, set, frozenset)):
        within = given
    else:
        within = getattr(given, "__dict__", {}).values()
    for one in within:
        yield from _tensors(one, depth - 1, seen)


def _is_whole(tensor: torch.Tensor) -> bool:
    """Whether a tensor holds whole numbers or truth values, which code may read."""
    return tensor.device.type == "cpu" and not (tensor.is_floating_point() or tensor.is_complex())


def _on_meta(given: Any, real: bool) -> Any:
    """Plain containers with their tensors on the meta device; whole numbers may keep their values."""
    if isinstance(given, torch.Tensor):
        return given if real and _is_whole(given) else given.to("meta")
    if isinstance(given, dict):
        return {key: _on_meta(value, real) for key, value in given.items()}
    if isinstance(given, (list, tuple)) and type(given) in (list, tuple):
        return type(given)(_on_meta(value, real) for value in given)
    return given
