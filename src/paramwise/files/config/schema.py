"""What may stand in a file of rules: its tables, and what is made of them.

The models check values, and make rules of them; `schema` is their JSON Schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from inspect import signature
from operator import and_, invert, or_
from typing import Annotated, Any, NamedTuple, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticOmit

from paramwise.files.config.fields import (
    NOT_OTHER,
    SELECTING,
    SELECTS,
    depth,
    each,
    needed,
    one_of,
    setting_of,
    settings_of,
    shown,
    text_of,
)
from paramwise.files.config.options import ANY, OPTIMIZERS, OPTIONS, OURS, Option
from paramwise.findings import CODES, InputError
from paramwise.recipes.registry import RECIPES
from paramwise.rules.rule import Rule, Value
from paramwise.rules.selectors import Selector
from paramwise.words import did_you_mean

DEEPEST = 100
"""How deep a rule's selector may be nested; a list of layers is as deep as it is long."""


# --- the tables -------------------------------------------------------------------------------------------------------


def _set(data: Mapping[str, Any], made: Any) -> dict[str, Value]:
    """The settings that stand in a table itself, and those under its `settings`."""
    return {key: getattr(made, key) for key in data if key in OPTIONS or key in OURS} | (made.settings or {})


def _field(check: Callable[[str, Any], Any], shape: Any, description: str) -> Any:
    """A key that one function checks; in the schema it has a shape."""

    def validated(value: object, info: ValidationInfo) -> Any:
        return check(str(info.field_name), value)

    return Annotated[Any, PlainValidator(validated, json_schema_input_type=shape), Field(description=description)], None


def _tidy(schema: dict[str, Any]) -> None:
    """Says what a table needs, and not that a key left out is null, or that `lr` is called `Lr`."""
    for one in schema.get("properties", {}).values():
        one.pop("default", None)
        one.pop("title", None)
    if schema["title"] == "Select":
        schema["minProperties"] = 1
    if schema["title"] == "Rule":
        settings = [*OPTIONS, *OURS, "settings"]
        schema["allOf"] = [{"anyOf": [{"required": [key]} for key in keys]} for keys in (SELECTING, settings)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_tidy)


def _together(data: Mapping[str, Any], made: BaseModel) -> Selector:
    """All that a table selects with, in the order in which it is written."""
    parts: list[Selector] = [getattr(made, key) for key in data if key in SELECTING]
    return reduce(and_, parts)


def _selector(data: Any, handler: ValidatorFunctionWrapHandler) -> Selector:
    made = handler(data)
    if not data:
        raise InputError("an empty table selects nothing", help='say what it selects, e.g. { roles = "norm" }')
    return _together(data, made)


def _rule(data: Any, handler: ValidatorFunctionWrapHandler) -> Rule:
    made = handler(data)
    settings = _set(data, made)
    if not any(key in data for key in SELECTING):
        raise InputError("the rule selects nothing", help='e.g. roles = ["norm", "bias"], or everything = true')
    if not settings:
        raise InputError("the rule sets nothing", help="e.g. weight_decay = 0.0, lr_scale = 0.1 or freeze = true")
    select = _together(data, made)
    if depth(select) > DEEPEST:
        raise InputError(
            f"the rule's selector is more than {DEEPEST} deep",
            help='lists of `names` and `tokens`, ranges such as "0-99" and one `regex` say the same in less',
        )
    return Rule(select, name=made.name, may_be_empty=made.may_be_empty, **settings)


def _base(data: Any, handler: ValidatorFunctionWrapHandler) -> dict[str, Value]:
    made = handler(data)
    return ({} if made.name is None else {"optimizer": made.name}) | _set(data, made)


_OPTIMIZER_NAMES = (*OPTIMIZERS, *(one.lower() for one in OPTIMIZERS))  # as `Plan.optimizer` takes them


def _optimizer_name(key: str, value: object) -> str:
    if not isinstance(value, str) or value not in _OPTIMIZER_NAMES:
        raise InputError(
            f"{key}: torch.optim has no {shown(value)}",
            help=did_you_mean(value if isinstance(value, str) else "", OPTIMIZERS),
        )
    return value


