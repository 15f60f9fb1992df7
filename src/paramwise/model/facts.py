"""What is known about a parameter: its name, its shape, its classes, and what their code does with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from paramwise.model import vocabulary as words
from paramwise.model.calls import Use

LOOKED_UP = frozenset({"embedded", "rows", "lookup"})

TORCH = "torch.nn.modules."
NORMS = tuple(f"{TORCH}{file}." for file in ("batchnorm", "normalization", "instancenorm"))
PRODUCTS = tuple(f"{TORCH}{file}." for file in ("linear", "conv", "rnn", "adaptive"))
PRODUCTS += (f"{TORCH}activation.MultiheadAttention", "transformers.pytorch_utils.Conv1D")
_OF_TORCH = re.compile(
    "weight|bias|(in|[qkv])_proj_(weight|bias)|bias_[kv]|(weight|bias)_([ih]h|hr)_l[0-9]+(_reverse)?"
)


@dataclass
class Facts:
    """What is known about a parameter.

    Attributes:
        component: the name of its module in the parent module, such as ``lm_head``.
        attribute: its name in its module, such as ``weight``.
        ndim: number of its dimensions.
        single: whether it is a scalar, or its first dimension is 1.
        vector: whether it varies along one of its several dimensions at most; headers do not tell.
        listed: whether it is in a list of parameters, whose items code takes by number.
        classes: qualified names of the module's class and its bases, nearest first; empty in a header.
        uses: how the class's own code uses its attributes.
        unread: the attributes that the code reads somewhere without showing what becomes of them.
        mixed: the attributes that the code uses both in products and element by element.
    """

    component: str
    attribute: str
    ndim: int
    single: bool = False
    vector: bool = False
    listed: bool = False
    classes: Sequence[str] = ()
    uses: Callable[[], Mapping[str, Use]] = dict
    unread: Callable[[], Container[str]] = tuple
    mixed: Callable[[], Container[str]] = tuple

    @cached_property
    def class_name(self) -> str:
        """The unqualified name of the class; empty if no class is known."""
        return self.classes[0].rpartition(".")[2] if self.classes else ""

    @cached_property
    def torch_class(self) -> str:
        """The nearest torch class, if it decides the role; in a subclass it decides only what torch's layers hold."""
        found = next(filter(is_torchs, self.classes), "")
        return found if _OF_TORCH.fullmatch(self.attribute) or self.classes[:1] == [found] else ""

    @cached_property
    def use(self) -> Use | None:
        """What a home-made class does with it; None if this is not known."""
        own_code = not any(map(is_torchs, self.classes[:1]))
        use = self.uses().get(self.attribute) if own_code else None
        if use == "flat" and self.ndim >= 2:  # viewed in another form, as a matrix may be
            return "product"
        if use == "turns":
            return "gain" if self.ndim < 2 or self.vector else "product"
        if use == "stretched":  # of more dimensions it may be a gain for each head
            return "product" if self.ndim == 2 and not self.vector else "gain"
        if use == "summed":  # a number for each branch that the sum adds up is not a weight of features
            return "gain" if self.ndim > 2 and self.vector and not self.single else "product"
        return None if use in LOOKED_UP and self.listed else use

    @cached_property
    def normalises(self) -> bool:
        """Whether the class's name is that of a normalisation."""
        return words.NORM_CLASS.search(self.class_name) is not None

    @cached_property
    def matrix_name(self) -> bool:
        """Whether the attribute has a name that matrices have."""
        return words.MATRIX.search(self.attribute) is not None

    @cached_property
    def table_name(self) -> bool:
        """Whether the attribute has a name that tables and tokens have."""
        return words.TABLE.search(self.attribute) is not None

    @cached_property
    def scale_name(self) -> bool:
        """Whether the attribute has a name that scales have and matrices do not."""
        return words.SCALE.search(self.attribute) is not None and not self.matrix_name


def is_torchs(qualified: str) -> bool:
    """Whether a class is one of torch's own, or a product that is as well known."""
    return qualified.startswith(TORCH) or qualified in PRODUCTS
