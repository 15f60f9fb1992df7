"""What a person is shown: the same blocks as text and as HTML, with nothing in a name acted on."""

import io
from html.parser import HTMLParser

import pytest
from rich.console import Console
from torch import nn

import paramwise as pw
from paramwise.findings import Finding
from paramwise.views.html import html_of
from paramwise.views.text import console, show, text_of
from paramwise.views.view import (
    SPACE,
    Block,
    Cell,
    Heading,
    Indented,
    Line,
    Notice,
    Table,
    View,
    catalog_view,
    difference_view,
    explanation_view,
    file_difference_view,
    finding_view,
    plan_view,
)

from models import Plain

EVERY_BLOCK: View = (
    Heading("a heading"),
    SPACE,
    Table(("name", "count"), ((Cell("first", " (= tied)"), "1,000"), ("second", "2")), counts=True),
    Indented((Line("a caption", faint=True), Indented((Line("two deep"),)))),
    Notice("error", "error[PW101 dead-rule]", "a rule selects nothing", ("   | evidence", "help: drop it")),
)


HOSTILE = "\x1b[2J\n\u202e<script>alert(1)</script>[red]"
"""Text that would clear a terminal, reorder a line, break a table and run a script."""


class Tags(HTMLParser):
    """Collects the text of a document, and holds that every tag is closed in its turn."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(document)
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.opened.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile() -> nn.Module:
    model = nn.ModuleDict({HOSTILE: nn.Linear(2, 2)})
    model["tied"] = next(iter(model.values()))
    return model


def test_every_block_as_text() -> None:
    assert text_of(EVERY_BLOCK).split("\n") == [
        "a heading",
        "",
        "name            count",
        "first (= tied)  1,000",
        "second              2",
        "  a caption",
        "    two deep",
        "error[PW101 dead-rule]: a rule selects nothing",
        "   | evidence",
        "help: drop it",
    ]


def test_every_block_as_html() -> None:
    document = Tags(html_of(EVERY_BLOCK))
    for text in ("a heading", "first (= tied)", "1,000", "two deep", "error[PW101 dead-rule]", "   | evidence"):
        assert text in document.text
    assert document.tags.count("td") == 4
    assert document.tags.count("th") == 2


def test_a_terminal_gets_colours_and_a_file_does_not() -> None:
    file = io.StringIO()
    show(EVERY_BLOCK, Console(file=file, force_terminal=True, color_system="standard", width=80))
    assert "\x1b[1ma heading" in file.getvalue()
    assert "\x1b[1;31merror[PW101 dead-rule]" in file.getvalue()
    assert "\x1b" not in text_of(EVERY_BLOCK)


def test_without_wrapping_a_long_line_stays_whole() -> None:
    line = (Line("word " * 60 + "end"),)
    wrapped, whole = io.StringIO(), io.StringIO()
    show(line, console(wrapped, width=40))
    show(line, console(whole, width=40), wrap=False)
    assert len(wrapped.getvalue().splitlines()) > 1
    assert len(whole.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "block",
    [
        Heading(HOSTILE),
        Line(HOSTILE),
        Line(HOSTILE, faint=True),
        Table((HOSTILE,), ()),
        Table(("",), ((HOSTILE,),)),
        Table(("",), ((Cell(HOSTILE),),)),
        Table(("",), ((Cell("", HOSTILE),),)),
        Notice("note", HOSTILE, "", ()),
        Notice("note", "", HOSTILE, ()),
        Notice("note", "", "", (HOSTILE,)),
    ],
)
def test_no_text_of_a_block_is_acted_on(block: Block) -> None:
    for view in ((block,), (Indented((block,)),)):
        text, document = text_of(view), html_of(view)
        assert r"\x1b[2J\n\u202e<script>alert(1)</script>[red]" in text
        assert r"\x1b[2J\n\u202e<script>alert(1)</script>[red]" in Tags(document).text
        assert "script" not in Tags(document).tags


def views_of(model: nn.Module) -> dict[str, View]:
    plan = pw.plan(model, pw.Rule(pw.token("nowhere"), lr_scale=0.1), "default", lr=2e-5)
    name = plan.catalog.names[0]
    other = pw.plan(model, "no_decay_1d", pw.Rule(pw.name("*bias"), freeze=True), weight_decay=0.5)
    return {
        "catalog": catalog_view(plan.catalog, len(plan.catalog), lambda name: f"tensor of {name}"),
        "plan": plan_view(plan, lambda name: f"tensor of {name}", plan.check()),
        "explanation": explanation_view(plan.explain(name)),
        "difference": difference_view(plan.diff(other)),
        "files": file_difference_view({"values": [f"{name} differs"] * 12}),
        "finding": finding_view(Finding(message=f"`{name}` is odd", evidence=(name,))),
    }


@pytest.mark.parametrize("what", ["catalog", "plan", "explanation", "difference", "files", "finding"])
def test_what_names_hold_is_shown_and_not_acted_on(what: str) -> None:
    view = views_of(hostile())[what]
    text, document = text_of(view), html_of(view)
    assert r"\x1b[2J" in text
    assert r"\u202e" in text
    for shown in (text, document):
        assert not {"\x1b", "\u202e"} & set(shown)
    assert "<script" in Tags(document).text
    assert "script" not in Tags(document).tags


@pytest.mark.parametrize("what", ["catalog", "plan", "explanation", "difference"])
def test_html_says_what_text_says(what: str) -> None:
    view = views_of(Plain())[what]
    words = "".join(text_of(view).split())
    assert "".join(Tags(html_of(view)).text.split()) == words


def test_only_the_first_differences_of_a_kind_are_shown() -> None:
    text = text_of(file_difference_view({"values": [f"line {number}" for number in range(12)]}))
    assert text.split("\n")[0] == "values: 12"
    assert "line 9\n" in text
    assert text.endswith("  ... and 2 more")
    assert text_of(file_difference_view({})) == "no differences"


def test_values_that_look_alike_are_told_apart_by_all_their_digits() -> None:
    before, after = (pw.plan(Plain(), "bert", lr=rate) for rate in (1e-3, 1.0000001e-3))
    assert "lr 0.001 -> 0.0010000001" in str(before.diff(after))
    assert "lr 0.001 -> 0.002" in str(before.diff(pw.plan(Plain(), "bert", lr=2e-3)))


def test_a_plan_shows_itself_in_a_notebook() -> None:
    html = pw.plan(Plain(), "bert", pw.Rule(pw.token("nowhere"), lr_scale=0.1), lr=2e-5)._repr_html_()
    assert "PW101" in Tags(html).text
    assert Tags(html).tags.count("table") == 3  # the rules, and each group
