"""Lock files: written to be read by a person, and read back without loss."""

import re
from pathlib import Path

import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

import paramwise as pw
from paramwise.model.catalog import Kind
from paramwise.model.roles import ROLES
from paramwise.plans.lock import lock_text, plan_of_text
from test_laws import NAMES, RULES

from models import Plain, TiedEmbedding, bert_base, tiny

HERE = Path("paramwise.lock")


def on_meta(make: object) -> pw.Catalog:
    with torch.device("meta"):
        return pw.read(make())  # type: ignore[operator]


def llama_8b() -> torch.nn.Module:
    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            hidden_size=4096,
            intermediate_size=14336,
            num_hidden_layers=32,
            num_attention_heads=32,
            num_key_value_heads=8,
            vocab_size=128256,
        )
    )


@pytest.mark.parametrize(("make", "parameters", "lines"), [(bert_base, 201, 60), (llama_8b, 291, 40)])
def test_it_fits_on_a_page(make: object, parameters: int, lines: int) -> None:
    plan = pw.plan(on_meta(make), lr=2e-5)
    text = lock_text(plan, "model")
    assert len(plan.catalog) == parameters
    assert text.count("\n") < lines
    assert max(map(len, text.splitlines())) < 140
    assert plan_of_text(text, HERE) == plan


@pytest.mark.parametrize("name", ["bert", "gpt2", "t5", "llama", "vit", "resnet", "mamba", "clip"])
def test_read_back_it_is_the_plan(name: str) -> None:
    catalog = pw.read(tiny(name))
    for recipes in (["default"], ["default", "layerwise"], [pw.recipes.muon(0.02, 1e-3), pw.recipes.freeze_below(1)]):
        plan = pw.plan(catalog, *recipes, betas=(0.9, 0.95), optimizer="adamw") if recipes == ["default"] else pw.plan(
            catalog, *recipes
        )  # fmt: skip
        text = lock_text(plan)
        again = plan_of_text(text, HERE)
        assert again == plan
        assert lock_text(again) == text
        assert again.catalog.layers == catalog.layers


@st.composite
def catalogs(draw: st.DrawFn) -> pw.Catalog:
    """Catalogs whose layers are told by their names, as those of models and files are."""
    odd = st.sampled_from(["a b.weight", "it's.'''", 'say "x"', "ü.weight", "tab\t.x", "h.{0..3}.up", "= x", "\\", "#"])
    blocks = st.integers(1, 3).map(lambda count: [f"h.{at}.{part}.weight" for at in range(count) for part in "ab"])
    names = draw(st.lists(NAMES | odd, unique=True, max_size=8))
    names = list(dict.fromkeys([*names, *draw(st.just([]) | blocks)]))
    kinds = []
    for _ in range(draw(st.integers(1, 4))):
        shape = draw(st.lists(st.integers(0, 5), max_size=3).map(tuple))
        kinds.append(
            Kind(
                shape=shape,
                dtype=draw(st.sampled_from(["float32", "bfloat16", "complex64"])),
                trainable=draw(st.booleans()),
                role=draw(st.sampled_from(ROLES)),
                module=draw(st.sampled_from(["torch.nn.Linear", "my.Linear", "my.<locals>.Odd Norm", None])),
                numel=int(torch.Size(shape).numel()),
                marked=draw(st.booleans()),
            )
        )
    kinds = list(dict.fromkeys(kinds))
    kind_of = draw(st.lists(st.integers(0, len(kinds) - 1), min_size=len(names), max_size=len(names)))
    tied = draw(st.sampled_from([{}, {names[0]: ["other.name", "a second"]} if names else {}]))
    return pw.Catalog.of_kinds(names, kinds, kind_of, tied)


@settings(deadline=None)
@given(catalogs(), st.lists(RULES, min_size=1, max_size=4))
def test_unfolding_undoes_folding(catalog: pw.Catalog, rules: list[pw.Rule]) -> None:
    plan = pw.plan(catalog, *rules, lr=1e-3)
    assert plan_of_text(lock_text(plan, "x"), HERE) == plan


def test_a_selector_of_ones_own_is_locked_by_names(tmp_path: Path) -> None:
    class Odd(pw.Selector):
        @property
        def fields(self) -> frozenset[str]:
            return frozenset({"name"})

        def __call__(self, parameter: pw.Parameter) -> bool:
            return "embedding" in parameter.name

        def __repr__(self) -> str:
            return "Odd()"

    plan = pw.plan(TiedEmbedding(), "default", pw.Rule(Odd(), lr=1e-3))
    locked = pw.read_lock(pw.write_lock(plan, tmp_path / "lock"))
    assert not plan.diff(locked)
    assert locked.rules[-1].name == "Odd()"
    assert locked.check() == ()


def test_the_source_is_said_and_an_older_lock_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "paramwise.lock"
    pw.write_lock(pw.plan(Plain()), path, "train:make")
    assert 'source = "train:make"' in path.read_text()
    pw.write_lock(pw.plan(Plain(), lr=1.0), path)
    assert pw.read_lock(path).base == {"lr": 1.0}
    assert [one.name for one in tmp_path.iterdir()] == ["paramwise.lock"]