def _options(options: Mapping[str, Option]) -> dict[str, Any]:
    return {key: _field(setting_of, option.shape, option.description) for key, option in options.items()}


_OPTION: Any = ANY.shape
_OTHER_SETTINGS = _field(
    settings_of,
    Annotated[
        dict[str, _OPTION],
        Field(min_length=1, json_schema_extra={"propertyNames": {"not": {"enum": list(NOT_OTHER)}}}),
    ],
    "Options of optimizers that are not torch's.",
)
_Some = Annotated[list["Selected"], Field(min_length=1)]
_SELECT_FIELDS: dict[str, Any] = {
    **{key: _field(one, one.shape, one.description) for key, one in SELECTS.items()},
    "except": (Annotated["Selected", AfterValidator(invert), Field(description="But not these.")], None),
    "any": (Annotated[_Some, AfterValidator(partial(reduce, or_)), Field(description="Any of these.")], None),
    "all": (Annotated[_Some, AfterValidator(partial(reduce, and_)), Field(description="All of these.")], None),
}
_RULE_FIELDS: dict[str, Any] = {
    "name": (Annotated[str, Field(description="How findings and explanations call the rule.")], None),
    "may_be_empty": (Annotated[bool, Field(description="Whether it is fine that it selects no parameter.")], False),
    **_options(OPTIONS | OURS),
    "settings": _OTHER_SETTINGS,
}
_OPTIMIZER_FIELDS: dict[str, Any] = {
    "name": _field(_optimizer_name, one_of(_OPTIMIZER_NAMES), "A class of torch.optim."),
    **_options(OPTIONS),
    "settings": _OTHER_SETTINGS,
}
_SELECT: Any = create_model("Select", __base__=_Table, __module__=__name__, **_SELECT_FIELDS)
_RULE: Any = create_model("Rule", __base__=_SELECT, __module__=__name__, **_RULE_FIELDS)
_OPTIMIZER: Any = create_model("Optimizer", __base__=_Table, **_OPTIMIZER_FIELDS)
Selected = Annotated[_SELECT, WrapValidator(_selector)]
_SELECT.model_rebuild()
_RULE.model_rebuild()


# --- recipes ----------------------------------------------------------------------------------------------------------


class Cooked(NamedTuple):
    """What a recipe returned, and which options it took that its own table does not give."""

    item: Any
    taken: frozenset[str]


def _arguments(name: str) -> type[BaseModel]:
    """What a file can say of what a recipe's function takes, as a model.

    Not an argument that is a model or a catalog: its name would be a source, and to read one may run code.
    """
    recipe = RECIPES[name]
    fields: dict[str, Any] = {}
    for key, parameter in signature(recipe).parameters.items():
        if "Catalog" in str(parameter.annotation) or "Module" in str(parameter.annotation):
            continue
        one = type(key, (), {"__module__": recipe.__module__, "__annotations__": {key: parameter.annotation}})
        hint = get_type_hints(one)[key]
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[key] = _Strings if hint == Sequence[str] else hint, default
    return create_model(name, __config__=_ARGUMENTS, **fields)


_ARGUMENTS = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, json_schema_extra=_tidy)
_Strings = Annotated[
    Sequence[str],
    BeforeValidator(lambda one: [one] if isinstance(one, str) else one, json_schema_input_type=str | list[str]),
]


