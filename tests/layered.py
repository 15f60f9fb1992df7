"""Small models in odd styles, each with what a person who sets layer-wise rates by hand says of its blocks."""

from collections.abc import Callable
from itertools import pairwise

from torch import nn

WIDTH = 8
Expected = dict[str, int]
"""How many blocks each tower has."""


class Attention(nn.Module):
    """Four projections, with or without a norm before them."""

    def __init__(self, width: int = WIDTH, *, norm: bool = True) -> None:
        super().__init__()
        if norm:
            self.norm = nn.LayerNorm(width)
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_kv = nn.Linear(width, 2 * width, bias=False)
        self.to_out = nn.Linear(width, width)


class FeedForward(nn.Module):
    """Two projections, with or without a norm before them."""

    def __init__(self, width: int = WIDTH, inner: int = 4 * WIDTH, *, norm: bool = True) -> None:
        super().__init__()
        if norm:
            self.norm = nn.LayerNorm(width)
        self.net = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))


class Whole(nn.Module):
    """A block with both."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.attention = Attention(width)
        self.feed_forward = FeedForward(width, 4 * width)


class Experts(nn.Module):
    """A block whose feed-forward is one of several."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = Attention()
        self.gate = nn.Linear(WIDTH, 4, bias=False)
        self.networks = nn.ModuleList(FeedForward() for _ in range(4))