def damage(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: damage(text, "[4, 4] matrix", "[4, 5] matrix"), "not as it was written"),
        (lambda text: damage(text, "weight_decay = 0.1", "weight_decay = 0.2"), "not as it was written"),
        (lambda text: text[: len(text) // 2], "not as it was written"),
        (lambda text: "", "its schema is None"),
        (lambda text: damage(text, "lock/1", "lock/9"), "its schema is 'paramwise/lock/9'"),
        (lambda text: "<<<<<<< HEAD\n" + text, "not as it was written"),
        (lambda text: text + "\n# more", "not as it was written"),
    ],
)
def test_a_damaged_lock_is_refused(change: object, message: str, tmp_path: Path) -> None:
    path = pw.write_lock(pw.plan(Plain(), lr=1e-3), tmp_path / "paramwise.lock")
    path.write_text(change(path.read_text()))  # type: ignore[operator]
    with pytest.raises(pw.InputError, match=message):
        pw.read_lock(path)


def signed(text: str) -> str:
    """With the digest that belongs to it: as one would forge a lock."""
    from paramwise.plans.lock import digest_of

    return re.sub(r'^digest = ".*"$', f'digest = "{digest_of(text)}"', text, count=1, flags=re.MULTILINE)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_forged_lock_gives_one_message(data: st.DataObject) -> None:
    lines = lock_text(pw.plan(Plain(), lr=1e-3)).splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    change = data.draw(st.sampled_from(["drop", "twice", "swap", "cut", "quote", "indent"]))
    line = lines[at]
    lines[at] = {
        "drop": "",
        "twice": line * 2,
        "swap": lines[at - 1],
        "cut": line[: len(line) // 2] + "\n",
        "quote": line.replace(" ", '"', 1),
        "indent": f"  {line}",
    }[change]
    try:
        plan_of_text(signed("".join(lines)), HERE)
    except pw.InputError as error:
        assert str(error).startswith("error: ")  # noqa: PT017


def test_line_endings_and_a_mark_in_front_change_nothing(tmp_path: Path) -> None:
    plan = pw.plan(Plain(), lr=1e-3)
    path = pw.write_lock(plan, tmp_path / "paramwise.lock")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert pw.read_lock(path) == plan


def test_labels_and_classes_that_are_called_alike_stay_apart() -> None:
    kinds = [Kind((1,), "float32", True, "matrix", module, 1) for module in ("m.L-2", "a.L", "b.L")]
    catalog = pw.Catalog.of_kinds(["a", "b", "c"], kinds, [0, 1, 2], {})
    named = [("a", "x-2", 1.0), ("b", "x", 2.0), ("c", "x", 3.0)]
    plan = pw.plan(catalog, *(pw.Rule(pw.name(name), name=rule, lr=lr) for name, rule, lr in named))
    assert plan_of_text(lock_text(plan), HERE) == plan


@pytest.mark.parametrize("names", [[""], ["h.0.", "h.1."], [".0.x", ".1.x"], ["a..0.x", "a..1.x"]])
def test_names_with_empty_parts(names: list[str]) -> None:
    catalog = pw.Catalog.of_kinds(names, [Kind((1,), "float32", True, "matrix", None, 1)], [0] * len(names), {})
    plan = pw.plan(catalog)
    assert plan_of_text(lock_text(plan), HERE) == plan


@pytest.mark.parametrize(
    "lines",
    [
        "h.{0..999999999999}\n",
        "h.{0..999999999999}\n  j.{1..0}\n    x  [2] matrix -  base\n",
        "h.{0..999999999}\n  x  [2] matrix -  base\n",
        "".join("  " * deep + "h.{0..0}\n" for deep in range(3000)) + "  " * 3000 + "x  [2] matrix -  base\n",
    ],
    ids=["nothing", "backwards", "many", "deep"],
)
def test_a_few_lines_do_not_unfold_without_end(lines: str) -> None:
    text = damage(lock_text(pw.plan(Plain())), "folded = '''\n", f"folded = '''\n{lines}")
    with pytest.raises(pw.InputError, match="not as it was written"):
        plan_of_text(signed(text), HERE)


def test_the_page_shows_a_lock_as_it_is() -> None:
    page = (Path(__file__).parents[1] / "docs" / "lock.md").read_text()
    shown = page.partition("```text\n")[2].partition("```\n")[0]
    assert shown == lock_text(pw.plan(tiny("bert"), lr=2e-5), "train:make_model")


def test_files_that_are_no_lock(tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match="there is no lock"):
        pw.read_lock(tmp_path / "none.lock")
    with pytest.raises(pw.InputError, match="a folder, not a file"):
        pw.read_lock(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(pw.InputError, match="not as it was written"):
        pw.read_lock(tmp_path / "bytes")
    with pytest.raises(pw.InputError, match="cannot be written"):
        pw.write_lock(pw.plan(Plain()), tmp_path / "no" / "folder")
    with pytest.raises(pw.InputError, match="a folder, not a file"):
        pw.write_lock(pw.plan(Plain()), ".")
