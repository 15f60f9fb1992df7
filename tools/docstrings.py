"""How the site reads docstrings: examples are code and what it prints, not prose.

mkdocs.yml names this file: griffe, which reads the source and runs nothing, calls it for each object.
"""

import re
from typing import Any

import griffe

DOCTEST = re.compile(r"^>>> .*(?:\n.+)*", re.MULTILINE)


class Examples(griffe.Extension):
    """Makes of each example what the site shows as code: the section ``Example``, and a doctest between paragraphs."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Rewrite the docstring, if there is one."""
        if obj.docstring:
            text = DOCTEST.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
            obj.docstring.value = re.sub(r"^Example(::?)$", r"Examples\1", text, flags=re.MULTILINE)