class Convolved(nn.Module):
    """Two convolutions with norms, as in a ResNet."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3), nn.BatchNorm2d(out)
        if into != out:
            self.shortcut = nn.Conv2d(into, out, 1)


class Text(nn.Module):
    """An embedding, whatever holds the blocks, a norm and a head."""

    def __init__(self, **parts: nn.Module) -> None:
        super().__init__()
        self.embed = nn.Embedding(11, WIDTH)
        for name, part in parts.items():
            self.add_module(name, part)
        self.final = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, 11)


class Wrapper(nn.Module):
    """Holds another module."""

    def __init__(self, inner: nn.Module, name: str) -> None:
        super().__init__()
        self.add_module(name, inner)


def listed(make: Callable[[], nn.Module], times: int = 3) -> nn.ModuleList:
    return nn.ModuleList(make() for _ in range(times))


def side_by_side() -> nn.Module:
    return Text(attentions=listed(Attention), networks=listed(FeedForward))


def side_by_side_without_norms() -> nn.Module:
    return Text(
        mixers=listed(lambda: Attention(norm=False)),
        networks=listed(lambda: FeedForward(norm=False)),
        norms1=listed(lambda: nn.LayerNorm(WIDTH)),
        norms2=listed(lambda: nn.LayerNorm(WIDTH)),
    )


def by_words() -> nn.Module:
    return Text(body=nn.ModuleDict({name: Whole() for name in ("first", "second", "third", "fourth")}))


def by_numbered_words() -> nn.Module:
    return Text(body=nn.ModuleDict({f"block_{number:02}": Whole() for number in range(4)}))


def attributes() -> nn.Module:
    return Text(**{f"block{number}": Whole() for number in range(1, 5)})


def shared() -> nn.Module:
    first, second = Whole(), Whole()
    return Text(layers=nn.ModuleList([first, second, first, second, first, second]))


def alternating() -> nn.Module:
    parts = [part for _ in range(3) for part in (Attention(), FeedForward())]
    return Text(layers=nn.ModuleList(parts))


def alternating_with_norms_beside() -> nn.Module:
    """As x-transformers does: each entry is a list of norms, a sublayer and what joins the residual."""
    parts = [
        nn.ModuleList([nn.ModuleList([nn.LayerNorm(WIDTH)]), part, nn.Identity()])
        for _ in range(3)
        for part in (Attention(norm=False), FeedForward(norm=False))
    ]
    return Text(layers=nn.ModuleList(parts))


def alternating_by_three() -> nn.Module:
    """Self-attention, attention to another sequence, feed-forward."""
    parts = [part for _ in range(2) for part in (Attention(), Attention(), FeedForward())]
    return Text(layers=nn.ModuleList(parts))


def one_after_another() -> nn.Module:
    """Norms, attentions and feed-forwards, all in one flat list."""
    parts = [
        part
        for _ in range(3)
        for part in (nn.LayerNorm(WIDTH), Attention(norm=False), nn.LayerNorm(WIDTH), FeedForward(norm=False))
    ]
    return Text(layers=nn.Sequential(*parts))


def mixed_over_tokens() -> nn.Module:
    """MLP-Mixer: both halves of a block are of the same class, and differ by their sizes."""
    blocks = [nn.Sequential(FeedForward(inner=5 * 4), FeedForward(inner=4 * WIDTH)) for _ in range(3)]
    return nn.Sequential(nn.Linear(12, WIDTH), *blocks, nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 5))


def whole_kinds_take_turns() -> nn.Module:
    """Local and global blocks, whose attentions differ: each is a block."""

    def block(wide: bool) -> nn.Module:
        attention = Attention() if wide else nn.ModuleDict({"mixer": FeedForward(inner=3), "out": nn.Linear(8, 8)})
        return nn.ModuleDict({"global" if wide else "local": attention, "mlp": FeedForward()})

    return Text(layers=nn.ModuleList(block(number % 2 == 1) for number in range(6)))


def u_net() -> nn.Module:
    widths = [4, 8, 16, 32]
    down = [Convolved(into, out) for into, out in pairwise(widths)]
    up = [Convolved(2 * into, out) for into, out in zip(widths[:0:-1], widths[-2::-1], strict=True)]
    parts = {"down": nn.ModuleList(down), "mid": Convolved(32, 32), "up": nn.ModuleList(up)}
    return nn.ModuleDict({"inp": nn.Conv2d(1, 4, 3), **parts, "out": nn.Conv2d(4, 1, 1)})


def two_towers() -> nn.Module:
    return Text(enc=listed(Whole, 3), dec=listed(Whole, 2))


def mixture() -> nn.Module:
    return Text(layers=listed(Experts))


def pyramid() -> nn.Module:
    stages = {}
    for number, (into, out) in enumerate(zip([4, 8, 16], [8, 16, 32], strict=True), start=1):
        stages[f"stage{number}"] = nn.Sequential(Convolved(into, out), Convolved(out, out))
    return nn.ModuleDict({"stem": nn.Conv2d(3, 4, 7), **stages, "fc": nn.Linear(32, 5)})


def pyramid_in_a_list() -> nn.Module:
    """Each stage: a downsampling, then blocks."""
    stages = [
        nn.ModuleDict({"down": nn.Conv2d(into, out, 2), "blocks": nn.Sequential(Whole(out), Whole(out))})
        for into, out in ((3, 8), (8, 16), (16, 32))
    ]
    return nn.ModuleDict({"stages": nn.ModuleList(stages), "norm": nn.LayerNorm(32), "head": nn.Linear(32, 5)})


def adversaries() -> nn.Module:
    def side(*widths: int) -> nn.Module:
        return nn.Sequential(*(Convolved(a, b) for a, b in pairwise(widths)))

    return nn.ModuleDict({"generator": side(4, 8, 8, 8, 3), "discriminator": side(3, 8, 8, 8, 1)})


def recurrent() -> nn.Module:
    return Text(rnns=listed(lambda: nn.LSTM(WIDTH, WIDTH)))


def recurrent_with_norms() -> nn.Module:
    return Text(cells=listed(lambda: nn.LSTMCell(WIDTH, WIDTH)), norms=listed(lambda: nn.LayerNorm(WIDTH)))


def wrapped_twice() -> nn.Module:
    return Wrapper(Wrapper(Text(layers=listed(Whole)), "model"), "module")


def gated_residuals() -> nn.Module:
    """A recurrent cell after each sublayer, which all of them share in kind."""
    gate = lambda part: nn.ModuleDict({"part": part, "gate": nn.GRUCell(WIDTH, WIDTH)})  # noqa: E731
    parts = [gate(part) for _ in range(3) for part in (Attention(), FeedForward())]
    return Text(layers=nn.ModuleList(parts))


def gated_feed_forward_first() -> nn.Module:
    class Gated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = nn.LayerNorm(WIDTH)
            self.gate, self.up = nn.Linear(WIDTH, 20), nn.Linear(WIDTH, 20)
            self.down = nn.Linear(20, WIDTH)

    return Text(layers=nn.ModuleList(part for _ in range(3) for part in (Gated(), Attention())))


def sublayers_without_turns() -> nn.Module:
    """An attention too many: what belongs together cannot be told, so each counts."""
    parts = [part for _ in range(3) for part in (Attention(), FeedForward())]
    return Text(layers=nn.ModuleList([*parts, Attention()]))


def some_dense_some_experts() -> nn.Module:
    return Text(layers=nn.ModuleList(Experts() if number % 2 else Whole() for number in range(6)))


def sublayers_as_attributes() -> nn.Module:
    parts = {
        f"{name}{number}": make() for number in range(3) for name, make in (("mix", Attention), ("mlp", FeedForward))
    }
    return Text(**parts)


def attentions_in_parallel() -> nn.Module:
    """ViTs with two attentions and two feed-forwards in parallel: a block is both pairs."""
    return Text(blocks=listed(lambda: nn.ModuleDict({"a": listed(Attention, 2), "f": listed(FeedForward, 2)})))


def branches() -> nn.Module:
    """CrossViT: two widths side by side in each block, which cannot be counted one after the other."""

    def both() -> nn.Module:
        small, large = (nn.Sequential(*(Whole(width) for _ in range(times))) for width, times in ((8, 1), (16, 3)))
        return nn.ModuleDict({"paths": nn.ModuleList([small, large]), "mix": nn.Linear(16, 8)})

    return Text(blocks=listed(both))


def latents() -> nn.Module:
    """Perceiver: a cross-attention with its feed-forward, then a list of self-attentions with theirs."""

    def layer() -> nn.Module:
        pairs = nn.ModuleList(nn.ModuleList([Attention(), FeedForward()]) for _ in range(2))
        return nn.ModuleDict({"cross": Attention(), "cross_ff": FeedForward(inner=24), "selves": pairs})

    return Text(layers=listed(layer))


def downsampling_in_the_list() -> nn.Module:
    """Stages are lists of a downsampling and of blocks; the downsampling belongs to the block after it."""
    stages = [
        nn.ModuleList([nn.Conv2d(into, out, 2), nn.ModuleDict({"layers": listed(lambda out=out: Whole(out), times)})])
        for into, out, times in ((3, 8, 1), (8, 16, 2), (16, 32, 1))
    ]
    return nn.ModuleDict({"layers": nn.ModuleList(stages), "head": nn.Linear(32, 5)})


ODD: dict[str, tuple[Callable[[], nn.Module], Expected]] = {
    "two lists side by side": (side_by_side, {"": 3}),
    "four lists side by side": (side_by_side_without_norms, {"": 3}),
    "blocks in a dict, by words": (by_words, {"": 4}),
    "blocks in a dict, by numbered words": (by_numbered_words, {"": 4}),
    "blocks as attributes": (attributes, {"": 4}),
    "shared blocks": (shared, {"": 2}),
    "sublayers take turns": (alternating, {"": 3}),
    "sublayers with norms beside them take turns": (alternating_with_norms_beside, {"": 3}),
    "three sublayers take turns": (alternating_by_three, {"": 2}),
    "norms and sublayers one after another": (one_after_another, {"": 3}),
    "sublayers that differ by sizes": (mixed_over_tokens, {"": 3}),
    "whole blocks of two kinds take turns": (whole_kinds_take_turns, {"": 6}),
    "U-Net": (u_net, {"down": 3, "up": 3}),
    "encoder and decoder": (two_towers, {"enc": 3, "dec": 2}),
    "experts in blocks": (mixture, {"": 3}),
    "stages of different widths": (pyramid, {"": 6}),
    "stages with downsampling, in a list": (pyramid_in_a_list, {"": 6}),
    "generator and discriminator": (adversaries, {"generator": 4, "discriminator": 4}),
    "a list of LSTMs": (recurrent, {"": 3}),
    "a list of LSTM cells with norms beside": (recurrent_with_norms, {"": 3}),
    "sublayers with gated residuals": (gated_residuals, {"": 3}),
    "gated feed-forwards come first": (gated_feed_forward_first, {"": 3}),
    "sublayers without turns": (sublayers_without_turns, {"": 7}),
    "dense blocks and experts take turns": (some_dense_some_experts, {"": 6}),
    "sublayers as attributes": (sublayers_as_attributes, {"": 3}),
    "attentions in parallel": (attentions_in_parallel, {"": 3}),
    "branches of two widths": (branches, {"": 3}),
    "latents": (latents, {"": 3}),
    "downsampling in the list of a stage": (downsampling_in_the_list, {"": 4}),
    "a wrapper around a wrapper": (wrapped_twice, {"": 3}),
}
