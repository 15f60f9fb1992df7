import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

import paramwise as pw
from paramwise.sources import demo, hub
from paramwise.sources.reading import build, catalog_of
from paramwise.sources.source import Source, parse_source
from paramwise.torch.modules import read_module

from models import tiny_bert


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    tiny_bert().save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("demo", Source("demo", "demo")),
        ("model.safetensors", Source("file", "model.safetensors")),  # there
        ("model.safetensors.index.json", Source("file", "model.safetensors.index.json")),
        ("absent.safetensors", Source("file", "absent.safetensors")),  # not there, and still not a name on the Hub
        ("absent.bin", Source("file", "absent.bin")),
        ("folder", Source("folder", "folder")),
        (".", Source("folder", ".")),
        ("owner/name", Source("hub", "owner/name")),
        ("bert-base-uncased", Source("hub", "bert-base-uncased")),
        ("timm:resnet50.a1_in1k", Source("timm", "timm:resnet50.a1_in1k", "timm", "resnet50.a1_in1k")),
        ("train:build", Source("callable", "train:build", "train", "build")),
        ("package.train:Model.build", Source("callable", "package.train:Model.build", "package.train", "Model.build")),
    ],
)
def test_each_kind_of_source(text: str, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "model.safetensors").touch()
    (tmp_path / "model.safetensors.index.json").touch()
    assert parse_source(text) == source


@pytest.mark.parametrize(
    "text", ["", ":", "train:", ":build", "a/b/c", "absent.json", "/no/such/folder", "two words", "../x"]
)
def test_what_is_not_a_source(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pw.InputError, match="no such source") as error:
        parse_source(text)
    assert "module:callable" in error.value.findings[0].help[0]


def test_what_is_here_comes_before_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_source("gpt2").kind == "hub"
    (tmp_path / "gpt2").mkdir()
    assert parse_source("gpt2").kind == "folder"


def test_a_catalog_is_taken_as_it_is() -> None:
    catalog = pw.read("models:plain")
    assert catalog_of(catalog) is catalog
    assert catalog_of("models:plain") == catalog
    with pytest.raises(pw.InputError, match="not a model: dict"):
        catalog_of({})  # type: ignore[arg-type]


def test_a_model_cannot_be_built_from_a_file(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match="does not say how to build the model"):
        build(str(saved / "model.safetensors"), values=True)
    with pytest.raises(pw.InputError, match="no such source"):
        build(str(tmp_path / "absent.safetensors"), values=True)


def test_demo() -> None:
    catalog = pw.read("demo")
    assert (len(catalog), catalog.numel) == (105, 22_713_986)
    decayed, kept = pw.plan("demo", "bert").groups
    assert (len(decayed.parameters), decayed.numel) == (41, 22_682_880)
    assert (len(kept.parameters), kept.numel) == (64, 31_106)


@pytest.mark.slow
def test_the_packaged_catalog_of_demo_is_that_of_the_built_model() -> None:
    built = read_module(build("demo", values=False))
    packaged = pw.read("demo")
    assert packaged == built
    assert packaged.heads == built.heads
    assert (packaged.kinds, packaged.aliases) == (built.kinds, {})
    for recipe in ("default", "bert", "layerwise"):
        assert pw.plan("demo", recipe, lr=1e-3).check() == pw.plan(built, recipe, lr=1e-3).check()


