"""The keys of a rule: what each takes, and the selector or setting that is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from paramwise.files.config import linear
from paramwise.files.config.faults import Faults, each, shown
from paramwise.files.config.options import OPTIMIZERS, OPTIONS, OURS
from paramwise.findings import InputError
from paramwise.model.roles import ROLES
from paramwise.rules import selectors
from paramwise.rules.rule import Value, checked
from paramwise.rules.selectors import Selector
from paramwise.rules.shapes import ANY, FLAG, TEXT, Shape
from paramwise.words import did_you_mean

Schema = Mapping[str, Any]
"""A JSON Schema."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table.

    Attributes:
        read: makes what the key stands for of its name and its value.
        schema: what it takes and what it is.
    """

    read: Callable[[str, Any], Any]
    schema: Schema


def require(key: str, value: object, shape: Shape) -> Any:
    """The value, if it has the shape."""
    if not shape.fits(value):
        raise InputError(f"{key} is {shown(value)}", help=f"{shape.words} is needed")
    return value


def values_of(
    table: Mapping[str, Any], keys: Mapping[str, Key], about_unknown: Callable[[str], Sequence[str]]
) -> dict[str, Any]:
    """What is made of each key of a table, in the order in which they are written.

    Args:
        table: as parsed.
        keys: those that the table may have.
        about_unknown: the help for any other key.
    """
    values: dict[str, Any] = {}
    faults = Faults()
    for key, value in table.items():
        with faults.at(key):
            if key not in keys:
                raise InputError(f"unknown key `{key}`", help=about_unknown(key))
            values[key] = keys[key].read(key, value)
    faults.raise_found()
    return values


def _listed(key: str, value: object) -> Iterable[tuple[int | str, Any]]:
    """A list with the index of each element; a single value as a list of it alone."""
    if isinstance(value, list) and not value:
        raise InputError(f"{key} is an empty list", help="name at least one, or leave the key out")
    return enumerate(value) if isinstance(value, list) else [(key, value)]


# --- which parameters -------------------------------------------------------------------------------------------------


def text_of(key: str, value: object, possible: Sequence[str] = ()) -> str:
    """A text that is not empty, and possible where only some texts are."""
    if not isinstance(value, str):
        raise InputError(f"{key} holds {shown(value)}", help=f"{key} takes a text or a list of texts")
    if not value:
        raise InputError(f"{key} holds an empty text", help="an empty text is in every name: write everything = true")
    if len(value) > linear.LONGEST:
        raise InputError(f"{key} holds a text of {len(value):,} signs", help=f"at most {linear.LONGEST:,} are read")
    if possible and value not in possible:
        raise InputError(f"{key}: there is no `{value}`", help=did_you_mean(value, possible))
    return value


def _make(maker: str, *arguments: str | int) -> Selector:
    made: Selector = getattr(selectors, maker)(*arguments)
    return made


def _texts(key: str, value: object, maker: str) -> Selector:
    return _make(maker, *each(_listed(key, value), lambda text: text_of(key, text)))


def _roles(key: str, value: object, maker: str) -> Selector:
    return _make(maker, *each(_listed(key, value), lambda role: text_of(key, role, ROLES)))


def _regexes(key: str, value: object, maker: str) -> Selector:
    def regex(expression: object) -> Selector:
        text = text_of(key, expression)
        try:
            return linear.regex(text)
        except InputError as error:
            finding = error.findings[0]
            raise InputError(finding.message, help=helps if "pw." in finding.help[0] else finding.help) from None
        except OverflowError as error:
            raise InputError(f"not a regular expression: {text!r} ({error})", help=helps) from None

    helps = "globs go under `names`, plain texts under `tokens`"
    return reduce(or_, each(_listed(key, value), regex))


def _ranges(key: str, value: object, maker: str) -> Selector:
    def numbers(number: object) -> Selector:
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            return _make(maker, number)
        ends = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", number) if isinstance(number, str) else None
        if ends is None:
            raise InputError(
                f"{key}: {shown(number)} is neither a number nor a range",
                help=f'numbers count from 0, and ranges include both ends: {key} = [0, "2-3"]',
            )
        first, last = int(ends[1]), int(ends[2])
        if first > last:
            raise InputError(f'{key}: "{first}-{last}" is the wrong way round', help=f'{key} = "{last}-{first}"')
        return _make(maker, first, last)

    return reduce(or_, each(_listed(key, value), numbers))


def _flag(key: str, value: object, maker: str) -> Selector:
    if value is not True:
        raise InputError(
            f"{key} is {shown(value)}", help=f"{key} = true; for the other parameters: except = {{ {key} = true }}"
        )
    return _make(maker)


def _some(schema: Schema) -> Schema:
    """One value or a list of values; alternatives of the one value stand beside the list."""
    return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "array", "items": schema, "minItems": 1}]}


_TEXTS = _some({"type": "string", "minLength": 1})
_ROLES = _some({"type": "string", "enum": list(ROLES)})
_TRUE: Schema = {"type": "boolean", "const": True}
_RANGES = _some(
    {
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": "^[0-9]{1,18}-[0-9]{1,18}$", "examples": ["0-3"]},
        ]
    }
)


@dataclass(frozen=True, slots=True)
class SelectorKey:
    """A key that stands for a selector.

    Attributes:
        maker: the function of `paramwise.rules.selectors` that it stands for.
        make: makes the selector of the key, its value and the maker.
        shape: what it takes, as JSON Schema.
        description: what it selects.
    """

    maker: str
    make: Callable[[str, object, str], Selector]
    shape: Schema
    description: str

    @property
    def key(self) -> Key:
        """The key as tables hold it."""
        return Key(
            lambda key, value: self.make(key, value, self.maker), {**self.shape, "description": self.description}
        )


SELECTS = {
    "roles": SelectorKey("role", _roles, _ROLES, "What it is in the network."),
    "names": SelectorKey("name", _texts, _TEXTS, "Globs on the whole name; `*` crosses dots."),
    "tokens": SelectorKey("token", _texts, _TEXTS, "Texts that the name contains."),
    "regex": SelectorKey("regex", _regexes, _TEXTS, "Regular expressions that are found in the name."),
    "modules": SelectorKey("module", _texts, _TEXTS, "Globs on the class of the module that owns it."),
    "towers": SelectorKey("tower", _texts, _TEXTS, "Globs on the part of the model that counts its own blocks."),
    "layers": SelectorKey("layer", _ranges, _RANGES, 'Repeated blocks, from 0: 3, "0-3" or [0, "2-3"].'),
    "depths": SelectorKey("depth", _ranges, _RANGES, "Distances from the output: 0 is the head."),
    "ndim": SelectorKey("ndim", _ranges, _RANGES, "Numbers of dimensions."),
    "marked": SelectorKey("marked", _flag, _TRUE, "The model itself asks for no weight decay of it."),
    "trainable": SelectorKey("trainable", _flag, _TRUE, "It required a gradient when the model was read."),
    "everything": SelectorKey("everything", _flag, _TRUE, "Every parameter."),
}
"""The keys that stand for selectors; how these nest is in `tables`."""


# --- what they get ----------------------------------------------------------------------------------------------------


def _setting(key: str, value: object) -> Value:
    """The value of a setting, if it has its option's shape and an optimizer can use it."""
    option = OPTIONS.get(key) or OURS.get(key)
    shape = option.shape if option else ANY
    if not shape.fits(value):
        raise InputError(f"{key} is {shown(value)}", help=f"{key} takes {shape.words}")
    try:
        return checked(key, value)
    except InputError as error:  # written for Python
        finding = error.findings[0]
        helps = [line.replace("freeze=True", "freeze = true") for line in finding.help]
        raise InputError(finding.message, help=helps) from None


