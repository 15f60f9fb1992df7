"""Selectors: small predicates on parameters, which print as the code that makes them.

They compose with ``&``, ``|`` and ``~``.

>>> token("bias", "LayerNorm.weight") & ~layer(0, 3)
pw.token('bias', 'LayerNorm.weight') & ~pw.layer(0, 3)
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NoReturn, cast

from paramwise.findings import InputError
from paramwise.model.catalog import Catalog, Parameter
from paramwise.model.roles import ROLES
from paramwise.rules.globs import Globs, matching
from paramwise.words import did_you_mean, public


@public
class Selector(ABC):
    """A predicate on a `Parameter`. Subclass it for a selector of your own.

    ``fields`` names the fields of a parameter that the answer depends on: a plan calls the selector once for all
    parameters that are equal in these fields.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def fields(self) -> frozenset[str]:
        """The fields of `Parameter` that the answer depends on."""

    @abstractmethod
    def __call__(self, parameter: Parameter) -> bool:
        """Whether the parameter is selected."""

    def __and__(self, other: Selector) -> Selector:
        return Both(self, as_selector(other))

    def __or__(self, other: Selector) -> Selector:
        return Either(self, as_selector(other))

    def __invert__(self) -> Selector:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise InputError(
            f"a selector is neither true nor false: {self!r}",
            help="compose selectors with `&`, `|` and `~`; `and`, `or` and `not` would silently drop one side",
        )


def as_selector(value: object, text: Callable[[str], Selector] | None = None) -> Selector:
    """A value as a selector.

    Args:
        value: a selector; or a string, if ``text`` is given.
        text: makes a selector from a string, such as `name` where a string is a glob; None to refuse strings.

    Raises:
        InputError: the value is not a selector; the message names the selector that was likely meant.

    Example:
        >>> as_selector("*.bias", text=name)
        pw.name('*.bias')
    """
    if isinstance(value, Selector):
        return value
    if text is not None and isinstance(value, str):
        return text(value)
    made = getattr(value, "__name__", None)
    helps = "selectors are made by pw.name, pw.token, pw.role, pw.module, pw.layer, pw.tower, pw.ndim, ..."
    if isinstance(value, str):
        is_glob = any(sign in value for sign in "*?[")
        glob = f"pw.name({value!r})"
        helps = f"use {glob} for a glob on names" if is_glob else f"use pw.token({value!r}) or {glob}"
    elif made and globals().get(made) is value:
        helps = f"it makes a selector when it is called: pw.{made}(...)"
    elif callable(value):
        helps = "subclass pw.Selector, which says how the selector prints and which fields it reads"
    raise InputError(f"not a selector: {value!r}", help=helps)


@dataclass(frozen=True, slots=True, repr=False)
class Both(Selector):
    """Selects parameters that both of two selectors select."""

    left: Selector
    right: Selector

    @property
    def fields(self) -> frozenset[str]:
        """What either side depends on."""
        return self.left.fields | self.right.fields

    def __call__(self, parameter: Parameter) -> bool:
        """Whether both sides select it."""
        return self.left(parameter) and self.right(parameter)

    def __repr__(self) -> str:
        # `&` is left-associative: a right-hand `&` needs its parentheses to be read back the same
        left = f"({self.left!r})" if isinstance(self.left, Either) else repr(self.left)
        right = f"({self.right!r})" if isinstance(self.right, (Either, Both)) else repr(self.right)
        return f"{left} & {right}"


@dataclass(frozen=True, slots=True, repr=False)
class Either(Selector):
    """Selects parameters that at least one of two selectors selects."""

    left: Selector
    right: Selector

    @property
    def fields(self) -> frozenset[str]:
        """What either side depends on."""
        return self.left.fields | self.right.fields

    def __call__(self, parameter: Parameter) -> bool:
        """Whether either side selects it."""
        return self.left(parameter) or self.right(parameter)

    def __repr__(self) -> str:
        right = f"({self.right!r})" if isinstance(self.right, Either) else repr(self.right)
        return f"{self.left!r} | {right}"


