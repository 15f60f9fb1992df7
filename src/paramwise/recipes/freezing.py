"""The recipe that freezes everything before a block."""

from __future__ import annotations

from paramwise.findings import InputError
from paramwise.model.blocks import blocks_there
from paramwise.model.catalog import Catalog
from paramwise.rules.rule import Rule, RuleMaker, Rules
from paramwise.rules.selectors import depth, just
from paramwise.rules.selectors import tower as in_tower


def freeze_below(layer: int, tower: str | None = None) -> RuleMaker:
    """Freeze everything before a block: the blocks before it, and what is before all blocks, such as embeddings.

    Args:
        layer: index of the first block that is trained.
        tower: glob of the towers to freeze in; by default all.

    Raises:
        InputError: the model has no such block.

    Example:
        >>> import torch
        >>> blocks = torch.nn.ModuleList(torch.nn.TransformerEncoderLayer(4, 2, 4) for _ in range(3))
        >>> model = torch.nn.ModuleDict({"embedding": torch.nn.Embedding(9, 4), "blocks": blocks})
        >>> import paramwise as pw
        >>> len(pw.plan(model, "default", freeze_below(2)).frozen)  # the embedding, and 12 in each block
        25
    """

    def rules(catalog: Catalog) -> Rules:
        if isinstance(layer, bool) or not isinstance(layer, int):
            raise InputError(f"layer is {layer!r}", help="the index of a block: freeze_below(6)")
        inside = catalog.layers if tower is None else catalog.select(in_tower(tower)).layers
        if not inside:
            raise InputError(f"no tower is called {tower!r}", help=blocks_there(catalog.layers))
        blocks = [block for block in inside if block.index == layer]
        if not blocks:
            raise InputError(f"there is no layer {layer} to freeze below", help=blocks_there(inside))
        deepest = max(block.depth for block in catalog.layers)
        made = [
            Rule(
                below & in_tower(block.tower) if block.tower else below,
                name=f"frozen below layer {layer}{f' of {block.tower}' if block.tower else ''}",
                freeze=True,
            )
            for block in blocks
            for below in [depth(block.depth + 1, deepest)]
        ]
        if tower is None and any(block.tower for block in blocks):
            outside = [parameter.name for parameter in catalog if not parameter.tower and parameter.depth]
            if outside:
                made.append(Rule(just(outside, catalog), name="frozen before the towers", freeze=True))
        return made

    return rules
