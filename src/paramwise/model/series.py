"""The tree of modules behind parameter names, and its series of numbered siblings.

A *series* is a run of numbered siblings: the modules ``layers.0``, ``layers.1`` and ``layers.2`` are the three members
of one series, whose home is ``layers``. The number may follow a word, its stem: ``layer1`` and ``layer2``
(stem ``layer``), ``conv3_1`` and ``conv3_2``, ``inception3a`` and ``inception3b``.

This file finds series. `towers` judges which of them count the layers of the model.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_LONGEST, _DEEPEST = (
    300,
    30,
)  # the most characters and dots in a name that we read: a stranger may have written it
_NUMBERED = re.compile(r"(.*?\D|)(\d{1,9})(?:[_-](\d{1,9}))?((?<=.\d)[a-z])?", re.DOTALL)
PRODUCTS = frozenset({"matrix", "head", "router"})
"""Roles of what multiplies activations."""

_CELL = ("weight_ih", "weight_hh")
_RECURRENT = re.compile(r"(?:weight|bias)_(?:ih|hh|hr)_l(\d{1,9})(?:_reverse)?")


Product = tuple[str, tuple[int, ...]]
"""A matrix in a part of the model: the last word on the way to it, without numbers, and its shape."""


class Node:
    """A module, as far as the names of its parameters describe it."""

    __slots__ = (
        *("_paths", "children", "count", "held", "is_item", "modules", "normed", "numbered", "path"),
        *("recurrent", "weights"),
    )

    def __init__(self, path: str) -> None:
        self.path = path  # its name in the model
        self.children: dict[str, Node] = {}
        self.held: list[int] = []  # positions of its own parameters
        self.weights: tuple[tuple[int, ...], ...] = ()  # the shapes of its own matrices, where shapes are known
        self.recurrent: tuple[tuple[int, ...], ...] = ()  # of those of a recurrent layer or cell
        self.is_item = False  # whether it is a parameter in a list of parameters
        # all of these count the whole subtree
        self.count = 0  # parameters
        self.modules = 0  # modules that hold parameters
        self.normed = False  # whether there is a norm
        self.numbered = False  # whether a module inside has a number
        self._paths: frozenset[str] | None = None

    @property
    def is_list(self) -> bool:
        """Whether it holds only numbered modules without children."""
        return not self.held and all(part.isdecimal() and not node.children for part, node in self.children.items())

    def at(self, path: str) -> Node:
        """The node below this one that a path leads to."""
        node = self
        for part in path.split(".") if path else ():
            node = node.children[part]
        return node

    def products(self, most: int, without: Container[Node] = ()) -> list[Product]:
        """The first matrices of the subtree, where shapes are known, without those of some nodes.

        Recurrent cells beside other matrices are gates of residuals, and are left out.
        """
        found: list[Product] = []
        recurrent: list[Product] = []
        todo = [("", self)]
        while todo and len(found) < most:
            word, node = todo.pop()
            if node not in without:
                found += [(word, shape) for shape in node.weights]
                recurrent += [(word, shape) for shape in node.recurrent]
                todo += [(word if part.isdecimal() else part, child) for part, child in reversed(node.children.items())]
        return found or recurrent

    @property
    def paths(self) -> frozenset[str]:
        """Paths from here to the modules that hold parameters, with ``#`` for numbers: what sort of module it is."""
        if self._paths is None:
            inside = [("#" if part.isdecimal() else part, node.paths) for part, node in self.children.items()]
            self._paths = _joined(bool(self.held), frozenset(inside))
        return self._paths


@lru_cache(maxsize=4096)
def _joined(own: bool, inside: frozenset[tuple[str, frozenset[str]]]) -> frozenset[str]:
    found = [f"{part}.{path}" for part, paths in inside for path in paths]
    return frozenset(["", *found] if own else found)


def positions(nodes: Iterable[Node]) -> list[int]:
    """The positions, among the names, of the parameters in some subtrees."""
    found: list[int] = []
    todo = [*nodes]
    while todo:
        node = todo.pop()
        found += node.held
        todo += node.children.values()
    return found