def _recipe(value: object, info: ValidationInfo) -> Cooked:
    table = {"name": value} if isinstance(value, str) else value
    if not isinstance(table, dict) or not isinstance(name := table.get("name"), str):
        raise InputError(
            f"recipe is {shown(value)}, without a name",
            help='recipe = "bert", or with arguments recipe = { name = "bert", weight_decay = 0.01 }',
        )
    if name not in RECIPES:
        raise InputError(f"unknown recipe `{name}`", help=did_you_mean(name, sorted(RECIPES)))
    known = _arguments(name).model_fields

    def argument(item: tuple[str, object]) -> tuple[str, Any]:
        key, value = item
        if key not in known:
            raise InputError(f"recipe `{name}` takes no `{key}`", help=did_you_mean(key, list(known)))
        try:  # by way of JSON, in which a list can be a tuple, and nothing else is taken for what it is not
            checker: TypeAdapter[Any] = TypeAdapter(known[key].rebuild_annotation(), config=_ARGUMENTS)
            return key, checker.validate_json(json.dumps(value, default=str))
        except ValidationError as error:
            raise InputError(f"{key} is {shown(value)}", help=needed(error.errors()[0])) from None

    given = dict(each(((key, (key, one)) for key, one in table.items() if key != "name"), argument))
    options = {key: one for key, one in (info.context or {}).items() if key in known and key not in given}
    for key, field in known.items():
        if field.is_required() and key not in given and key not in options:
            raise InputError(f"recipe `{name}` needs `{key}`", help=f'recipe = {{ name = "{name}", {key} = .. }}')
    try:
        return Cooked(RECIPES[name](**given, **options), frozenset(options))
    except InputError as error:
        said = error.findings[0].message
        raise InputError(said if name in said else f"recipe `{name}`: {said}", help=error.findings[0].help) from None
    except (TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise InputError(f"recipe `{name}` cannot use its arguments: {error}") from None


# --- the whole --------------------------------------------------------------------------------------------------------


def _ignore(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InputError(f"{key} is no list of codes: {shown(value)}", help='ignore = ["PW701"]')
    return tuple(each(enumerate(value), lambda one: text_of(key, one, _CODES)))


_CODES = (*CODES, *CODES.values())


class File(_Table):
    """Rules for what the optimizer does to each parameter of a model."""

    recipe: Annotated[
        list[Annotated[Any, PlainValidator(_recipe)]],
        BeforeValidator(lambda value: value if isinstance(value, list) else [value]),
        Field(min_length=1, description="Recipes, by name or with arguments; applied in order, before the rules."),
    ] = []
    rules: Annotated[
        list[Annotated[_RULE, WrapValidator(_rule)]],
        Field(description="Which parameters, and what they get; setting by setting the later rule wins."),
    ] = []
    optimizer: Annotated[
        _OPTIMIZER,
        WrapValidator(_base),
        Field(description="Settings of every parameter that no rule decides otherwise."),
    ] = {}
    ignore: Annotated[
        Any,
        PlainValidator(lambda value: _ignore("ignore", value), json_schema_input_type=list[one_of(_CODES)]),
        Field(description="Codes or slugs of findings to leave out."),
    ] = ()


def possible_keys(place: tuple[int | str, ...]) -> list[str]:
    """The keys that there are in the table in which a place is."""
    if len(place) == 1:
        return list(File.model_fields)
    table = _OPTIMIZER if place[0] == "optimizer" else _RULE if len(place) == 3 else _SELECT
    return list(table.model_fields)


class _Schema(GenerateJsonSchema):
    """Leaves out what a file cannot say, such as an argument of a recipe that is a selector."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> Any:
        raise PydanticOmit


def schema() -> dict[str, Any]:
    """The JSON Schema of `paramwise.toml`, for editors: it accepts what `read_config` accepts, as far as it can tell.

    Example:
        >>> schema()["properties"]["ignore"]["description"]
        'Codes or slugs of findings to leave out.'
    """
    whole = File.model_json_schema(schema_generator=_Schema)
    tables = []
    for name, function in sorted(RECIPES.items()):
        table = _arguments(name).model_json_schema(schema_generator=_Schema)
        table["title"], table["description"] = name, (function.__doc__ or "").partition("\n")[0]
        table["properties"] = {"name": {"const": name}, **table.get("properties", {})}
        table["required"] = ["name"]  # what else is needed may stand under [optimizer]
        tables.append(table)
    one = {"anyOf": [{"enum": sorted(RECIPES)}, *tables]}
    whole["properties"]["recipe"] = {
        "description": File.model_fields["recipe"].description,
        "anyOf": [one, {"type": "array", "items": one, "minItems": 1}],
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "title": "paramwise.toml"}
