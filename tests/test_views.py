"""What a person is shown: the same blocks as text and as HTML, with nothing in a name acted on."""

import ast
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import paramwise as pw
from paramwise.findings import Finding, findings_view
from paramwise.model.listing import listing
from paramwise.parsing import tree_in
from paramwise.views.differences import difference_view, file_difference_view
from paramwise.views.html import html_of
from paramwise.views.layout import clipped, columns_of, shortened, wrapped
from paramwise.views.markdown import markdown_of
from paramwise.views.plans import explanation_view, group_view, plan_view
from paramwise.views.text import Screen, screen, show, text_of
from paramwise.views.view import (
    SPACE,
    Block,
    Cell,
    Column,
    Details,
    Gap,
    Heading,
    Indented,
    Line,
    Names,
    Notice,
    Table,
    Verbatim,
    View,
)
from test_laws import NAMES

from models import Plain

EVERY_BLOCK: View = (
    Heading("a heading"),
    SPACE,
    Table(
        (Column("name", "names"), Column("count", "number"), Column("share", "share")),
        ((Names(("first",), " (= tied)"), "1,000", 0.5), Gap("... and 7 more"), (Cell("second"), "2", 0.0)),
    ),
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
        self.tags.append(tag)
        if tag != "span":
            self.text += "\n"
        if tag != "br":
            self.opened.append(tag)

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
        "name            count  share",
        "first (= tied)  1,000  ████      50 %",
        "... and 7 more",
        "second              2             0 %",
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
    assert document.tags.count("td") == 7
    assert document.tags.count("th") == 3


def test_a_terminal_gets_colours_and_a_file_does_not() -> None:
    file = io.StringIO()
    show(EVERY_BLOCK, Screen(file, 80, color=True))
    assert "\x1b[1ma heading" in file.getvalue()
    assert "\x1b[1;31merror[PW101 dead-rule]" in file.getvalue()
    assert "\x1b" not in text_of(EVERY_BLOCK)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_the_environment_says_of_a_screen() -> None:
    with mock.patch.dict(os.environ, {"COLUMNS": "77", "TERM": "xterm"}, clear=True):
        assert (screen(Terminal()).color, screen(Terminal()).width) == (True, 77)
        assert (screen(io.StringIO()).color, screen(io.StringIO()).width) == (False, 77)
    for variable in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with mock.patch.dict(os.environ, variable, clear=True):
            assert not screen(Terminal()).color
    with mock.patch.dict(os.environ, {}, clear=True):
        assert screen(io.StringIO()).width == 120
    assert screen(io.TextIOWrapper(io.BytesIO(), encoding="ascii")).ascii


def test_without_wrapping_a_long_line_stays_whole() -> None:
    line = (Line("word " * 60 + "end"),)
    wrapped, whole = io.StringIO(), io.StringIO()
    show(line, Screen(wrapped, 40))
    show(line, Screen(whole, 40), wrap=False)
    assert len(wrapped.getvalue().splitlines()) > 1
    assert len(whole.getvalue().splitlines()) == 1


@given(NAMES, st.integers(4, 60))
def test_a_shortened_name_fits_and_breaks_no_word_that_has_room(name: str, width: int) -> None:
    short = shortened(name, width)
    assert columns_of(short) <= width or columns_of(name[-1:]) > 1
    last = name.rpartition(".")[2]
    if len(name) > width and name.count(".") and columns_of(last) < width and "{" not in name and not last.isdigit():
        assert short.endswith(last)


def test_bars_give_way_to_names_that_would_look_alike() -> None:
    columns = (Column("name", "names"), Column("role"), Column("share", "share"))
    alike = Table(
        columns, tuple((Names((f"{part}.weight",)), "norm", 0.5) for part in ("self_attention", "over_attention"))
    )
    apart = Table(columns, tuple((Names((f"layer.{name}",)), "norm", 0.5) for name in ("self_attention", "encoder")))
    assert text_of((alike,), 28).split("\n") == [
        "name                   role",
        "self_attention.weight  norm",
        "over_attention.weight  norm",
    ]
    assert "share" in text_of((apart,), 28)


@given(st.lists(st.text("ab.", min_size=1, max_size=30), min_size=1), st.integers(12, 60))
def test_lines_are_wrapped_between_words(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), width)
    assert all(columns_of(line) <= width for line in lines)
    whole = [word for word in words if len(word) <= width - 2]
    shown = " ".join(lines).split()
    assert [word for word in shown if "…" not in word and word in whole] == [word for word in whole if word in shown]


