"""The page as one HTML file: data as JSON, styles and scripts inside, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from paramwise.words import escaped

STYLES = ("uplot/uPlot.min.css", "base.css", "parts.css")
LIBRARY = "uplot/uPlot.iife.min.js"
SCRIPTS = (
    "words.js",
    "data.js",
    "tree.js",
    "colours.js",
    "state.js",
    "layout.js",
    "map.js",
    "details.js",
    "table.js",
    "sections.js",
    "charts.js",
    "schedule.js",
    "run.js",
    "main.js",
)
"""The files of the script, in order: each uses only what stands above it."""


def page_of(data: Mapping[str, Any], title: str) -> str:
    """The whole page.

    A content-security policy allows these two scripts and this style by their digests, and forbids every request. Text
    from files is in the JSON only, where no character can end the element; scripts put it into the page as text.

    Args:
        data: what the scripts read.
        title: of the page, shown by the browser.
    """
    style = "\n".join(map(_asset, STYLES))
    library, script = _asset(LIBRARY), _joined(map(_asset, SCRIPTS))
    policy = (
        f"default-src 'none'; script-src {_digest(library)} {_digest(script)}; style-src {_digest(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(escaped(title))}</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
        f"{_asset('body.html')}\n"
        f'<script type="application/json" id="data">{_json(data)}</script>\n'
        f"<script>{library}</script>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _json(data: Mapping[str, Any]) -> str:
    """JSON in ASCII, in which no character can begin or end an element."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _joined(scripts: Iterable[str]) -> str:
    """The scripts in a function of their own, so that they share names with nothing else."""
    return '(() => {\n"use strict";\n' + "\n".join(scripts) + "\n})();\n"


def _asset(name: str) -> str:
    return files("paramwise.page").joinpath("assets").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