def tree_of(names: Sequence[str], roles: Sequence[str], shapes: Sequence[Sequence[int]] = ()) -> Node:
    """The root of the tree that parameter names describe.

    Layers inside one module, such as ``weight_ih_l0`` of an ``nn.LSTM``, and members of a list of parameters are nodes
    too. Names that are too long or too deep are left out.

    >>> root = tree_of(["embed.weight", "layers.0.up.weight", "layers.1.up.weight"], ["embedding", "matrix", "matrix"])
    >>> sorted(root.paths), [series.label for series in series_at(root.children["layers"])]
    (['embed.', 'layers.#.up.'], ['layers'])
    """
    root = Node("")
    nodes = {"": root}
    for position, (name, role) in enumerate(zip(names, roles, strict=True)):
        if len(name) > _LONGEST or name.count(".") > _DEEPEST:
            continue
        path, _, attribute = name.rpartition(".")
        if number := _number_in(attribute):
            path = name.removesuffix(attribute) + number
        node = nodes.get(path) or _added(nodes, path)
        node.held.append(position)
        node.is_item = number == attribute
        if role == "norm":
            node.normed = True
        elif shapes and role in PRODUCTS:
            shape = tuple(shapes[position])
            if attribute.startswith(_CELL):
                node.recurrent += (shape,)
            else:
                node.weights += (shape,)
    for node in reversed(nodes.values()):  # children come after their parents
        node.count = len(node.held)
        node.modules = 1 if node.held else 0
        for part, child in node.children.items():
            node.count += child.count
            node.modules += child.modules
            if child.normed:
                node.normed = True
            if child.numbered or number_of(part):
                node.numbered = True
    return root


def _added(nodes: dict[str, Node], path: str) -> Node:
    """Create the node of a path, and those of its parents that are missing."""
    above, _, part = path.rpartition(".")
    parent = nodes.get(above) or _added(nodes, above)
    parent.children[part] = nodes[path] = node = Node(path)
    return node


@lru_cache(maxsize=4096)
def _number_in(attribute: str) -> str:
    """The number of a parameter's layer, or of its place in a list, inside its module; empty if it has no number."""
    recurrent = _RECURRENT.fullmatch(attribute)
    return recurrent[1] if recurrent else attribute if attribute.isdecimal() else ""


Key = tuple[int, int, str]
"""A member's number, and the second number or the letter after it: ``conv3_1``, ``inception3a``."""


@lru_cache(maxsize=4096)
def number_of(part: str) -> tuple[str, Key] | None:
    """The stem and the number of a part of a name; None if it has no number."""
    match = _NUMBERED.fullmatch(part)
    return None if match is None else (match[1], (int(match[2]), int(match[3] or 0), match[4] or ""))


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Numbered siblings.

    Attributes:
        home: the node that holds them.
        stem: the word before the number; empty for bare numbers.
        members: by number. Where lists run parallel (``attentions.0`` and ``norms.0``), a member has several nodes.
        in_turns: whether each member was put together from several that take turns.
    """

    home: Node
    stem: str
    members: dict[Key, list[Node]]
    in_turns: bool = False

    @property
    def label(self) -> str:
        """What its members are called, without numbers."""
        return self.stem or self.home.path.rpartition(".")[2]

    @property
    def nodes(self) -> list[Node]:
        """The nodes of all members."""
        return [node for nodes in self.members.values() for node in nodes]

    @property
    def count(self) -> int:
        """The number of parameters in it."""
        return sum(node.count for nodes in self.members.values() for node in nodes)


def series_at(node: Node) -> list[Series]:
    """The series among a node's children. A bare number may be alone in its series; a word with a number may not."""
    if not node.numbered:
        return []
    stems: dict[str, dict[Key, list[Node]]] = defaultdict(dict)
    for part, child in node.children.items():
        if (found := number_of(part)) is not None:
            stem, key = found
            stems[stem][key] = [child]
    return [Series(node, stem, members) for stem, members in stems.items() if len(members) > 1 or not stem]


def series_beside(node: Node, *, stems: bool, bare: bool) -> list[Series]:
    """The series side by side at a node: those of its children, and the lists that its children hold.

    Args:
        node: where to look.
        stems: whether to include series of its children with a word before the number.
        bare: whether to include series of its children with bare numbers.
    """
    own = [series for series in series_at(node) if (stems if series.stem else bare)]
    lists = [series for child in node.children.values() for series in series_at(child) if not series.stem]
    return own + lists


def upwards(path: str) -> list[str]:
    """The path of a module, the path of its parent, and so on up to the model's own path, which is empty."""
    parts = path.split(".") if path else []
    return [".".join(parts[:length]) for length in range(len(parts), -1, -1)]
