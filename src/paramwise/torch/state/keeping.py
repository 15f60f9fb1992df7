"""Optimizer state by parameter name: saved crash-safe, loaded whole or not at all."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, overload

import torch
from torch import nn

from paramwise.files.state_description import Description
from paramwise.files.state_difference import digests
from paramwise.findings import InputError
from paramwise.libraries import KEEPS_LOCAL_SHARDS
from paramwise.model.code import known_name
from paramwise.torch.processes import are_many
from paramwise.torch.state.background import PendingSave, wait_for_pending
from paramwise.torch.state.bytes import checksums, copied
from paramwise.torch.state.describing import Described, describe
from paramwise.torch.state.encoding import decode
from paramwise.torch.state.holders import Holders
from paramwise.torch.state.matching import Fresh, Match, Mismatch, fresh_names, match, wanted
from paramwise.torch.state.placing import put
from paramwise.torch.state.ranks import write_once
from paramwise.torch.state.restoring import Restoration, prepare
from paramwise.torch.state.store import FileStore, ReplacedError, Store, header_of, ordered
from paramwise.views.html import html_of
from paramwise.views.view import Line
from paramwise.words import plural, public

_ATTEMPTS = 10  # to read a folder that others replace meanwhile


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load_state` did; ``print`` it.

    Attributes:
        loaded: names of the parameters whose state was loaded.
        fresh: names of those that start without state.
        dropped: names that only the file had.
        also: what came back besides: running state of groups, state under other keys, inner optimizers.
        hyperparameters: whose options are in force, ``"current"`` or ``"saved"``.
        extra: what was saved beside the state, as plain data.
    """

    loaded: tuple[str, ...]
    fresh: tuple[str, ...]
    dropped: tuple[str, ...]
    also: tuple[str, ...]
    hyperparameters: str
    extra: Mapping[str, Any]

    def __str__(self) -> str:
        lines = [f"state of {plural(len(self.loaded))} loaded; options in force: the {self.hyperparameters} ones"]
        lines += self.also
        for what, names in (("start without state", self.fresh), ("only in the file, dropped", self.dropped)):
            if names:
                lines.append(f"{plural(len(names))} {what}: {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html_of(tuple(map(Line, str(self).split("\n"))))


@overload
def save_state(
    optimizer: Any,
    model: nn.Module,
    path: str | Path,
    *,
    extra: Mapping[str, Any] | None = None,
    keep: int = 0,
    wait: Literal[True] = True,
) -> Path: ...
@overload
def save_state(
    optimizer: Any,
    model: nn.Module,
    path: str | Path,
    *,
    extra: Mapping[str, Any] | None = None,
    keep: int = 0,
    wait: Literal[False],
) -> PendingSave: ...
@public
def save_state(
    optimizer: Any,
    model: nn.Module,
    path: str | Path,
    *,
    extra: Mapping[str, Any] | None = None,
    keep: int = 0,
    wait: bool = True,
) -> Path | PendingSave:
    """Save an optimizer's state by parameter name, in one safetensors file; no pickle.

    Everything that steps change is kept: state of parameters, running state in groups and under other keys, and that
    of inner optimizers (SAM, Lookahead). The file is written aside, flushed to the disk and then renamed: whoever reads
    ``path``, after a crash too, finds the old file or the new one, whole. In a job of several processes, every process
    calls it, or the first alone: replicated state is compared and written once. Sharded state (DTensors) goes to a
    folder, where each process writes its part.

    Args:
        optimizer: an optimizer, a wrapped one too, or a list of them.
        model: whose parameters it trains; wrappers (DDP, ``torch.compile``) add nothing to the names.
        path: of the file; a link is followed.
        extra: what else to keep: schedulers, scalers (what has ``state_dict()``), numbers, texts, lists, by name.
        keep: how many older files to keep, as ``path.1``, ``path.2`` and so on.
        wait: whether to return only when the file is on the disk. If not, a copy of the state is written while training
            goes on. The next save waits for it, and so does the end of the program. Sharded state is always waited for.

    Returns:
        The path; with ``wait=False`` a `PendingSave`, whose ``result()`` is the path.

    Raises:
        InputError: state that is neither tensors nor plain data, tensors that are not the model's, what loading would
            refuse, a path that cannot be written, or processes that hold different states: docs/scale.md. The old file
            stays as it was.

    Example:
        >>> import tempfile
        >>> import torch
        >>> from torch import nn
        >>> import paramwise as pw
        >>> model = nn.Linear(2, 2)
        >>> optimizer = torch.optim.AdamW(model.parameters())
        >>> model(torch.ones(1, 2)).sum().backward(); optimizer.step()
        >>> path = pw.save_state(optimizer, model, f"{tempfile.mkdtemp()}/state.safetensors", extra={"epoch": 3})
        >>> print(pw.load_state(optimizer, model, path))
        state of 2 parameters loaded; options in force: the current ones
    """
    path = Path(path)
    wait_for_pending()
    _refuse_local_shards(optimizer, model)
    described = describe(Holders(optimizer, model), extra or {})
    if any(hasattr(tensor, "to_local") for tensor in described.tensors.values()):
        from paramwise.torch.state.sharded import FolderStore

        if keep:
            raise InputError("keep= is for files: sharded state is a folder", help="save to another folder each time")
        # a process whose state is not sharded writes a file, and does not come to what the others do together
        write_once(path, "a folder", lambda: digests(described.description), lambda: None, lambda: True)
        FolderStore(path).write(described)
        return path if wait else PendingSave(path, lambda: None)
    store = FileStore(path, keep, beside=not wait)
    if wait:
        _write(store, described)
        return path
    later = Described(described.description, copied(described.tensors))
    return PendingSave(path, lambda: _write(store, later))


def _write(store: FileStore, described: Described) -> None:
    if not are_many():
        store.write(described)
        return
    tensors = ordered(described, store.path)
    found = checksums(tensors, alone=store.beside)
    header = header_of(described, tensors, found, store.path)

    def is_there() -> bool:
        try:
            with store.path.open("rb") as file:
                return file.read(len(header)) == header
        except OSError:
            return False

    sums = replace(described.description, checksums=found)
    token = hashlib.sha256(header).hexdigest()
    write_once(store.path, token, lambda: digests(sums), lambda: store.write_bytes(header, tensors), is_there)


@public
def load_state(
    optimizer: Any,
    model: nn.Module,
    path: str | Path,
    *,
    fresh: Fresh = None,
    hyperparameters: Literal["current", "saved"] = "current",
    strict: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> Loaded:
    """Load an optimizer's state by parameter name; everything or, if anything is wrong, nothing.

    Groups may have changed, the order of parameters, their layout in memory, and over how many processes they are
    sharded: only names count. Running state that groups hold for all their parameters always comes back; where it
    cannot be merged or split, that is an error.

    Args:
        optimizer: as in `save_state`, of the same class.
        model: as in `save_state`.
        path: of the file.
        fresh: parameters that start without state, whatever the file holds: a selector, or globs of names.
        hyperparameters: whose options (``lr``, ``betas`` ...) are in force afterwards: those that the groups have now,
            or the file's.
        strict: whether a parameter that the file lacks, or one that only the file has, is an error. If not, the first
            starts without state and the second is dropped.
        extra: what takes back what was saved beside it, by name: schedulers, scalers (what has ``load_state_dict()``).
            The rest is in the report.

    Returns:
        What was loaded, what was not, and what came back besides.

    Raises:
        InputError: the file is damaged, a parameter is missing, extra, or of another shape or dtype, the optimizer is
            of another class, or an option is on now that needs state which the file lacks. Nothing has changed then.
    """
    path = Path(path)
    wait_for_pending()
    if hyperparameters not in ("current", "saved"):
        raise InputError(f"hyperparameters is {hyperparameters!r}", help='it is "current" or "saved"')
    held = Holders(optimizer, model)
    chosen = fresh_names(fresh, held.live.catalog)
    found, new, plain = worked_out(store_at(path), held, chosen, hyperparameters, strict=strict)
    put(held, new, _takers(extra or {}, plain, hyperparameters, path))
    return Loaded(tuple(found.saved_as), found.fresh, found.dropped, new.also(held), hyperparameters, plain)


def store_at(path: Path) -> Store:
    """The store that is at a path: a file, or a folder of sharded state."""
    if not path.is_dir():
        return FileStore(path)
    from paramwise.torch.state.sharded import FolderStore

    return FolderStore(path)


class WorkedOut(NamedTuple):
    """How a saved state fits, what will be put in place, and what was saved beside it."""

    found: Match
    new: Restoration
    extra: dict[str, Any]


def worked_out(store: Store, held: Holders, fresh: frozenset[str], hyperparameters: str, *, strict: bool) -> WorkedOut:
    """How a saved state fits, what will be put in place, and what was saved beside it; read again if it is replaced."""
    for _ in range(_ATTEMPTS):
        with suppress(ReplacedError), store.open() as saved:
            found = match(held, saved.description, fresh, strict=strict)
            if isinstance(found, Mismatch):
                raise found.error(str(store.path))
            values = saved.tensors(wanted(held, saved.description, found))
            new = prepare(held, saved.description, found, values, hyperparameters)
            return WorkedOut(found, new, _plain(saved.description, values, held))
    raise InputError("another state was saved each time it was read", where=str(store.path), help="try again later")


def _plain(saved: Description, values: Mapping[str, torch.Tensor], held: Holders) -> dict[str, Any]:
    """What was saved beside the state."""
    return {
        name: decode(value, lambda tag: values[tag["key"]], held.tensors, held.packages)
        for name, value in saved.extra.items()
    }


def _takers(
    extra: Mapping[str, Any], plain: Mapping[str, Any], hyperparameters: str, path: Path
) -> list[tuple[Any, Any]]:
    """What takes back what was saved beside the state, each with that."""
    for name, taker in extra.items():
        if name not in plain:
            raise InputError(f"`{name}` is not in the file", where=str(path), evidence=sorted(plain))
        if not callable(getattr(taker, "load_state_dict", None)):
            raise InputError(f"extra `{name}` cannot take state back: it has no load_state_dict()")
        if hyperparameters == "current" and hasattr(taker, "optimizer"):
            raise InputError(
                f"`{name}` goes on from the learning rates of the file, and those of now would stay in force",
                help='with a scheduler: hyperparameters="saved"; or make a new scheduler for the rates of now',
            )
    return [(taker, copy.deepcopy(plain[name])) for name, taker in extra.items()]


def _refuse_local_shards(optimizer: Any, model: nn.Module) -> None:
    """Refuse what each process has a part of without saying which: one file would hold the last writer's part."""
    if not are_many():
        return
    optimizers = optimizer if isinstance(optimizer, (list, tuple)) else [optimizer]
    for one in (*optimizers, *model.modules()):
        if name := known_name(type(one), KEEPS_LOCAL_SHARDS):
            raise InputError(f"{name.rpartition('.')[2]} keeps a shard in each process", help=KEEPS_LOCAL_SHARDS[name])
