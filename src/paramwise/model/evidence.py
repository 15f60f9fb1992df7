"""What a forward pass showed about each parameter, as plain data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from paramwise.findings import InputError
from paramwise.model.cuts import Blocks
from paramwise.model.patterns import patterns
from paramwise.views.html import html_of
from paramwise.views.text import text_of
from paramwise.views.view import SPACE, Block, Column, Gap, Line, Row, Table, View, cut, more
from paramwise.words import plural, public

Used = Literal["product", "lookup", "token", "gain", "sum", "direction", "state", "curve", "unknown"]
"""What happens to a parameter where it meets the data: it stands in the weight slot of a product, a convolution or
another contraction; its rows are looked up; it joins the data as tokens, or is put in its place; it multiplies, or is
added to, the data element by element; it is a vector that the data are projected on, or multiplies constants
that are added to the data, such as a first state of zeros; it decays a state (negated, through an exponential or the
like); it multiplies the data after a map that does not keep 0 at 0; or an unknown operation takes it."""

ROLES_OF: dict[str, tuple[str, ...]] = {
    "product": ("matrix", "head", "router"),
    "lookup": ("position", "embedding"),
    "token": ("position", "embedding"),
    "gain": ("scale", "norm", "state"),
    "sum": ("bias", "position", "embedding", "state"),
    "direction": ("position", "scale", "matrix", "embedding", "head", "router"),
    "state": ("state", "scale"),
    "curve": ("scale", "state"),
}
"""The roles that agree with a use; the first is the one that follows where structure says something else."""


class Witness(NamedTuple):
    """One use of a parameter, and where it was seen.

    Attributes:
        use: what happened to the parameter.
        operation: the operation in which it met the data, such as ``aten.addmm``.
        argument: the name of the operation's argument that it came in by.
        module: the module that ran, as ``named_modules()`` names it.
        line: file and line of the code that called the operation; empty where it is not Python.
    """

    use: Used
    operation: str
    argument: str
    module: str
    line: str

    def __str__(self) -> str:
        place = f" of `{self.module}`" if self.module else ""
        line = f", {self.line}" if self.line else ""
        return f"{self.use}: `{self.argument}` of {self.operation}{place}{line}"


class Told(NamedTuple):
    """What a pass showed of one parameter.

    Attributes:
        shape: sizes of the parameter, by which evidence is held against a model.
        role: the role that follows, or ``None`` where the pass did not tell.
        structure: the role without the pass.
        witnesses: its distinct uses, in the order of the pass.
        untouched: why there are none; empty where there are some.
        blocks: the matrices that it holds, as `paramwise.model.cuts.Blocks` writes them, where parts of its output went
            separate ways; empty where they did not.
        disputed: the role that would follow, where the code tells another one without doubt and they differ on weight
            decay: the code may hide a use, the pass may see a part of one, so neither is believed. Empty elsewhere.
    """

    shape: tuple[int, ...]
    role: str | None
    structure: str
    witnesses: tuple[Witness, ...]
    untouched: str = ""
    blocks: str = ""
    disputed: str = ""


@public
@dataclass(frozen=True, slots=True)
class Evidence:
    """What one forward pass showed of the use of each parameter; ``print`` it, give it to `plan` or `read`.

    Attributes:
        parameters: what was told of each parameter, by canonical name.
        operations: how many operations the pass ran.

    Example:
        >>> import torch
        >>> import paramwise as pw
        >>> evidence = pw.trace(torch.nn.Linear(2, 3), torch.ones(1, 2))
        >>> evidence["weight"].role, evidence["weight"].witnesses[0].operation
        ('matrix', 'aten.addmm')
    """

    parameters: Mapping[str, Told]
    operations: int = 0

    def __getitem__(self, name: str) -> Told:
        return self.parameters[name]

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def __len__(self) -> int:
        return len(self.parameters)

    @property
    def told(self) -> dict[str, str]:
        """The roles that the pass told, by name."""
        return {name: one.role for name, one in self.parameters.items() if one.role is not None}

    @property
    def blocks(self) -> dict[str, Blocks]:
        """The matrices in each fused weight whose parts the pass saw go separate ways."""
        return {name: Blocks.from_text(one.blocks) for name, one in self.parameters.items() if one.blocks}

    @property
    def differences(self) -> dict[str, Told]:
        """The parameters whose use the pass and the structure tell differently, the disputed among them."""
        return {
            name: one for name, one in self.parameters.items() if one.disputed or one.role not in (None, one.structure)
        }

    @property
    def untouched(self) -> dict[str, str]:
        """The parameters that the pass told nothing about, and why."""
        return {name: one.untouched for name, one in self.parameters.items() if one.role is None}

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as ``paramwise trace --json`` prints it."""
        return {
            "operations": self.operations,
            "parameters": {
                name: {
                    **one._asdict(),
                    "shape": list(one.shape),
                    "witnesses": [witness._asdict() for witness in one.witnesses],
                }
                for name, one in self.parameters.items()
            },
        }

    @property
    def json(self) -> str:
        """The evidence as JSON text, which `from_dict` takes once it is parsed."""
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evidence:
        """The evidence that `as_dict` was made from.

        Raises:
            InputError: the data are not such.

        Example:
            >>> Evidence.from_dict({"operations": 0, "parameters": {}})
            Evidence(parameters={}, operations=0)
        """
        try:
            return cls(
                {
                    str(name): Told(
                        tuple(int(size) for size in one["shape"]),
                        one["role"],
                        str(one["structure"]),
                        tuple(_witness(witness) for witness in one["witnesses"]),
                        str(one["untouched"]),
                        str(one.get("blocks", "")),
                        str(one.get("disputed", "")),
                    )
                    for name, one in data["parameters"].items()
                },
                int(data["operations"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                "these data are not the evidence of a trace",
                evidence=[f"{type(error).__name__}: {error}"],
                help="write it with `paramwise trace SOURCE --json`",
            ) from None

    def __str__(self) -> str:
        return text_of(evidence_view(self))

    def _repr_html_(self) -> str:
        return html_of(evidence_view(self))


def evidence_view(evidence: Evidence, *, room: int | None = 60, hint: str = "") -> View:
    """What a pass told: how often it told each role and by what, where structure says otherwise, and what it missed.

    Args:
        evidence: what the pass showed.
        room: about how many lines it may take; every row if None.
        hint: the option that shows every row.
    """
    roles = Counter(evidence.told.values())
    by = f"told by {plural(evidence.operations, 'operation')}"
    first = f"{plural(len(evidence.told))} of {len(evidence):,} {by}" if roles else f"nothing {by}"
    blocks: list[Block] = [Line(f"{first}{': ' if roles else ' of ' + plural(len(evidence))}{_counted(roles)}")]
    most = None if room is None else max(2, room // 4)
    ways = Counter((str(one.role), _way(one)) for one in evidence.parameters.values() if one.role)
    if ways:
        begin, hidden, end = cut(ways.most_common(), most)
        heads = (Column("role"), Column("seen as"), Column("count", "number"))
        rows: list[Row] = [(role, way, f"{count:,}") for (role, way), count in begin]
        rows += [Gap(more(hidden, "row", hint))] if hidden else []
        blocks.append(Table(heads, (*rows, *((role, way, f"{count:,}") for (role, way), count in end))))
    if fused := evidence.blocks:
        blocks += [SPACE, Line(f"parts of {plural(len(fused), 'weight')} went separate ways:")]
        cuts = list(fused.values())
        found = patterns(list(fused), cuts)
        blocks += [Line(f"  {pattern.text}: {cuts[pattern.positions[0]]}") for pattern in found[:most]]
        if most is not None and len(found) > most:
            blocks.append(Line(f"  {more(len(found) - most, hint=hint)}"))
    if differing := evidence.differences:
        blocks += [SPACE, Line(f"the pass and the structure differ on {plural(len(differing))}:")]
        told = [(one.role, one.disputed, one.structure, one.witnesses[0].use) for one in differing.values()]
        found = patterns(list(differing), told)
        for pattern in found[:most]:
            one = differing[list(differing)[pattern.positions[0]]]
            kept = ", which stands" if one.disputed else ""
            by = f"{one.role or one.disputed} ({one.witnesses[0]})"
            blocks.append(Line(f"  {pattern.text}: {by}, by structure {one.structure}{kept}"))
        if most is not None and len(found) > most:
            blocks.append(Line(f"  {more(len(found) - most, hint=hint)}"))
    untold = {name: one.untouched for name, one in evidence.parameters.items() if one.role is None and not one.disputed}
    if untold:
        blocks += [SPACE, Line(f"the pass did not tell {plural(len(untold))}:")]
        reasons: dict[str, list[str]] = {}
        for name, reason in untold.items():
            reasons.setdefault(reason, []).append(name)
        for reason, names in list(reasons.items())[:most]:
            blocks.append(Line(f"  {', '.join(_shortened([pattern.text for pattern in patterns(names)]))}: {reason}"))
        if most is not None and len(reasons) > most:
            blocks.append(Line(f"  {more(len(reasons) - most, hint=hint)}"))
    return tuple(blocks)


def _counted(roles: Counter[str]) -> str:
    return ", ".join(f"{count:,} {role}" for role, count in roles.most_common())


def _witness(data: Mapping[str, Any]) -> Witness:
    found = Witness(**{key: str(value) for key, value in data.items()})  # type: ignore[arg-type]
    if found.use not in get_args(Used):
        raise ValueError(f"no such use: {found.use}")
    return found


def _way(told: Told) -> str:
    uses = dict.fromkeys(f"{witness.use} in {witness.operation}" for witness in told.witnesses)
    return ", ".join(uses)


def _shortened(names: Sequence[str], most: int = 5) -> list[str]:
    return [*names[:most], *([f"... and {len(names) - most} more"] if len(names) > most else [])]


def role_told(uses: Iterable[Used], structure: str, shape: Sequence[int], *, normalises: bool) -> str | None:
    """The role that follows from what a pass did with a parameter.

    Structure refines what the pass tells: of matrices it knows the heads, of what is added the positions. It is
    overruled where no use agrees with it.

    Args:
        uses: what the pass did with the parameter, most telling first or not.
        structure: the role without the pass.
        shape: of the parameter.
        normalises: whether the owner's class is a normalisation.

    >>> role_told(["product"], "head", (10, 4), normalises=False)
    'head'
    >>> role_told(["sum"], "matrix", (10, 4), normalises=False)
    'position'
    >>> role_told(["lookup"], "matrix", (10, 4), normalises=False)
    'embedding'
    """
    used = set(uses)
    if "product" in used:  # parts of a flat vector may be vectors
        used.discard("direction")
    seen = [use for use in ROLES_OF if use in used]
    if not seen:
        return None
    if any(structure in ROLES_OF[use] for use in seen):
        return structure
    use = seen[0]
    vector = sum(size > 1 for size in shape) < 2
    if use == "sum":
        return "bias" if vector else "position"
    if use == "gain" and normalises:
        return "norm"
    if use == "lookup" and structure == "matrix":
        return "embedding"
    return ROLES_OF[use][0]