@dataclass(frozen=True, slots=True, repr=False)
class Not(Selector):
    """Selects parameters that a selector does not select."""

    of: Selector

    @property
    def fields(self) -> frozenset[str]:
        """What the negated selector depends on."""
        return self.of.fields

    def __call__(self, parameter: Parameter) -> bool:
        """Whether the negated selector does not select it."""
        return not self.of(parameter)

    def __repr__(self) -> str:
        return f"~({self.of!r})" if isinstance(self.of, (Either, Both)) else f"~{self.of!r}"


@dataclass(frozen=True, slots=True, repr=False)
class Primitive(Selector):
    """A selector that tests at most one field; the functions below make it."""

    maker: str
    arguments: tuple[str | int, ...]
    tested: str | None
    test: Callable[[Parameter], bool] = field(compare=False)

    @property
    def fields(self) -> frozenset[str]:
        """The field it tests."""
        return frozenset(() if self.tested is None else (self.tested,))

    def __call__(self, parameter: Parameter) -> bool:
        """Whether the field passes the test."""
        return self.test(parameter)

    def __repr__(self) -> str:
        return f"pw.{self.maker}({', '.join(map(repr, self.arguments))})"

    def __reduce__(self) -> tuple[Callable[..., Selector], tuple[str | int, ...]]:
        return cast(Callable[..., Selector], globals()[self.maker]), self.arguments


@public
def everything() -> Selector:
    """Every parameter."""
    return Primitive("everything", (), None, lambda parameter: True)


@public
def token(*tokens: str) -> Selector:
    """Parameters whose name contains any of the tokens, like the tutorials' ``no_decay`` list.

    >>> weight = Parameter("ln.weight", (), (8,), "float32", True, "norm", None, 8)
    >>> token("ln.", "bias")(weight)
    True
    """
    _texts("token", tokens)
    if len(tokens) == 1:
        (only,) = tokens
        return Primitive("token", tokens, "name", lambda parameter: only in parameter.name)
    return Primitive("token", tokens, "name", lambda parameter: any(text in parameter.name for text in tokens))


@public
def name(*patterns: str) -> Selector:
    """Parameters whose whole canonical name matches any of the globs; ``*`` also crosses dots.

    >>> name("*.word_embeddings.*")
    pw.name('*.word_embeddings.*')
    """
    _texts("name", patterns)
    match = matching(patterns)
    return Primitive("name", patterns, "name", lambda parameter: match(parameter.name))


def just(names: Iterable[str], catalog: Catalog) -> Selector:
    """A selector of exactly these parameters of a catalog, by globs; a tied parameter by all of its names.

    >>> shared = ((), (8, 8), "float32", True, "matrix", None, 64)
    >>> just(["h.0.up", "h.1.up"], Catalog([Parameter("h.0.up", *shared), Parameter("h.1.up", *shared)]))
    pw.name('h.*.up')
    """
    return name(*Globs(catalog.names, catalog.aliases).of(names))


@public
def regex(pattern: str) -> Selector:
    """Parameters whose canonical name contains a match of the regular expression (``re.search``).

    Raises:
        InputError: the expression does not compile.
    """
    try:
        search = re.compile(pattern).search
    except re.error as error:
        at = "" if error.pos is None else f" at position {error.pos}"
        raise InputError(
            f"not a regular expression: {pattern!r} ({error.msg}{at})",
            help=f"for a glob use pw.name({pattern!r}), for plain text pw.token({pattern!r})",
        ) from None
    return Primitive("regex", (pattern,), "name", lambda parameter: search(parameter.name) is not None)


@public
def module(*patterns: str) -> Selector:
    """Parameters owned by a module whose class matches any of the globs.

    A pattern with a dot is matched against the qualified class name, a pattern without a dot against its last part.

    >>> module("LayerNorm", "transformers.models.llama.*")
    pw.module('LayerNorm', 'transformers.models.llama.*')
    """
    match = _qualified_globs("module", patterns)
    return Primitive("module", patterns, "module", lambda parameter: match(parameter.module or ""))


