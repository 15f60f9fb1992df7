"""Which weights are fused, and how: told from what the modules' own code does with their outputs.

A projection whose output is split, chunked, unbound, or sliced into parts that go separate ways holds a matrix for each
part. The sizes are those that the code computes from the module's own numbers. Where the code does not tell, or tells
two things, a weight has no blocks: names and shapes alone do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from paramwise.libraries import GATES
from paramwise.model.code import known_name
from paramwise.model.cuts import Blocks, Region, blocks_of, is_tiled, rows_of, size_of
from paramwise.model.projections import Projections
from paramwise.model.steps import TooLongError
from paramwise.model.strides import Whole
from paramwise.model.tensors import Cuts

Way = Literal["auto", "heads"]
"""Each fused matrix is a block, or each head of it."""

Named = Mapping[int, tuple[str, tuple[int, ...]]]
"""For each parameter, by identity, its canonical name and its shape."""


def fused(model: Any, names: Named, way: Way = "auto") -> dict[str, Blocks]:
    """The blocks of each weight that holds several matrices, by name.

    Args:
        model: a ``torch.nn.Module``; its attributes are read, and none of its code is run.
        names: its parameters.
        way: what a block is.
    """
    found: dict[str, set[Blocks]] = {}
    for module in model.modules():
        for name, blocks in _of_torch(module, names, way):
            found.setdefault(name, set()).add(blocks)
        try:
            for name, blocks in _of_code(module, names, way):
                found.setdefault(name, set()).add(blocks)
        except (TooLongError, RecursionError):
            continue
    agreed = {name: _agreed(each) for name, each in found.items()}
    return {name: blocks for name, blocks in agreed.items() if blocks is not None}


def _of_code(module: Any, names: Named, way: Way) -> Iterator[tuple[str, Blocks]]:
    """The blocks that a module's code tells of outputs ``[batch, length, rows]``, or else of ``[batch, rows]``.

    Whether ``chunk(3, 1)`` cuts rows depends on the data, which the code does not show. It hardly ever cuts the length.
    """
    cuts, flat = Cuts(), Cuts()
    Projections(cuts, names).module(module)
    told = {name: _blocks(cuts, name, *output, way) for name, output in cuts.outputs.items()}
    if cuts.unsure:
        Projections(flat, names, before=1).module(module)
    for name in cuts.unsure & flat.outputs.keys():
        blocks = _blocks(flat, name, *flat.outputs[name], way)
        if told[name] is None and blocks is not None and (_is_split(flat, name) or len(set(blocks.sizes)) == 1):
            told[name] = blocks
    yield from ((name, blocks) for name, blocks in told.items() if blocks is not None)


def _is_split(cuts: Cuts, name: str) -> bool:
    return any(name in weights for weights, _ in cuts.complete)


def _agreed(each: set[Blocks]) -> Blocks | None:
    """What several modules' code tells of a weight; a module that does not cut a stack leaves it to the others."""
    cut = {blocks for blocks in each if blocks.sizes} or each
    return next(iter(cut)) if len(cut) == 1 else None


def _of_torch(module: Any, names: Named, way: Way) -> Iterator[tuple[str, Blocks]]:
    """The blocks in torch's own modules, as its documentation has them."""
    known = known_name(type(module), GATES)
    if known is None:
        return
    begin, count = GATES[known]
    for attribute, tensor in module._parameters.items():
        name, shape = names.get(id(tensor), ("", ()))
        if attribute.startswith(begin) and len(shape) == 2 and shape[0] % count == 0:
            heads = getattr(module, "num_heads", 1) if way == "heads" else 1
            each = shape[0] // count // heads
            yield name, Blocks(0, (each,) * (count * heads))


def _blocks(cuts: Cuts, name: str, dim: int, size: int, stacked: bool, way: Way) -> Blocks | None:
    """The blocks of one weight."""
    whole: Region = (0, ((size, 1),)) if size > 1 else (0, ())
    of = next(
        (weights for weights, _ in (*cuts.complete, *cuts.slices, *cuts.inner) if name in weights), frozenset([name])
    )
    leaves = list(_leaves(cuts, (of, whole)))
    blocks = blocks_of(leaves, size, dim, stacked=stacked)
    if blocks is not None and way == "heads":
        blocks = _headed(cuts, of, leaves, blocks, size) or blocks
    if blocks is None or len(blocks.sizes) < 2 or min(blocks.sizes) * blocks.groups < 2:
        return Blocks(stacked=True) if stacked else None
    return blocks


def _leaves(cuts: Cuts, whole: Whole) -> Iterator[Region]:
    """The parts of some rows that are not cut further."""
    weights, region = whole
    parts = _parts(cuts, whole)
    if parts is None:
        yield region
        return
    for part in parts:
        yield from _leaves(cuts, (weights, part))


def _parts(cuts: Cuts, whole: Whole) -> frozenset[Region] | None:
    told = set(cuts.complete.get(whole, ()))
    slices = cuts.slices.get(whole, set())
    if len(slices) > 1 and is_tiled(whole[1], slices):
        told.add(frozenset(slices))
    parts = min(told, key=len, default=frozenset())
    if any(parts <= joined for joined in cuts.rejoined.get(whole, ())):
        return None
    if not all(_refines(other, parts) for other in told):
        return None
    return parts if len(parts) > 1 and all(size_of(part) < size_of(whole[1]) for part in parts) else None


def _refines(parts: frozenset[Region], others: frozenset[Region]) -> bool:
    """Whether each of some parts lies in one of the others, as heads lie in their query, key or value."""
    return parts == others or all(any(rows_of(part) <= rows_of(other) for other in others) for part in parts)


def _headed(cuts: Cuts, of: frozenset[str], leaves: list[Region], blocks: Blocks, size: int) -> Blocks | None:
    """The blocks with a block for each head; None where the heads are not told."""
    sizes: list[int] = []
    for leaf, run in zip(sorted(leaves), blocks.sizes, strict=True):
        inner = cuts.inner.get((of, leaf), ())
        each = next((count for count in inner if run % count == 0 and count > 1), run if blocks.groups == 1 else None)
        if each is None:
            return None
        sizes += [each] * (run // each)
    return Blocks(blocks.dim, tuple(sizes) * blocks.groups, 1, blocks.stacked)
