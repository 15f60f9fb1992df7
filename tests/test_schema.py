"""The JSON Schema of files of rules: it accepts what they may say, and refuses what it can tell."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from paramwise.files.config.schema import schema
from paramwise.recipes.registry import RECIPES
from test_config import EXAMPLES, FAULTS, NEEDY

KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def fits(value: Any, form: Any, root: dict[str, Any]) -> bool:
    """Whether a value fits a JSON Schema, as far as ours uses the language."""
    known = {"title", "description", "examples", "$schema", "$defs", "format"}
    for word, said in form.items():
        if word in known:
            continue
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        match word:
            case "$ref":
                ok = fits(value, root["$defs"][said.rpartition("/")[2]], root)
            case "type":
                ok = isinstance(value, KINDS[said]) and (said == "boolean" or not isinstance(value, bool))
            case "enum":
                ok = value in said
            case "const":
                ok = value is said or value == said
            case "anyOf":
                ok = any(fits(value, one, root) for one in said)
            case "allOf":
                ok = all(fits(value, one, root) for one in said)
            case "properties":
                of_table = value.items() if isinstance(value, dict) else ()
                ok = all(fits(one, said.get(key, {}), root) for key, one in of_table)
            case "propertyNames":
                ok = all(key not in said["not"]["enum"] for key in (value if isinstance(value, dict) else ()))
            case "additionalProperties":
                table = value if isinstance(value, dict) else {}
                others = {key: one for key, one in table.items() if key not in form.get("properties", {})}
                ok = not others if said is False else all(fits(one, said, root) for one in others.values())
            case "required":
                ok = not isinstance(value, dict) or value.keys() >= set(said)
            case "items":
                ok = not isinstance(value, list) or all(fits(one, said, root) for one in value)
            case "minItems" | "minLength" | "minProperties":
                ok = not isinstance(value, (list, str, dict)) or len(value) >= said
            case "maxItems":
                ok = not isinstance(value, list) or len(value) <= said
            case "minimum":
                ok = not number or value >= said
            case "exclusiveMinimum":
                ok = not number or value > said
            case "pattern":
                ok = not isinstance(value, str) or re.search(said, value) is not None
            case _:
                raise AssertionError(f"the schema uses `{word}`, which this test does not know")
        if not ok:
            return False
    return True


BEYOND = (
    "not TOML",
    "given twice",
    "wrong way round",
    "regular expression",
    "is nan",
    "is inf",
    "recipe `bert`: ",
    "cannot use",
    "needs `count`",
    "digits",
    "nothing to plan",
)
"""Faults that no JSON Schema can tell."""

TOLD = [text for text, _, message, _ in FAULTS if not any(words in message for words in BEYOND)]


@pytest.mark.parametrize("text", TOLD)
def test_the_schema_refuses(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "needy", NEEDY)
    assert not fits(tomllib.loads(text), schema(), schema())


def test_the_schema_says_what_every_key_is() -> None:
    whole = schema()
    for table in (whole, *(whole["$defs"][name] for name in ("Rule", "Select", "Optimizer"))):
        for key, one in table["properties"].items():
            assert one["description"], key


def test_the_command() -> None:
    ran = subprocess.run([sys.executable, "-m", "paramwise", "schema"], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == schema()


def test_reading_a_file_loads_little(tmp_path: Path) -> None:
    (tmp_path / "paramwise.toml").write_text('recipe = "bert"\n[[rules]]\nlayers = 0\nlr_scale = 0.5\n')
    code = "import sys, paramwise as pw; pw.read_config('paramwise.toml'); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "paramwise.files.config.tables" in ran.stdout.split()
    assert not {"pydantic", "torch", "rich"} & set(ran.stdout.split())


@pytest.mark.parametrize("text", [example for example in EXAMPLES if "[tool." not in example])
def test_the_schema_accepts_the_pages_examples(text: str) -> None:
    assert fits(tomllib.loads(text), schema(), schema())