@pytest.mark.parametrize(
    "block",
    [
        Heading(HOSTILE),
        Line(HOSTILE),
        Line(HOSTILE, faint=True),
        Table((Column(HOSTILE),), ()),
        Table((Column(""),), ((HOSTILE,),)),
        Table((Column("", "label"),), ((HOSTILE,),)),
        Table((Column(""),), ((Cell(HOSTILE),),)),
        Table((Column(""),), ((Cell("", HOSTILE),),)),
        Table((Column("", "names"),), ((Names((HOSTILE,)),),)),
        Table((Column(""),), (Gap(HOSTILE),)),
        Verbatim(HOSTILE.replace("\n", "\\n")),
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
        "catalog": listing(plan.catalog, len(plan.catalog), values=lambda name: f"tensor of {name}"),
        "rows": listing(plan.catalog, len(plan.catalog), room=None),
        "tree": listing(plan.catalog, len(plan.catalog), tree=True),
        "group": group_view(plan, "0"),
        "plan": plan_view(plan, lambda name: f"tensor of {name}", plan.check()),
        "explanation": explanation_view(plan.explain(name)),
        "difference": difference_view(plan.diff(other)),
        "files": file_difference_view({"values": [f"{name} differs"] * 12}),
        "finding": findings_view([Finding(message=f"`{name}` is odd", evidence=(name,))]),
    }


@pytest.mark.parametrize(
    "what", ["catalog", "rows", "tree", "plan", "group", "explanation", "difference", "files", "finding"]
)
def test_what_names_hold_is_shown_and_not_acted_on(what: str) -> None:
    view = views_of(hostile())[what]
    text, document = text_of(view), html_of(view)
    assert r"\x1b[2J" in text
    assert r"\u202e" in text
    for shown in (text, document):
        assert not {"\x1b", "\u202e"} & set(shown)
    assert "<script" in Tags(document).text
    assert "script" not in Tags(document).tags


@pytest.mark.parametrize("what", ["catalog", "rows", "tree", "plan", "group", "explanation", "difference"])
def test_html_and_markdown_say_what_text_says(what: str) -> None:
    view = views_of(Plain())[what]
    words = set(re.findall(r"\w{3,}", text_of(view)))
    assert words <= set(re.findall(r"\w{3,}", Tags(html_of(view)).text))
    shown = re.sub(r"&#(\d+);", lambda sign: chr(int(sign[1])), markdown_of(view))
    assert words - {"bias", "weight"} <= set(re.findall(r"\w{3,}", shown)) | {
        part for name in Plain().state_dict() for part in name.split(".")
    }


def test_a_page_unfolds_what_a_terminal_leaves_out() -> None:
    view = (Details("behind", (Line("inside"),)),)
    assert text_of(view) == ""
    assert "<details><summary>behind</summary>" in html_of(view)
    assert markdown_of(view).split("\n") == ["<details><summary>behind</summary>", "", "inside", "", "</details>"]


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


def test_what_users_hold_shows_itself_in_a_notebook() -> None:
    plan = pw.plan(Plain(), "bert", pw.Rule(pw.token("nowhere"), lr_scale=0.1), lr=2e-5)
    html = plan._repr_html_()
    assert "PW101" in Tags(html).text
    assert Tags(html).tags.count("table") == 4  # the rules, the groups, and behind a summary each group
    name = plan.catalog.names[0]
    for thing in (plan.catalog, plan.check(), plan.explain(name), plan.diff(pw.plan(Plain(), "default"))):
        document = Tags(thing._repr_html_())
        assert name in document.text or "PW101" in document.text
        assert "script" not in document.tags


def test_what_live_training_gives_shows_itself_in_a_notebook(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    optimizer = torch.optim.AdamW(model[0].parameters())

    def step() -> None:
        optimizer.zero_grad()
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()

    with pw.metrics(optimizer, model) as meter:
        step()
    path = pw.save_state(optimizer, model, tmp_path / "state")
    shown = {
        "update ratio": meter,
        "step 0": meter.read(),
        "2 parameters moved": pw.probe(step, model, optimizer),
        "1.weight": pw.audit(optimizer, model)[0],
        "options in force": pw.load_state(optimizer, model, path),
        "    pw.recipes.default(weight_decay=0.1),": pw.suggest_rules(pw.plan(model)),
    }
    for text, thing in shown.items():
        document = Tags(thing._repr_html_())
        assert text in document.text


PLAIN = {
    "Blocks": "a text in rules",
    "ParamwiseError": "an error, which a notebook shows by itself",
    "Witness": "a line of `Evidence`",
}
"""Classes that print themselves and have nothing for a notebook, with the reason."""


def test_every_class_that_prints_itself_has_something_for_a_notebook() -> None:
    source, found = Path(pw.__file__).parent, dict[str, set[str]]()
    for path in source.rglob("*.py"):
        for node in ast.walk(tree_in(path.read_bytes()) or ast.Module()):
            if isinstance(node, ast.ClassDef):
                found[node.name] = {inside.name for inside in node.body if isinstance(inside, ast.FunctionDef)}
    printing = {name for name, methods in found.items() if "__str__" in methods}
    assert len(printing) > 10
    assert printing - {name for name in printing if "_repr_html_" in found[name]} == set(PLAIN)


class Deep(nn.Module):
    """Layers of which every one has other shapes, so that nothing folds."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(number + 1, number + 2) for number in range(120))


@pytest.mark.parametrize("width", [80, 120])
def test_a_view_fits_a_screen_whatever_the_size(width: int) -> None:
    plan = pw.plan(Deep(), "default", "layerwise", lr=1e-3)
    other = pw.plan(Deep(), "default", "layerwise", lr=2e-3)
    views = {
        "catalog": listing(plan.catalog, len(plan.catalog), hint="--all"),
        "plan": plan_view(plan, findings=plan.check(), hint="--all"),
        "group": group_view(pw.plan(Deep(), "default"), "0", hint="--all"),
        "difference": difference_view(plan.diff(other), hint="--all"),
    }
    for what, view in views.items():
        lines = text_of(view, width).split("\n")
        assert len(lines) <= 60, what
        assert all(columns_of(line) <= width and line == line.rstrip() for line in lines), what
        assert any("more" in line and "(--all)" in line for line in lines) or "--all" in lines[-3], what
    every = text_of(listing(plan.catalog, len(plan.catalog), room=None))
    assert all(name in every for name in plan.catalog.names)


def test_a_cell_of_very_many_names_says_how_many_there_are_and_holds_few() -> None:
    """Laying out 100,000 names took hours once, where each try at a row of them joined all."""
    names = tuple(f"p{number}" for number in range(100_000))
    view = (Table((Column("names", "names"), Column("", "number")), ((Names(names), "1"),)),)
    assert text_of(view, 40).split("\n")[1] == "p0, p1, p2, p3, p4, p5, p6 +99,993     1"
    assert text_of(view, 12).split("\n")[1] == "p0 +99,999  1"
    assert len(html_of(view)) < 5_000
    assert "... and 99,939 more" in html_of(view)
    assert len(markdown_of(view)) < 1_000


@given(st.lists(st.text("ab.", min_size=1, max_size=9), min_size=1, max_size=6), st.integers(8, 60))
def test_a_cell_of_names_has_as_many_as_fit(names: list[str], width: int) -> None:
    def shown(count: int) -> str:
        rest = len(names) - count
        return ", ".join(names[:count]) + (f" +{rest}" if rest else "")

    line = text_of((Table((Column("", "names"),), ((Names(tuple(names)),),)),), width)
    fitting = [count for count in range(1, len(names) + 1) if len(shown(count)) <= width]
    if fitting:
        assert line == shown(max(fitting))


@given(st.text(alphabet="ab ,.日", max_size=60), st.integers(8, 40), st.booleans())
def test_a_label_fits_its_column_whatever_it_is(text: str, width: int, ascii: bool) -> None:
    assert columns_of(clipped(text, width, ascii=ascii)) <= width