_RESERVED = (*OPTIONS, *OURS, "self", "select", "name", "may_be_empty")
"""Names that `settings` refuses: options that have a key of their own, and arguments of `Rule`."""


def _settings(key: str, value: object) -> dict[str, Value]:
    """Options of optimizers that are not torch's."""
    if not isinstance(value, dict) or not value:
        raise InputError(f"{key} is {shown(value)}", help=f"{key} = {{ my_option = 1 }}")

    settings: dict[str, Value] = {}
    faults = Faults()
    for name, given in value.items():
        with faults.at(name):
            if name in _RESERVED:
                raise InputError(
                    f"`{name}` under `{key}`", help=f"`{key}` is for options of optimizers that are not torch's"
                )
            settings[name] = _setting(name, given)
    faults.raise_found()
    return settings


_OPTIMIZER_NAMES = (*OPTIMIZERS, *(name.lower() for name in OPTIMIZERS))  # as `Plan.optimizer` takes them


def _optimizer_name(key: str, value: object) -> str:
    if not isinstance(value, str) or value not in _OPTIMIZER_NAMES:
        raise InputError(
            f"{key}: torch.optim has no {shown(value)}",
            help=(
                did_you_mean(value.rpartition(".")[2] if isinstance(value, str) else "", OPTIMIZERS),
                "for a class of another library leave out the name, and give the class in code: plan.optimizer(Class)",
            ),
        )
    return value


_OTHER_OPTIONS = Key(
    _settings,
    {
        "type": "object",
        "additionalProperties": ANY.schema,
        "propertyNames": {"not": {"enum": list(_RESERVED)}},
        "minProperties": 1,
        "description": "Options of optimizers that are not torch's.",
    },
)
RULE_SETTINGS = {
    **{name: Key(_setting, option.schema) for name, option in (OPTIONS | OURS).items()},
    "settings": _OTHER_OPTIONS,
}
RULE_LABELS = {
    "name": Key(
        lambda key, value: require(key, value, TEXT),
        {**TEXT.schema, "description": "How findings and explanations call the rule."},
    ),
    "may_be_empty": Key(
        lambda key, value: require(key, value, FLAG),
        {**FLAG.schema, "description": "Whether it is fine that it selects no parameter."},
    ),
}
OPTIMIZER_KEYS = {
    "name": Key(
        _optimizer_name, {"type": "string", "enum": list(_OPTIMIZER_NAMES), "description": "A class of torch.optim."}
    ),
    **{name: Key(_setting, option.schema) for name, option in OPTIONS.items()},
    "settings": _OTHER_OPTIONS,
}
