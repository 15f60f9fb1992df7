"""The page in a real browser: map, search, table, curves, keyboard, dark, narrow and printed, without any fault."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw

import browser
from browser import Browser, browsing
from models import FrozenTrunk, Plain
from pages import hostile_plan, write_log, write_run

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "never")

AXE = find_spec("axe_playwright_python")  # for the script in it
QUERY = "encoder.layers.{}.linear1.weight".format


class Encoder(nn.Module):
    """An embedding, six blocks, a head."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 32)
        block = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)
        self.encoder = nn.TransformerEncoder(block, 6, enable_nested_tensor=False)
        self.head = nn.Linear(32, 2)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(autouse=True)
def _without_faults(chrome: Browser) -> Iterator[None]:
    """No page of any test complains on the console or asks anything of the network."""
    chrome.look()
    yield
    assert chrome.complaints() == []
    assert chrome.requests() == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def page(folder: Path) -> Path:
    """Two groups, a base rate, a rule that decides nothing, what changes from the tutorials' grouping."""
    model = Encoder()
    dead = pw.Rule(pw.name("nowhere.*"), weight_decay=0.3, name="dead")
    plan = pw.plan(model, "default", pw.Rule(pw.layer(0), lr_scale=0.1, name="first block"), dead, lr=2e-5)
    return pw.report(plan, folder / "plan.html", against="tokens", source="an encoder")


@pytest.fixture(scope="module")
def run_page(folder: Path) -> Path:
    run = write_run(folder / "run", steps=40)
    write_log(run / "metrics.jsonl")
    return pw.report(None, folder / "run.html", run=run)


def name_shown(chrome: Browser) -> str:
    return chrome.text("#details h3")


# --- the map ----------------------------------------------------------------------------------------------------------


