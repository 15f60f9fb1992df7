"""Loaded state put into live optimizers: all of it or, on any failure, nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import torch

from paramwise.findings import InputError
from paramwise.torch.running import is_record
from paramwise.torch.state.describing import overrides, own_state
from paramwise.torch.state.encoding import ObjectState
from paramwise.torch.state.holders import Holder, Holders
from paramwise.torch.state.regrouping import same
from paramwise.torch.state.restoring import Restoration


def put(held: Holders, new: Restoration, takers: Sequence[tuple[Any, Any]]) -> None:
    """Put everything in place.

    An optimizer whose class has a ``load_state_dict()`` of its own takes back, by it, what its ``state_dict()`` gives
    once the state is in place: so whatever else it does is done.

    Args:
        held: the live optimizers.
        new: what they will hold.
        takers: what takes state back beside them, and that state.

    Raises:
        InputError: an optimizer's own ``load_state_dict()`` fails. What a taker raises is passed on.
    """
    with put_back(held, [taker for taker, _ in takers]):
        for taker, state in takers:
            taker.load_state_dict(state)
        _place(held, new)
        done: set[int] = set()  # the roots, and the places in them, that an outer optimizer has taken care of
        for number, holder in enumerate(held.holders):
            outer = [other for other in done if _is_inside(holder, held.holders[other])]
            if overrides(holder.optimizer, "load_state_dict") and not outer:
                done.add(number)
                _take_back(held, number, new)
        if done:
            _place(held, new)  # what the file says, whatever was made of it


def _place(held: Holders, new: Restoration) -> None:
    for group, new_group in zip(held.groups, new.groups, strict=True):
        for key in new_group.lost:
            group.group.pop(key, None)
        for key, value in {**new_group.running, **new_group.options}.items():
            group.group[key] = _as_before(group.group.get(key), value)
    placed: dict[tuple[int, int], Any] = {}  # wrappers may share their state with what they wrap
    for holder, content in zip(held.holders, new.states, strict=True):
        state = holder.state
        for tensor in content.fresh if state is not None else ():
            if (id(state), id(tensor)) not in placed:
                state.pop(tensor, None)
        for tensor, value in content.state.items() if state is not None else ():
            there = placed.get((id(state), id(tensor)))
            merged = {**there, **value} if isinstance(there, dict) and isinstance(value, dict) else value
            placed[id(state), id(tensor)] = state[tensor] = merged
        if content.tables is None:
            continue
        if state is not None and not any(state is other.state for other in held.holders[: held.holders.index(holder)]):
            for key in [key for key in state if isinstance(key, str) and key not in content.tables.keyed]:
                del state[key]
            state.update(content.tables.keyed)
        for name, value in content.tables.attributes.items():
            _set(holder.optimizer, name, value)


def _set(optimizer: Any, name: str, value: Any) -> None:
    """Set an attribute, in place where others may hold the object."""
    now = vars(optimizer).get(name)
    if isinstance(value, ObjectState):
        if callable(getattr(now, "load_state_dict", None)):
            now.load_state_dict(value.state)
        elif is_record(now):
            vars(now).update(value.state)
    elif isinstance(now, torch.Generator) and isinstance(value, torch.Generator):
        now.set_state(value.get_state())
    elif isinstance(now, dict) and isinstance(value, dict):
        fresh = copy.copy(now)  # of the same kind: a defaultdict stays what it is
        fresh.clear()
        fresh.update(value)
        setattr(optimizer, name, fresh)
    else:
        setattr(optimizer, name, _as_before(now, value))


def _as_before(now: Any, value: Any) -> Any:
    """A value on the device where the one before was."""
    if isinstance(now, torch.Tensor) and isinstance(value, torch.Tensor) and now.device != value.device:
        return value.to(now.device)
    return value


def _is_inside(holder: Holder, outer: Holder) -> bool:
    return (
        holder is not outer
        and holder.root == outer.root
        and (not outer.place or holder.place.startswith(f"{outer.place}."))
    )


def _take_back(held: Holders, number: int, new: Restoration) -> None:
    """Let an optimizer's own ``load_state_dict()`` do what else it does."""
    holder, tables = held.holders[number], new.states[number].tables
    state = holder.optimizer.state_dict()
    now = own_state(holder)
    own = {} if tables is None else tables.own
    differing = {key: value for key, value in own.items() if key not in now or not same(now[key], value)}
    by_position = [key for key, value in differing.items() if isinstance(value, (Mapping, list, tuple, torch.Tensor))]
    if by_position and tables is not None and not tables.in_order:
        raise InputError(
            f"{holder.name} keeps `{by_position[0]}` in its state_dict(), which may go by the order of the parameters",
            help="build the groups as they were when it was saved",
        )
    state.update(differing)
    inside = [other for other in held.holders if other is holder or _is_inside(other, holder)]
    before = [(other.optimizer, other.optimizer.param_groups, list(other.optimizer.param_groups)) for other in inside]
    try:
        holder.optimizer.load_state_dict(state)
    except Exception as error:  # of a library's code
        raise InputError(
            f"{holder.name}.load_state_dict() refused the state: {type(error).__name__}: {error}",
            help="the optimizer is as it was: load it into one that is built as when it was saved",
        ) from error
    for optimizer, groups, dicts in before:  # schedulers, and outer optimizers, hold the groups that there were
        for old, made in zip(dicts, list(optimizer.param_groups), strict=True):
            if old is not made:
                content = dict(made)
                old.clear()
                old.update(content)
        if "param_groups" in vars(optimizer):
            groups[:] = dicts
            optimizer.param_groups = groups


@contextmanager
def put_back(held: Holders, takers: Sequence[Any], *, always: bool = False) -> Iterator[None]:
    """If anything fails inside, or always, everything is as it was."""
    states = [(holder, holder.state, None if holder.state is None else dict(holder.state)) for holder in held.holders]
    groups = [(group.group, dict(group.group)) for group in held.groups]
    attributes = [(holder, _kept(holder)) for holder in held.holders]
    objects = [(taker, copy.deepcopy(taker.state_dict())) for taker in takers]
    done = False
    try:
        yield
        done = not always
    finally:
        if not done:
            for holder, state, content in states:
                if state is not None and content is not None:
                    state.clear()
                    state.update(content)
                    holder.optimizer.state = state
            for group, options in groups:
                group.clear()
                group.update(options)
            for holder, kept in attributes:
                for name, value in kept.items():
                    _set(holder.optimizer, name, value)
            for taker, before in objects:
                with suppress(Exception):  # the first error is the one to tell
                    taker.load_state_dict(before)


def _kept(holder: Holder) -> Mapping[str, Any]:
    """The attributes of an object as they are, so that they can be set again."""
    return {
        name: ObjectState(copy.deepcopy(value.state_dict()))
        if callable(getattr(value, "state_dict", None))
        else ObjectState(copy.deepcopy(vars(value)))
        if is_record(value)
        else value.clone_state()
        if isinstance(value, torch.Generator) and hasattr(value, "clone_state")
        else value
        for name, value in holder.attributes.items()
    }
