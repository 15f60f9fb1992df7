"""What differs: between two plans, and between two files of optimizer state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paramwise.model.patterns import patterns
from paramwise.rules.difference import NOUNS, Change, PlanChanges, summary
from paramwise.views.plans import settings_text, value_text
from paramwise.views.view import (
    ROOM,
    SPACE,
    Block,
    Details,
    Heading,
    Indented,
    Line,
    View,
    cut,
    indented,
    more,
    unfolded,
)
from paramwise.words import plural

PATTERNS = 12  # rows of names of a change
DIFFERENCES_SHOWN = 10


def difference_view(found: PlanChanges, *, room: int | None = ROOM, hint: str = "") -> View:
    """What changes between two plans: how much, then each change with its parameters, folded.

    Args:
        found: the changes.
        room: about how many lines they may take; every change and name if None.
        hint: the option that shows every one.
    """
    blocks: list[Block] = [Line(summary(found))]
    begin, hidden, end = cut(found.changes, None if room is None else max(2, room // 7))
    changes = [*begin, *end]
    most = None if room is None else max(1, min(PATTERNS, room // max(len(changes), 1) - 4))
    for number, change in enumerate(changes):
        if hidden and number == len(begin):
            blocks += [SPACE, Line(more(hidden, "change", hint))]
        blocks += [SPACE, *_change(change, most, hint)]
    return tuple(blocks)


def _change(change: Change, most: int | None, hint: str) -> list[Block]:
    noun = plural(len(change.names), NOUNS.get(change.role, change.role))
    blocks: list[Block] = [Heading(f"{noun}, {change.numel:,} values: {_what(change)}")]
    folded = [pattern.text for pattern in patterns(change.names)]
    shown = folded if most is None or len(folded) <= most else folded[:most]
    blocks += indented(*shown)
    if hidden := len(folded) - len(shown):
        blocks.append(Indented((Line(more(hidden, "row", hint)),)))
        blocks.append(Details(f"{hidden} more", tuple(map(Line, unfolded(folded[len(shown) :])))))
    if change.sort not in ("reshaped", "tied"):  # their reasons are in the heading
        blocks += indented(*change.why)
    before, after = map(_percent, change.decay_a_step or (0.0, 0.0))
    if before != after:
        blocks += indented(f"weight decay takes {after} of each value a step, before {before}")
    return blocks


def _what(change: Change) -> str:
    if change.sort in ("reshaped", "tied"):
        return ", ".join(change.why)
    if change.sort != "settings":
        return f"{change.sort}, {settings_text(change.after or change.before)}"
    if "freeze" in change.after:
        return f"frozen, before {settings_text(change.before)}"
    if "freeze" in change.before:
        return f"trained with {settings_text(change.after)}, before frozen"
    return ", ".join(f"{key} {_before_and_after(*values)}" for key, values in change.settings.items())


def _before_and_after(before: object, after: object) -> str:
    """Two values of a setting; with all digits if rounded values look the same."""
    short = ["unset" if value is None else value_text(value) for value in (before, after)]
    return " -> ".join(short if short[0] != short[1] else map(repr, (before, after)))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if share else "nothing"


def file_difference_view(found: Mapping[str, Sequence[str]]) -> View:
    """What differs between two files: for each sort of difference, its first lines."""
    if not found:
        return (Line("no differences"),)
    blocks: list[Block] = []
    for sort, lines in found.items():
        names = not any(" " in line for line in lines)  # else numbers in a line may be values
        shown = [pattern.text for pattern in patterns(lines)] if names else list(lines)
        blocks += [Heading(f"{sort}: {len(lines):,}"), *indented(*shown[:DIFFERENCES_SHOWN])]
        if len(shown) > DIFFERENCES_SHOWN:
            blocks.append(Indented((Line(more(len(shown) - DIFFERENCES_SHOWN)),)))
    return tuple(blocks)