def test_the_head_counts_and_the_map_is_drawn(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    assert chrome.text("h1") == "an encoder"
    assert chrome.texts("#figures dd")[0] == "75"
    assert len(chrome.js("document.getElementById('canvas').toDataURL()")) > 5_000  # an empty canvas has 2,000


def test_a_click_explains_a_parameter_and_a_link_leads_there(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    chrome.click_at("#canvas", 0.02, 0.97)  # a corner belongs to some parameter or module
    chrome.open(page, f"#at=encoder.layers.0&name={QUERY(0)}")
    assert name_shown(chrome) == QUERY(0)
    rows = chrome.texts("#details table tbody tr")
    assert any("rule 4 `first block`" in row and row.startswith("lr_scale") for row in rows)
    assert any(row.startswith("weight_decay") and "rule 1 `decay`" in row for row in rows)
    assert "5 dead" in chrome.text("#details")
    assert "torch.nn.modules.linear.Linear" in chrome.text("#details")


def test_clicks_zoom_in_until_a_parameter_is_explained_and_crumbs_lead_out(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    for _ in range(6):
        chrome.click_at("#canvas", 0.5, 0.6)
        if "name=" in chrome.js("location.hash"):
            break
    assert "name=" in chrome.js("location.hash")
    assert name_shown(chrome) in dict(Encoder().named_parameters())
    chrome.open(page, "#at=encoder.layers.3")
    assert chrome.text("#crumbs").split("\n")[-1].endswith("3")
    assert "12" in chrome.text("#details")
    chrome.click("#crumbs button")
    assert chrome.js("location.hash") == ""
    chrome.js("history.back()")
    chrome.until("location.hash === '#at=encoder.layers.3'")
    chrome.until("document.querySelector('#crumbs [aria-current]').innerText.endsWith('3')")


def test_colours_and_areas_can_be_chosen(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    seen = []
    for colour in chrome.js("[...document.getElementById('colour').options].map((each) => each.value)"):
        chrome.choose("#colour", colour)
        seen.append((chrome.text("#legend"), chrome.js("document.getElementById('canvas').toDataURL()")))
    legends = [legend for legend, _ in seen]
    assert any("matrix" in legend for legend in legends)
    assert any("first block" in legend for legend in legends)
    assert any("0.1" in legend and "0" in legend for legend in legends)
    assert len(set(legends)) >= 7
    assert len({drawn for _, drawn in seen}) >= 5
    for area in ("values", "state", "parameters", "root"):
        chrome.choose("#area", area)
        assert f"area={area}" in chrome.js("location.hash") or area == "root"


def test_the_map_works_by_keyboard_alone(chrome: Browser, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    chrome.open(page)
    chrome.press(Keys.TAB)
    assert chrome.js("document.activeElement.id") == "skip"
    for _ in range(40):
        if chrome.js("document.activeElement.id") == "map":
            break
        chrome.press(Keys.TAB)
    assert chrome.js("document.activeElement.id") == "map"
    chrome.press(Keys.ARROW_DOWN)
    assert chrome.js("document.getElementById('told').textContent").startswith("embedding.weight: ")
    chrome.press(Keys.ARROW_RIGHT, Keys.ENTER)
    assert chrome.js("location.hash") == "#at=encoder.layers"
    chrome.press(Keys.ENTER, Keys.ENTER)
    for _ in range(6):
        if "name=" in chrome.js("location.hash"):
            break
        chrome.press(Keys.ENTER)
    assert name_shown(chrome).startswith("encoder.layers.0.")
    chrome.press(Keys.ESCAPE, Keys.ESCAPE, Keys.ESCAPE)
    assert chrome.text("#crumbs").strip() == "whole model"


# --- search and table -------------------------------------------------------------------------------------------------


def test_a_search_finds_names_and_roles(chrome: Browser, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    chrome.open(page)
    before = chrome.js("document.getElementById('canvas').toDataURL()")
    chrome.driver.find_element("css selector", "#search").send_keys("layers.3 norm")
    chrome.until("document.getElementById('hits').textContent === '4 matches'")
    assert chrome.text("#matched").startswith("4 of 75")
    assert chrome.js("document.getElementById('canvas').toDataURL()") != before
    chrome.press(Keys.ENTER)
    assert name_shown(chrome) == "encoder.layers.3.norm1.weight"
    chrome.open(page, "#q=embedding")
    assert chrome.text("#matched").startswith("1 of 75")


def test_the_table_folds_unfolds_sorts_and_filters(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    assert any(row.startswith("encoder.layers.{1..5}.linear1.weight") for row in chrome.texts("#rows th"))
    folded = len(chrome.texts("#rows tr"))
    chrome.click("#rows [aria-expanded]")
    assert len(chrome.texts("#rows tr")) == folded + 5
    assert chrome.js("document.activeElement.getAttribute('aria-expanded')") == "true"
    chrome.click("#heads th:nth-child(4) button")
    values = [int(text.replace(",", "")) for text in chrome.texts("#rows tr:not(.inner) td:nth-child(4)")]
    assert values == sorted(values, reverse=True)
    assert chrome.js("document.querySelector('#heads th:nth-child(4)').getAttribute('aria-sort')") == "descending"
    chrome.choose("#group", "1")
    assert set(chrome.texts("#rows td:nth-child(5)")) == {
        chrome.js("document.querySelector('#group option:checked').text")
    }
    chrome.choose("#group", "")
    chrome.click("#all")
    assert len(chrome.texts("#rows tr")) == 75


# --- the other parts --------------------------------------------------------------------------------------------------


def test_findings_rules_groups_and_memory_say_what_the_plan_says(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    assert "PW101 dead-rule" in chrome.text("#findings")
    assert "help:" in chrome.text("#findings")
    rules = chrome.texts("#rules tbody tr")
    assert rules[3].startswith("4 first block")
    assert "lr_scale of 12" in rules[3]
    assert "nothing" in rules[4]
    assert len(chrome.texts("#groups tbody tr")) == 4
    parameters = sum(parameter.numel() for parameter in Encoder().parameters())
    assert f"{4 * parameters / 1024:.0f} KiB" in chrome.text("#memory")
    assert "AdamW, assumed" in chrome.text("#memory")


def test_what_changes_is_told_and_shown_on_the_map(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    assert "From tokens to this plan" in chrome.text("#changes")
    assert "lr 2e-5 → 2e-6" in chrome.text("#changes")
    chrome.click("#changes button")
    assert "colour=change" in chrome.js("location.hash")
    assert "lr 2e-5 → 2e-6" in chrome.text("#legend")
    chrome.open(page, f"#name={QUERY(0)}")
    assert "Changes: lr 2e-5 → 2e-6" in chrome.text("#details")


def test_the_schedule_follows_its_choices(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    assert len(chrome.texts("#schedule canvas")) == 2
    before = chrome.text("#schedule")
    chrome.choose("#shape", "constant")
    chrome.js("document.getElementById('steps').value = 50000")
    chrome.js("document.getElementById('steps').dispatchEvent(new Event('change'))")
    assert "Over these 50,000 steps" in chrome.text("#schedule")
    assert chrome.text("#schedule") != before
    assert len(chrome.texts("#schedule canvas")) == 2


def test_a_run_has_its_curves_and_scores(chrome: Browser, run_page: Path) -> None:
    chrome.open(run_page)
    titles = chrome.texts("#run figcaption")
    assert titles[0].startswith("Loss")
    assert any(title.startswith("Update ratio") for title in titles)
    assert any(title.startswith("Gradient norm") for title in titles)
    drawn = chrome.js("[...document.querySelectorAll('#run canvas')].map((each) => each.toDataURL().length > 5000)")
    assert len(drawn) == len(titles) == 5
    assert all(drawn)
    assert "mcc, unseen\t0.000\t0.400\t+0.400" in chrome.text("#run")
    assert "Weight norms, before and after" in chrome.text("#run")
    assert chrome.js("document.getElementById('shape').value") == "run"


def test_two_runs_have_their_curves_side_by_side(chrome: Browser, folder: Path, run_page: Path) -> None:
    other = write_run(folder / "other", steps=25)
    write_log(other / "metrics.jsonl", steps=2)
    chrome.open(pw.report(None, folder / "runs.html", run=folder / "run", against=other))
    keys = [[label.strip() for label in text.split("\n")] for text in chrome.texts("#run .key")]
    assert keys[0] == ["loss", "mean of the last steps", "loss, other", "mean of the last steps, other"]
    roles = ["embedding", "matrix", "head", "norm", "bias"]
    assert all({*roles, *(f"{role}, other" for role in roles)} == {*key} for key in keys[2:])
    dashed = chrome.js(
        "[...document.querySelectorAll('#run .key .line')].map((each) => "
        "[each.parentNode.innerText.includes(', other'), each.style.borderTopStyle === 'dashed'])"
    )
    assert all(of_other == is_dashed for of_other, is_dashed in dashed)
    assert "after, other" in chrome.texts("#run th")
    assert "mcc, unseen\t0.000\t0.400\t+0.400\t0.400\t+0.000" in chrome.text("#run")
    last = chrome.js(
        "[...document.querySelector('#run figure tbody tr:last-child').children].map((each) => each.textContent)"
    )
    assert (last[:2], last[3:]) == (["40", "0.025"], ["", ""])  # the other one had ended


# --- for every reader -------------------------------------------------------------------------------------------------

LOOKS = {
    "desktop": {},
    "dark": {"dark": True},
    "narrow": {"width": 400, "height": 800},
    "narrow and dark": {"width": 400, "height": 800, "dark": True},
}


@pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("which", ["page", "run_page"])
def test_axe_finds_no_violation(which: str, look: str, chrome: Browser, request: pytest.FixtureRequest) -> None:
    chrome.look(**LOOKS[look])
    chrome.open(request.getfixturevalue(which), f"#name={QUERY(1)}" if which == "page" else "")
    assert AXE is not None
    chrome.driver.execute_script(Path(str(AXE.origin)).with_name("axe.min.js").read_text())
    found = chrome.driver.execute_async_script("axe.run().then(arguments[0])")
    assert [
        (fault["id"], [node["html"][:200] for node in fault["nodes"][:3]], fault["nodes"][0]["failureSummary"])
        for fault in found["violations"]
    ] == []
    assert len(found["passes"]) > 20


@pytest.mark.parametrize("width", [320, 400, 700, 1280])
@pytest.mark.parametrize("which", ["page", "run_page"])
def test_nothing_is_wider_than_the_window(
    which: str, width: int, chrome: Browser, request: pytest.FixtureRequest
) -> None:
    chrome.look(width, 800)
    chrome.open(request.getfixturevalue(which), f"#name={QUERY(0)}" if which == "page" else "")
    assert chrome.js("document.documentElement.scrollWidth") <= width


def test_dark_and_light_differ_and_follow_the_system(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    light = chrome.js("getComputedStyle(document.documentElement).backgroundColor")
    map_then = chrome.js("document.getElementById('canvas').toDataURL()")
    chrome.look(dark=True)
    assert chrome.js("getComputedStyle(document.documentElement).backgroundColor") != light
    chrome.until(
        "document.getElementById('canvas').toDataURL() !== arguments[0]".replace("arguments[0]", repr(map_then))
    )


def test_it_prints_without_its_controls(chrome: Browser, page: Path) -> None:
    chrome.look(medium="print")
    chrome.open(page)
    assert not chrome.js("document.querySelector('nav').offsetHeight")
    assert chrome.js("document.getElementById('rows').offsetHeight") > 100
    printed = chrome.driver.execute_cdp_cmd("Page.printToPDF", {})
    assert len(printed["data"]) > 20_000


# --- odd pages --------------------------------------------------------------------------------------------------------


def test_hostile_names_are_text(chrome: Browser, folder: Path) -> None:
    chrome.open(pw.report(hostile_plan(), folder / "hostile.html", source="<b>\u202e</b>"))
    assert chrome.text("h1") == "<b>\\u202e</b>"
    shown = chrome.texts("#rows th")
    assert "<img src=x onerror=alert(1)>.weight" in shown
    assert "</script><script>alert(1)</script>" in shown
    assert "\\x1b[2J\\u202egnp.\\ud800" in shown
    assert not chrome.js("document.querySelectorAll('img, b, main script').length")
    chrome.click("#rows button")
    assert chrome.js("location.hash").startswith("#name=")
    chrome.open(
        folder / "hostile.html",
        "#name=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.weight&at=__proto__&colour=constructor&group=%3Cb%3E",
    )
    assert name_shown(chrome) == "<img src=x onerror=alert(1)>.weight"


def test_no_script_of_another_gets_in(chrome: Browser, page: Path) -> None:
    chrome.open(page)
    chrome.js(
        "(() => { const made = document.createElement('script'); made.textContent = 'window.got = 1';"
        " document.body.append(made); const image = document.createElement('img');"
        " image.src = 'https://example.org/x.png'; document.body.append(image); })()"
    )
    assert chrome.js("window.got === undefined")
    assert any("Content Security Policy" in line for line in chrome.complaints())
    assert chrome.requests() == []


class Single(nn.Module):
    """A single parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2, 2))


ODD = {
    "no parameter": lambda: pw.plan(pw.Catalog([])),
    "a single parameter": lambda: pw.plan(Single()),
    "no value": lambda: pw.plan(pw.Catalog([pw.Parameter("a.b", (), (0,), "float32", True, "bias", None, 0)])),
    "all frozen": lambda: pw.plan(Plain(), pw.Rule(pw.everything(), freeze=True)),
    "frozen in the model": lambda: pw.plan(FrozenTrunk(), lr=1e-3),
    "several optimizers": lambda: pw.plan(Encoder(), "muon", lr=1e-2, adamw_lr=1e-3),
    "an optimizer nobody knows": lambda: pw.plan(Plain(), "default", optimizer="sophia"),
    "no rule": lambda: pw.plan(Plain(), pw.Rule(pw.everything(), weight_decay=0.0)),
    "a rate for each block": lambda: pw.plan(Encoder(), "default", "layerwise", lr=1e-3),
    "names in names": lambda: pw.plan(
        pw.Catalog(
            [
                pw.Parameter(name, (), (3,), "weird", True, "bias", None, 3)
                for name in (
                    "a",
                    "a.b",
                    "a.b.c",
                    ".",
                    "..",
                    "a..b",
                    "x" * 5000,
                    ".".join("y" * 500),
                    "",
                    "a.b.d",
                    "z.1.2",
                    "z.10.2",
                )
            ]
        )
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_plan_has_a_page(kind: str, chrome: Browser, folder: Path) -> None:
    plan = ODD[kind]()
    chrome.open(pw.report(plan, folder / "odd.html"))
    if len(plan.catalog):
        for colour in chrome.js("[...document.getElementById('colour').options].map((each) => each.value)"):
            chrome.choose("#colour", colour)
        chrome.choose("#area", "state")
        chrome.click("#all")
        assert len(chrome.texts("#rows tr")) == len(plan.catalog)
        chrome.click("#rows button")
        assert name_shown(chrome)
    if kind == "several optimizers":
        assert "muon" in chrome.text("#memory")
        assert "adamw" in chrome.text("#memory")


@pytest.fixture(scope="module")
def large_page(folder: Path) -> Path:
    """100,000 parameters: experts in layers."""
    names = [
        f"layers.{layer}.experts.{expert}.{part}.weight"
        for layer in range(50)
        for expert in range(667)
        for part in ("gate", "up", "down")
    ]
    kinds = [pw.Parameter("", (), (64, 64), "bfloat16", True, "matrix", None, 4096).kind]
    catalog = pw.Catalog.of_kinds(names, kinds, [0] * len(names), {})
    return pw.report(pw.plan(catalog, lr=1e-3), folder / "large.html")


def test_a_large_model_is_folded_and_answers(chrome: Browser, large_page: Path) -> None:
    assert large_page.stat().st_size < 4_000_000
    chrome.open(large_page)
    assert chrome.texts("#figures dd")[0] == "100,050"
    assert chrome.texts("#rows th")[0].startswith("layers.{0..49}.experts.{0..666}.gate.weight")
    assert len(chrome.texts("#rows tr")) == 3
    chrome.click("#rows .link")
    assert len(chrome.texts("#rows tr")) == 3 + 100 + 1
    assert "and 33,250 more" in chrome.text("#rows")  # what is left out is said
    chrome.click_at("#canvas", 0.5, 0.5)
    chrome.until("location.hash.startsWith('#at=layers.')")
    chrome.open(large_page, "#q=experts.17.up&name=layers.3.experts.17.up.weight")
    assert name_shown(chrome) == "layers.3.experts.17.up.weight"
    assert chrome.text("#matched").startswith("50 of 100,050")
