"""The processes of a job compared before they train: the same plan, and every parameter somewhere."""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
import torch.distributed as dist

from paramwise.findings import InputError
from paramwise.rules.decide import Decided
from paramwise.torch.optimizers.binding import Binding, Kinds
from paramwise.torch.processes import gathered, ranks_in_words
from paramwise.torch.sharding import mesh_of
from paramwise.words import plural

Classes = Mapping[str | None, tuple[Callable[..., Any], Mapping[str, Any]]]


class _Statement(NamedTuple):
    """What a process says of itself: of a few hundred bytes, whatever the size of the model.

    Attributes:
        rank: in the job.
        failed: why it cannot build its optimizer; empty if it can.
        digest: of the plan, the classes and their options.
        whole: the sum of the hashes of all names in the plan.
        part: the sum of the hashes of the names that are here.
        kinds: the kinds of tensors in each group.
    """

    rank: int
    failed: str = ""
    digest: str = ""
    whole: int = 0
    part: int = 0
    kinds: Kinds = ()


class _Place(NamedTuple):
    """Where a parameter is: its name there, and the processes that share its tensor."""

    name: str
    shared_by: tuple[int, ...]


@contextmanager
def stopping_all(across: Any) -> Iterator[None]:
    """Stop the other processes if the block raises in this one, which would leave them waiting.

    Raises:
        InputError: ``across`` is not a process group, or this process is not in it.
    """
    if across == dist.GroupMember.NON_GROUP_MEMBER or (
        isinstance(across, dist.ProcessGroup) and dist.get_rank(across) < 0
    ):
        raise InputError(
            "this process is not in the process group that it is to agree with",
            help="call plan.optimizer(..., across=group) in the processes of the group alone",
        )
    if not isinstance(across, dist.ProcessGroup):
        raise InputError(
            f"across is {across!r}, not a process group of torch",
            help="across=torch.distributed.group.WORLD, or mesh.get_group() of a mesh of one dimension",
        )
    try:
        yield
    except Exception as error:
        gathered(_Statement(dist.get_rank(), failed=str(error).strip() or type(error).__name__), across)
        raise


def agree(across: Any, binding: Binding, classes: Classes) -> Kinds:
    """Compare the processes of a group: every one of them calls it.

    They exchange digests, and details only where these differ.

    Returns:
        The kinds of tensors that each group has in some process.

    Raises:
        InputError: another process failed, plans or options differ, or a parameter is nowhere or in several processes.
    """
    described = _described(binding.plan, classes)
    own = _Statement(
        dist.get_rank(), "", _digest(described), _sum(binding.plan.catalog.names), _sum(binding.tensors), binding.kinds
    )
    said = gathered(own, across)
    _raise_failed(said)
    ranks = [one.rank for one in said]
    if len({one.digest for one in said}) > 1:
        raise _disagreement(ranks, gathered(described, across))
    if sum({one.part for one in said}) != own.whole:
        _check_places(ranks, [one.part for one in said], gathered(_places(binding), across), binding)
    return tuple(tuple(dict.fromkeys(kind for kinds in of for kind in kinds)) for of in _columns(said))


def agree_on(plan: Decided, across: Any) -> None:
    """Compare the plans of a group's processes: every one of them calls it.

    Raises:
        InputError: another process failed, or plans differ.
    """
    described = _described(plan, {})
    said = gathered(_Statement(dist.get_rank(), "", _digest(described)), across)
    _raise_failed(said)
    if len({one.digest for one in said}) > 1:
        raise _disagreement([one.rank for one in said], gathered(described, across))


def _raise_failed(said: Sequence[_Statement]) -> None:
    if failed := [one for one in said if one.failed]:
        raise InputError(
            f"{ranks_in_words(one.rank for one in failed)} cannot build the optimizer, so that no process does",
            evidence=failed[0].failed.splitlines(),
        )


def _columns(said: Sequence[_Statement]) -> Iterator[tuple[tuple[str, ...], ...]]:
    return zip(*(one.kinds for one in said), strict=True)


# --- the same plan ----------------------------------------------------------------------------------------------------