def test_demo_needs_neither_torch_nor_its_package(tmp_path: Path) -> None:
    code = (
        "import sys, paramwise as pw; from paramwise.sources import demo; demo.PACKAGE = 'absent'\n"
        "assert len(pw.plan('demo', 'layerwise', lr=1e-3).explain('classifier.weight').plan.groups) == 8\n"
        "assert not {'torch', 'transformers'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_demo_weights_are_checked_before_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert demo.demo_folder().name == "model"
    monkeypatch.setattr(demo, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(pw.InputError, match="not the published ones"):
        build("demo", values=True)


def test_demo_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PACKAGE", "not_installed_at_all")
    with pytest.raises(pw.MissingExtraError, match=r'pip install "paramwise\[demo\]"'):
        build("demo", values=False)


def test_folder_with_and_without_weights(saved: Path, tmp_path: Path) -> None:
    assert pw.read(saved, exact=True) == pw.read(tiny_bert())
    (tmp_path / "config.json").write_text((saved / "config.json").read_text())
    assert pw.read(str(tmp_path)) == pw.read(tiny_bert())
    with pytest.raises(pw.InputError, match="holds no weights"):
        build(str(tmp_path), values=True)
    assert build(str(saved), values=True).classifier.weight.device.type == "cpu"


def test_headers_give_the_same_plan_without_torch(saved: Path) -> None:
    by_name, by_class = pw.read(saved), pw.read(saved, exact=True)
    assert sorted(by_name.names) == sorted(by_class.names)
    assert pw.read(saved / "model.safetensors") == by_name
    for parameter in by_name:
        twin = by_class[parameter.name]
        assert (parameter.shape, parameter.dtype, parameter.layer) == (twin.shape, twin.dtype, twin.layer)
        assert (parameter.role, parameter.module) == (twin.role, None)
    code = (
        "import sys; from paramwise.cli import main as cli\n"
        f"sys.argv = ['paramwise', 'plan', {str(saved / 'model.safetensors')!r}, '--recipe', 'default']\n"
        "try: cli.main()\nexcept SystemExit as done: assert not done.code\n"
        "loaded = {'torch', 'transformers', 'numpy', 'safetensors'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot read the model's configuration"),
        ("[1]", "does not begin with"),
        ("{}", "cannot read the model's configuration"),
        (json.dumps({"model_type": "no-such-type"}), "no-such-type"),
        (json.dumps({"model_type": "bert", "hidden_size": "many"}), "configuration|cannot build"),
        (json.dumps({"model_type": "bert", "hidden_size": 7}), "cannot build"),
        ("\udcff", "cannot read the model's configuration"),
    ],
)
def test_bad_configurations(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(pw.InputError, match=message) as error:
        pw.read(tmp_path)
    assert error.value.findings[0].help == (hub.FOLDER,)


def test_code_named_by_a_configuration_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(f"open({str(ran)!r}, 'w')")
    config = {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config", "AutoModel": "evil.Model"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(pw.InputError):
        pw.read(tmp_path)
    assert not ran.exists()


def test_callable_is_called_under_the_meta_device() -> None:
    assert len(pw.read("models:plain")) == 11
    assert build("models:plain", values=False).head.weight.is_meta
    assert not build("models:plain", values=True).head.weight.is_meta


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nothing-here", "is not a local folder"),
        ("no_such_module:build", "no module `no_such_module`"),
        ("models:plian", "did you mean `plain`"),
        ("models:not_a_model", "returned str, not a model"),
        ("models:broken", "ValueError: this function is broken"),
        ("models:torch", "neither a model nor callable"),
        (str(Path(__file__)), "not a checkpoint that paramwise reads"),
        (str(Path(__file__).parent), "has no config.json"),
        (":", "no such source"),
    ],
)
def test_bad_sources(source: str, message: str) -> None:
    with pytest.raises(pw.InputError, match=message) as error:
        pw.read(source)
    assert all(error.value.findings[0].help), "says what to do"


def test_module_that_fails_to_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "failing_import.py").write_text("import not_installed_at_all")
    (tmp_path / "failing_code.py").write_text("1 / 0")
    with pytest.raises(pw.InputError, match="No module named 'not_installed_at_all'"):
        pw.read("failing_import:build")
    with pytest.raises(pw.InputError, match="ZeroDivisionError"):
        pw.read("failing_code:build")


def test_timm_models_are_built_without_values() -> None:
    if importlib.util.find_spec("timm") is None:
        with pytest.raises(pw.MissingExtraError, match=r"paramwise\[timm\]"):
            pw.read("timm:resnet18")
        pytest.skip("timm is not installed: it brings a torchvision that must fit torch")
    catalog = pw.read("timm:resnet18")
    assert catalog["layer1.0.bn1.weight"].role == "norm"
    assert [layer.index for layer in catalog.layers] == [None, *range(8), None]
    with pytest.raises(pw.InputError, match="did you mean"):
        pw.read("timm:resnte18")