@public
def role(*roles: str) -> Selector:
    """Parameters that have any of the roles.

    Raises:
        InputError: a role does not exist; the message names the nearest.
    """
    _texts("role", roles)
    for wanted_role in roles:
        if wanted_role not in ROLES:
            raise InputError(f"unknown role `{wanted_role}`", help=did_you_mean(wanted_role, ROLES))
    wanted = frozenset(roles)
    return Primitive("role", roles, "role", lambda parameter: parameter.role in wanted)


@public
def layer(first: int, last: int | None = None) -> Selector:
    """Parameters of the repeated blocks ``first`` to ``last``, both ends included, or of the block ``first`` alone.

    It selects blocks of every tower; for a single tower, write ``pw.layer(0, 3) & pw.tower("encoder")``.
    """
    low, high, arguments = _range("layer", first, last)
    return Primitive(
        "layer", arguments, "layer", lambda parameter: parameter.layer is not None and low <= parameter.layer <= high
    )


@public
def depth(first: int, last: int | None = None) -> Selector:
    """Parameters at a distance of ``first`` to ``last`` layers from the output, both ends included, or at ``first``.

    0 is the part after the last block of the tower, 1 the last block; the part before the first block is deepest.
    """
    low, high, arguments = _range("depth", first, last)
    return Primitive(
        "depth", arguments, "depth", lambda parameter: parameter.depth is not None and low <= parameter.depth <= high
    )


@public
def tower(*patterns: str) -> Selector:
    """Parameters of towers, the parts of a model that number their own blocks, whose names match any of the globs.

    A pattern with a dot is matched against the whole name, a pattern without a dot against its last part.

    >>> layer(0, 3) & tower("language_model")
    pw.layer(0, 3) & pw.tower('language_model')
    """
    match = _qualified_globs("tower", patterns)
    return Primitive("tower", patterns, "tower", lambda parameter: parameter.tower != "" and match(parameter.tower))


@public
def ndim(first: int, last: int | None = None) -> Selector:
    """Parameters with ``first`` to ``last`` dimensions, both ends included, or with exactly ``first``.

    ``~pw.ndim(0, 1)`` selects matrices and tensors of more dimensions.
    """
    low, high, arguments = _range("ndim", first, last)
    return Primitive("ndim", arguments, "shape", lambda parameter: low <= len(parameter.shape) <= high)


@public
def marked() -> Selector:
    """Parameters that the model itself excludes from weight decay: ``_no_weight_decay``, ``no_weight_decay()``."""
    return Primitive("marked", (), "marked", lambda parameter: parameter.marked)


@public
def trainable() -> Selector:
    """Parameters that required a gradient when the model was read."""
    return Primitive("trainable", (), "trainable", lambda parameter: parameter.trainable)


def _texts(maker: str, values: Iterable[object]) -> None:
    values = list(values)
    for value in values:
        if not isinstance(value, str):
            raise InputError(
                f"pw.{maker} takes strings, not {value!r}",
                help=f"pass each as an argument: pw.{maker}(*values)" if isinstance(value, (list, tuple, set)) else (),
            )
    if not values or "" in values:
        raise InputError(f"pw.{maker} needs at least one string, and no empty ones", help=f"e.g. pw.{maker}('bias')")


def _qualified_globs(maker: str, patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """A test of qualified names: patterns with a dot see the whole name, patterns without a dot its last part."""
    _texts(maker, patterns)
    whole = matching(pattern for pattern in patterns if "." in pattern)
    last = matching(pattern for pattern in patterns if "." not in pattern)
    return lambda name: whole(name) or last(name.rpartition(".")[2])


def _range(maker: str, first: int, last: int | None) -> tuple[int, int, tuple[int, ...]]:
    high = first if last is None else last
    if not all(isinstance(end, int) and not isinstance(end, bool) for end in (first, high)):
        raise InputError(f"pw.{maker} takes whole numbers, not {first!r}, {last!r}", help=f"e.g. pw.{maker}(0, 3)")
    if not 0 <= first <= high:
        raise InputError(
            f"pw.{maker}({first}, {high}) selects nothing: both count from 0, and the first must not exceed the last",
            help=f"e.g. pw.{maker}(0, 3)",
        )
    return first, high, (first,) if last is None else (first, last)
