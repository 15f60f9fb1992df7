"""The keys of a rule: what each takes, and the selector or setting that is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails

from paramwise.files.config.options import ANY, OPTIONS, OURS
from paramwise.files.config.toml import written
from paramwise.findings import InputError
from paramwise.model.roles import ROLES
from paramwise.rules import selectors
from paramwise.rules.rule import Value, checked
from paramwise.rules.selectors import Both, Either, Not, Selector
from paramwise.words import did_you_mean

T = TypeVar("T")
U = TypeVar("U")


# --- faults -----------------------------------------------------------------------------------------------------------


def shown(value: object) -> str:
    """A value as TOML for a message: dates too, and not all of a long one."""
    try:
        text = written(value)
    except InputError:
        text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def needed(fault: ErrorDetails) -> str:
    """What pydantic would have taken, in words."""
    return _NEEDED.get(fault["type"], fault["msg"])


_NEEDED = {
    "model_type": "a table is needed, e.g. { key = value }",
    "list_type": "a list is needed: [ .. ]",
    "too_short": "name at least one, or leave the key out",
    "bool_type": "true or false is needed",
    "string_type": "a text is needed",
    "float_type": "a number is needed",
    "int_type": "a whole number is needed",
}


def each(things: Iterable[tuple[int | str, T]], make: Callable[[T], U]) -> list[U]:
    """What is made of each thing; the faults of all at once, each at its place."""
    made: list[U] = []
    faults: list[InitErrorDetails] = []
    for at, thing in things:
        try:
            made.append(make(thing))
        except InputError as error:
            faults.append(InitErrorDetails(type="value_error", loc=(at,), input=None, ctx={"error": error}))
    if faults:
        raise ValidationError.from_exception_data("file", faults)
    return made


def _listed(key: str, value: object) -> Iterable[tuple[int | str, Any]]:
    """One value or a list, as a list with places."""
    if isinstance(value, list) and not value:
        raise InputError(f"{key} is an empty list", help="name at least one, or leave the key out")
    return enumerate(value) if isinstance(value, list) else [(key, value)]


# --- which parameters -------------------------------------------------------------------------------------------------


def text_of(key: str, value: object, possible: Sequence[str] = ()) -> str:
    """A text, and one of those there are, if only some are."""
    if not isinstance(value, str):
        raise InputError(f"{key} holds {shown(value)}", help=f"{key} takes a text or a list of texts")
    if not value:
        raise InputError(f"{key} holds an empty text", help="an empty text is in every name: write everything = true")
    if possible and value not in possible:
        raise InputError(f"{key}: there is no `{value}`", help=did_you_mean(value, possible))
    return value


def _make(maker: str, *arguments: str | int) -> Selector:
    made: Selector = getattr(selectors, maker)(*arguments)
    return made


def _texts(key: str, value: object, maker: str, possible: Sequence[str] = ()) -> Selector:
    return _make(maker, *each(_listed(key, value), lambda one: text_of(key, one, possible)))


def _regexes(key: str, value: object, maker: str) -> Selector:
    def one(expression: object) -> Selector:
        text = text_of(key, expression)
        try:
            return _make(maker, text)
        except InputError as error:  # its help is for Python
            raise InputError(error.findings[0].message, help=helps) from None
        except OverflowError as error:
            raise InputError(f"not a regular expression: {text!r} ({error})", help=helps) from None

    helps = "globs go under `names`, plain texts under `tokens`"
    return reduce(or_, each(_listed(key, value), one))


def _ranges(key: str, value: object, maker: str) -> Selector:
    def one(number: object) -> Selector:
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return _make(maker, number)
        ends = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", number) if isinstance(number, str) else None
        if ends is None:
            raise InputError(
                f"{key}: {shown(number)} is no number and no range",
                help=f'numbers count from 0, and ranges include both ends: {key} = [0, "2-3"]',
            )
        first, last = int(ends[1]), int(ends[2])
        if first > last:
            raise InputError(f'{key}: "{first}-{last}" is the wrong way round', help=f'{key} = "{last}-{first}"')
        return _make(maker, first, last)

    return reduce(or_, each(_listed(key, value), one))


def _flag(key: str, value: object, maker: str) -> Selector:
    if value is not True:
        raise InputError(f"{key} is {shown(value)}", help=f"{key} = true; the others: except = {{ {key} = true }}")
    return _make(maker)


@dataclass(frozen=True, slots=True)
class Selects:
    """A key that selects.

    Attributes:
        maker: the function of `paramwise.rules.selectors` that it stands for.
        make: makes the selector of its value.
        shape: what it takes, as a type.
        description: what it selects.
        possible: the texts there are, if only some are.
    """

    maker: str
    make: Callable[..., Selector]
    shape: Any
    description: str
    possible: tuple[str, ...] = ()

    def __call__(self, key: str, value: object) -> Selector:
        """The selector of a value."""
        return self.make(key, value, self.maker, *((self.possible,) if self.possible else ()))


def one_of(possible: Iterable[str]) -> Any:
    """The type of a text of which there are some, told to editors."""
    return Annotated[str, Field(json_schema_extra={"enum": list(possible)})]


def _one_or_some(one: Any) -> Any:
    return one | Annotated[list[one], Field(min_length=1)]


_TEXTS = _one_or_some(Annotated[str, Field(min_length=1)])
_RANGES = _one_or_some(
    Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern="^[0-9]{1,18}-[0-9]{1,18}$", examples=["0-3"])]
)
_TRUE = Literal[True]

SELECTS = {
    "roles": Selects("role", _texts, _one_or_some(one_of(ROLES)), "What it is in the network.", ROLES),
    "names": Selects("name", _texts, _TEXTS, "Globs on the whole name; `*` crosses dots."),
    "tokens": Selects("token", _texts, _TEXTS, "Texts that the name contains."),
    "regex": Selects("regex", _regexes, _TEXTS, "Regular expressions that are found in the name."),
    "modules": Selects("module", _texts, _TEXTS, "Globs on the class of the module that owns it."),
    "towers": Selects("tower", _texts, _TEXTS, "Globs on the part of the model that counts its own blocks."),
    "layers": Selects("layer", _ranges, _RANGES, 'Repeated blocks, from 0: 3, "0-3" or [0, "2-3"].'),
    "depths": Selects("depth", _ranges, _RANGES, "Distances from the output: 0 is the head."),
    "ndim": Selects("ndim", _ranges, _RANGES, "Numbers of dimensions."),
    "marked": Selects("marked", _flag, _TRUE, "The model itself asks for no weight decay of it."),
    "trainable": Selects("trainable", _flag, _TRUE, "It required a gradient when the model was read."),
    "everything": Selects("everything", _flag, _TRUE, "Every parameter."),
}
SELECTS = {key: one for key, one in SELECTS.items() if hasattr(selectors, one.maker)}
"""The keys that stand for selectors."""

SELECTING = (*SELECTS, "any", "all", "except")


def depth(selector: Selector) -> int:
    """How deep a selector is nested."""
    level, deep = [selector], 0
    while level:
        deep += 1
        both = [part for one in level if isinstance(one, (Both, Either)) for part in (one.left, one.right)]
        level = both + [one.of for one in level if isinstance(one, Not)]
    return deep


# --- what they get ----------------------------------------------------------------------------------------------------


def setting_of(key: str, value: object) -> Value:
    """The value of a setting, if it is of its option's kind and an optimizer can use it."""
    option = OPTIONS.get(key) or OURS.get(key) or ANY
    if not option.takes(value):
        raise InputError(f"{key} is {shown(value)}", help=f"{key} takes {option.words}")
    try:
        return checked(key, value)
    except InputError as error:  # written for Python
        finding = error.findings[0]
        helps = [line.replace("freeze=True", "freeze = true") for line in finding.help]
        raise InputError(finding.message, help=helps) from None


NOT_OTHER = (*OPTIONS, *OURS, "self", "select", "name", "may_be_empty")
"""What is never an option of an optimizer that is not torch's: what has a key of its own, and arguments of `Rule`."""


def settings_of(key: str, value: object) -> dict[str, Value]:
    """Options of optimizers that are not torch's."""
    if not isinstance(value, dict) or not value:
        raise InputError(f"{key} is {shown(value)}", help=f"{key} = {{ my_option = 1 }}")

    def one(item: tuple[str, object]) -> tuple[str, Value]:
        if item[0] in NOT_OTHER:
            raise InputError(
                f"`{item[0]}` under `{key}`", help=f"`{key}` is for options of optimizers that are not torch's"
            )
        return item[0], setting_of(*item)

    return dict(each(((name, (name, given)) for name, given in value.items()), one))