def _described(plan: Decided, classes: Classes) -> dict[str, str]:
    """What a process will do, by what it is done to: the options of each optimizer, the settings of each parameter."""
    found = {}
    for name, (cls, options) in classes.items():
        described = ", ".join(f"{key}={_text(value)}" for key, value in sorted(options.items()))
        found[f"optimizer {name}" if name else "optimizer"] = f"{getattr(cls, '__qualname__', _text(cls))}({described})"
    texts = [
        ", ".join(f"{key}={_text(value)}" for key, value in sorted(decision.settings.items())) or "no settings"
        for decision in plan.outcomes
    ]
    for name, outcome in zip(plan.catalog.names, plan.outcome_of, strict=True):
        found[name] = texts[outcome]
    return found


def _text(value: Any) -> str:
    """A value as text that is the same in every process: without addresses."""
    if isinstance(value, torch.Tensor):
        return str(value.tolist()) if value.numel() == 1 and not value.is_meta else f"a tensor {list(value.shape)}"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_text, value))})"
    plain = value is None or isinstance(value, (bool, int, float, str))
    return repr(value) if plain else str(getattr(value, "__qualname__", type(value).__qualname__))


def _digest(described: Mapping[str, str]) -> str:
    text = "\0".join(f"{what}\0{done}" for what, done in described.items())
    return hashlib.sha256(text.encode()).hexdigest()


def _disagreement(ranks: Sequence[int], described: Sequence[Mapping[str, str]]) -> InputError:
    lines = []
    for what in dict.fromkeys(what for one in described for what in one):
        of: dict[str, list[int]] = {}
        for rank, one in zip(ranks, described, strict=True):
            of.setdefault(one.get(what, "absent"), []).append(rank)
        if len(of) > 1:
            lines.append(f"{what}: " + "; ".join(f"{done} on {ranks_in_words(there)}" for done, there in of.items()))
    if not lines:
        lines.append("the parameters are the same, in another order")
    return InputError(
        f"the processes disagree: {plural(len(lines), 'difference')} between their plans",
        evidence=lines,
        help="make the same plan in every process: of the whole model, with the same rules and rates",
    )


# --- every parameter somewhere ----------------------------------------------------------------------------------------


def _sum(names: Iterable[str]) -> int:
    """A number for a set of names. The numbers of parts add to that of the whole if each name is in one of them."""
    return sum(int.from_bytes(hashlib.sha256(name.encode()).digest()) for name in names)


def _places(binding: Binding) -> dict[str, _Place]:
    """For each parameter that is here its name, and over which processes its tensor is spread."""
    here = (dist.get_rank(),)
    found = {}
    for name, tensor in binding.tensors.items():
        mesh = mesh_of(tensor)
        found[name] = _Place(
            binding.own_names.get(name, name), here if mesh is None else tuple(mesh.mesh.flatten().tolist())
        )
    return found


def _check_places(
    ranks: Sequence[int], parts: Sequence[int], places: Sequence[Mapping[str, _Place]], binding: Binding
) -> None:
    """Raise if a parameter is nowhere, or in parts that are not replicas; warn of tied weights in several parts."""
    names = binding.plan.catalog.names
    held = Counter(name for there in places for name in there)
    missing = [f"{name}: on none of {ranks_in_words(ranks)}" for name in names if not held[name]]
    doubled, tied = [], []
    for name in names:
        holders = [
            (rank, part, there[name]) for rank, part, there in zip(ranks, parts, places, strict=True) if name in there
        ]
        # replicas have the same part, and processes that share a tensor have it once
        if len({part for _, part, _ in holders}) < 2 or len({place.shared_by for *_, place in holders}) < 2:
            continue
        called = dict.fromkeys(place.name for *_, place in holders)
        if len(called) > 1:
            where = (
                f"`{own}` on {ranks_in_words(rank for rank, _, place in holders if place.name == own)}"
                for own in called
            )
            tied.append(" and ".join(where))
        else:
            doubled.append(f"{name}: on {ranks_in_words(rank for rank, *_ in holders)}")
    if missing or doubled:
        counts = [f"{len(missing):,} in no process"] * bool(missing) + [f"{len(doubled):,} in several"] * bool(doubled)
        raise InputError(
            f"the parts are not the model: of {plural(len(names))}, {' and '.join(counts)}",
            evidence=[*missing, *doubled],
            help="every process gives all of its parts, under the names of the whole model, and the process group has "
            "all of them: plan.optimizer(cls, [stage, ...], across=torch.distributed.group.WORLD)",
        )
    if tied:
        warnings.warn(
            f"tied in the model, and apart in its parts: {'; '.join(tied)}. Each is stepped alone: give them the same "
            "values at the start, and add their gradients before each step, or they drift apart",
            stacklevel=4,
        )
