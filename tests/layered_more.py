"""More small models in odd styles, each with what a person says of its blocks."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from layered import ODD, WIDTH, Attention, Expected, FeedForward, Whole, listed


class Normed(nn.Sequential):
    """Two convolutions, each with a norm."""

    def __init__(self, into: int, out: int) -> None:
        parts = [(nn.Conv2d(a, out, 3), nn.BatchNorm2d(out), nn.ReLU()) for a in (into, out)]
        super().__init__(*(part for three in parts for part in three))


def u_net_without_lists() -> nn.Module:
    """What comes before the first level is of the same kind as what is inside a level: not a tower."""
    widths = [4, 8, 16, 32]
    down = {
        f"down{number}": nn.Sequential(nn.MaxPool2d(2), Normed(*two)) for number, two in enumerate(pairwise(widths))
    }
    up = {
        f"up{number}": nn.ModuleDict({"up": nn.ConvTranspose2d(into, out, 2, 2), "conv": Normed(into, out)})
        for number, (out, into) in enumerate(reversed([*pairwise(widths)]))
    }
    return nn.ModuleDict({"inc": Normed(3, 4), **down, **up, "out": nn.Conv2d(4, 2, 1)})


def upsampling_in_the_list() -> nn.Module:
    """In the list of the way up, each block follows what doubles the resolution."""
    widths = [4, 8, 16, 32]
    up = [
        part
        for out, into in reversed([*pairwise(widths)])
        for part in (nn.ConvTranspose2d(into, out, 2, 2), Normed(into, out))
    ]
    down = [Normed(*two) for two in pairwise([3, *widths[:-1]])]
    middle = Normed(16, 32)
    return nn.ModuleDict(
        {"up": nn.ModuleList(up), "down": nn.ModuleList(down), "mid": middle, "out": nn.Conv2d(4, 2, 1)}
    )


def downsampling_in_a_list_beside() -> nn.Module:
    """The first of the list of downsamplings reads the image, and lies before the blocks."""
    steps = nn.ModuleList(nn.Conv2d(into, out, 2) for into, out in ((3, 8), (8, 16), (16, 32)))
    stages = nn.ModuleList(nn.Sequential(Whole(width), Whole(width)) for width in (8, 16, 32))
    return nn.ModuleDict({"steps": steps, "stages": stages, "norm": nn.LayerNorm(32), "head": nn.Linear(32, 5)})


def read_by_another_attention() -> nn.Module:
    """Perceiver IO: a list of the two sublayers that read the input, whose attention is narrower than the blocks."""

    class Cross(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm, self.to_q, self.to_out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 6), nn.Linear(6, WIDTH)
            self.to_kv = nn.Linear(5, 2 * 6)

    layers = listed(lambda: nn.ModuleList([Attention(), FeedForward()]))
    return nn.ModuleDict({"cross": nn.ModuleList([Cross(), FeedForward()]), "layers": layers, "out": nn.Linear(8, 9)})


def adversaries_without_blocks() -> nn.Module:
    """Flat lists of convolutions, most of them with a norm."""

    def side(*widths: int) -> nn.Module:
        inner = [part for into, out in pairwise(widths[:-1]) for part in (nn.Conv2d(into, out, 4), nn.BatchNorm2d(out))]
        return nn.Sequential(*inner, nn.Conv2d(widths[-2], widths[-1], 4))

    made, judged = side(10, 32, 16, 8, 3), side(3, 8, 16, 32, 1)
    del judged[1]  # no norm behind the image
    return nn.ModuleDict({"generator": made, "discriminator": judged})


def residual_mlps_after_a_linear_layer() -> nn.Module:
    """The first of the list widens the input; each block is an MLP, as what an attention would be followed by."""

    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block = nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 8))

    trunk = nn.Sequential(nn.Linear(9, 8), *(Residual() for _ in range(3)), nn.ReLU())
    return nn.ModuleDict({"trunk": trunk, "heads": nn.ModuleDict({one: nn.Linear(8, 3) for one in ("age", "sex")})})


def convolutions_in_lists_side_by_side() -> nn.Module:
    """WaveNet: the four convolutions of a block are in four lists, and no block has a norm."""
    kinds = {"filter": (5, 7, 2), "gate": (5, 7, 2), "residual": (7, 5, 1), "skip": (7, 6, 1)}
    lists = {f"{kind}_convs": nn.ModuleList(nn.Conv1d(*sizes) for _ in range(4)) for kind, sizes in kinds.items()}
    return nn.ModuleDict(
        {"start": nn.Conv1d(8, 5, 1), **lists, "end_1": nn.Conv1d(6, 9, 1), "end_2": nn.Conv1d(9, 8, 1)}
    )


def patches_and_positions_before_the_blocks() -> nn.Module:
    """What cuts the image holds its positions too, and is in the same list as the blocks and the head."""

    class Patches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.positions, self.proj = nn.Parameter(torch.zeros(1, 4, WIDTH)), nn.Conv2d(3, WIDTH, 4, 4)

    return nn.Sequential(Patches(), *(Whole(WIDTH) for _ in range(4)), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 5))


MORE: dict[str, tuple[Callable[[], nn.Module], Expected]] = {
    "U-Net without lists": (u_net_without_lists, {"down": 3, "up": 3}),
    "upsampling in the list of the way up": (upsampling_in_the_list, {"up": 3, "down": 3}),
    "downsampling in a list beside the stages": (downsampling_in_a_list_beside, {"": 6}),
    "sublayers that read the input": (read_by_another_attention, {"": 3}),
    "residual MLPs after a linear layer": (residual_mlps_after_a_linear_layer, {"": 3}),
    "convolutions in lists side by side": (convolutions_in_lists_side_by_side, {"": 4}),
    "patches and positions before the blocks": (patches_and_positions_before_the_blocks, {"": 4}),
    "generator and discriminator without blocks": (adversaries_without_blocks, {"generator": 4, "discriminator": 4}),
}
ALL = {**ODD, **MORE}


def built(name: str) -> tuple[nn.Module, Expected]:
    make, expected = ALL[name]
    with torch.device("meta"):
        return make(), expected


def counted(layers: Any) -> Expected:
    """How many blocks each tower has, from the layers of a catalog."""
    found: dict[str, int] = {}
    for layer in layers:
        if layer.index is not None:
            found[layer.tower] = found.get(layer.tower, 0) + 1
    return found
