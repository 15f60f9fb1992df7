import copy
import gc
import io
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.optim.swa_utils import AveragedModel

import paramwise as pw
from paramwise.libraries import WRAPPERS
from paramwise.torch.modules import modules_of, named_tensors

from models import Cyclic, FrozenTrunk, NamedModule, Plain, SharedBlock, TiedEmbedding, bert_base, tiny_bert, tiny_gpt2

MODELS = [Plain, TiedEmbedding, SharedBlock, FrozenTrunk, NamedModule, Cyclic, tiny_bert, tiny_gpt2]


@pytest.mark.parametrize("make", MODELS)
def test_names_order_and_identity_are_named_parameters(make: object) -> None:
    model = make()  # type: ignore[operator]
    expected = dict(model.named_parameters())
    found = named_tensors(model)
    assert list(found) == list(expected)
    assert all(found[name] is expected[name] for name in expected)
    catalog = pw.read(model)
    for parameter in catalog:
        tensor = expected[parameter.name]
        assert parameter.shape == tuple(tensor.shape)
        assert type(parameter.shape) is tuple
        assert parameter.numel == tensor.numel()
        assert parameter.trainable == tensor.requires_grad


@pytest.mark.parametrize("make", [Plain, TiedEmbedding, SharedBlock, tiny_bert, tiny_gpt2])
def test_names_and_aliases_are_named_parameters_with_duplicates(make: object) -> None:
    model = make()  # type: ignore[operator]
    every = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    assert every == {name for p in pw.read(model) for name in (p.name, *p.aliases)}


def test_tied_once_with_its_alias() -> None:
    assert pw.read(TiedEmbedding())["embedding.weight"].aliases == ("head.weight",)
    assert pw.read(SharedBlock())["first.bias"].aliases == ("second.bias",)


def ddp(model: nn.Module) -> nn.Module:
    # a process group is not needed to hold a model: what is tested is the class
    wrapper = nn.parallel.DistributedDataParallel.__new__(nn.parallel.DistributedDataParallel)
    nn.Module.__init__(wrapper)
    wrapper.module = model
    return wrapper


def fabric(model: nn.Module) -> nn.Module:
    # it holds the module twice: as it was given, and as it is called, which may be in a wrapper
    from lightning.fabric.wrappers import _FabricModule

    return _FabricModule(ddp(model), None, original_module=model)  # type: ignore[arg-type]


def checkpointed(model: nn.Module) -> nn.Module:
    model.head = checkpoint_wrapper(model.head)
    return model


@pytest.mark.parametrize(
    "wrap",
    [
        ddp,
        nn.DataParallel,
        torch.compile,
        checkpointed,
        AveragedModel,
        fabric,
        lambda model: torch.compile(nn.DataParallel(model)),
    ],
)
def test_wrappers_add_nothing(wrap: object) -> None:
    plain, wrapped = pw.read(Plain()), pw.read(wrap(Plain()))  # type: ignore[operator]
    assert wrapped.names == plain.names
    assert [parameter.aliases for parameter in wrapped] == [parameter.aliases for parameter in plain]


def test_a_users_own_attributes_keep_their_names() -> None:
    wrapped = nn.DataParallel(NamedModule())
    assert pw.read(wrapped)["module.weight"].shape == (2, 2)
    assert pw.read(wrapped).names == pw.read(NamedModule()).names


def test_wrapper_classes_are_where_the_table_says() -> None:
    # a renamed class would silently give back the prefixes
    import importlib

    for qualified in WRAPPERS:
        package = qualified.partition(".")[0]
        if package not in ("torch", "peft"):
            continue
        module, _, name = qualified.rpartition(".")
        assert hasattr(importlib.import_module(module), name), qualified


def test_peft_adds_nothing() -> None:
    from peft import LoraConfig, get_peft_model

    model = tiny_bert()
    names = set(pw.read(model).names)
    config = LoraConfig(task_type="SEQ_CLS", target_modules=["query"], r=2)
    adapted = pw.read(get_peft_model(model, config))
    query = "bert.encoder.layer.0.attention.self.query"
    assert names <= set(adapted.names)
    assert set(adapted.names) - names == {
        *(f"bert.encoder.layer.{i}.attention.self.query.lora_{side}.default.weight" for i in (0, 1) for side in "AB"),
        "classifier.modules_to_save.default.weight",
        "classifier.modules_to_save.default.bias",
    }
    assert not adapted[f"{query}.weight"].trainable
    assert adapted[f"{query}.lora_A.default.weight"].trainable


def test_meta_models_are_read_without_values() -> None:
    with torch.device("meta"):
        catalog = pw.read(bert_base())
    assert catalog.numel == 109_483_778


def test_lazy_parameters_are_refused_until_they_have_a_shape() -> None:
    model = nn.Sequential(nn.LazyLinear(3))
    with pytest.raises(pw.InputError, match=r"`0\.weight` has no shape yet"):
        pw.read(model)
    model(torch.zeros(1, 2))
    assert pw.read(model)["0.weight"].shape == (3, 2)


def test_models_are_read_as_deeply_nested_as_torch_reads_them() -> None:
    model: nn.Module = nn.Linear(1, 1)
    for _ in range(600):
        model = nn.Sequential(model)
    assert pw.read(model).names == tuple(name for name, _ in model.named_parameters())


def test_parametrized_jit_and_copied_models_are_read() -> None:
    parametrized = nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))
    assert pw.read(parametrized).names == tuple(name for name, _ in parametrized.named_parameters())
    assert pw.read(copy.deepcopy(TiedEmbedding())) == pw.read(TiedEmbedding())


class Scripted(torch.jit.ScriptModule):
    """A class that TorchScript compiles: it keeps parameters, buffers and children in mappings of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.lin = nn.Linear(4, 4)
        self.w, self.gain = nn.Parameter(torch.randn(4, 4)), nn.Parameter(torch.ones(4))
        self.register_buffer("mask", torch.ones(4))

    @torch.jit.script_method
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.lin(x) @ self.w * self.mask * self.gain


def loaded(model: nn.Module) -> nn.Module:
    with io.BytesIO() as file:
        torch.jit.save(torch.jit.script(model), file)
        file.seek(0)
        return torch.jit.load(file)


SMALL = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4))
SCRIPTED: dict[str, Callable[[], nn.Module]] = {
    "class": Scripted,
    "class in a model": lambda: nn.Sequential(Scripted(), nn.Linear(4, 4)),
    "script": lambda: torch.jit.script(copy.deepcopy(SMALL)),
    "trace": lambda: torch.jit.trace(copy.deepcopy(SMALL), torch.ones(2, 4)),
    "file": lambda: loaded(SMALL),
    "wrapped": lambda: nn.DataParallel(torch.jit.script(copy.deepcopy(SMALL))),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", SCRIPTED)
def test_torchscript_is_planned_by_names_until_a_pass_tells(name: str, tmp_path: Path) -> None:
    model, x = SCRIPTED[name](), torch.randn(2, 4)
    plan = pw.plan(model, lr=0.1, weight_decay=0.1)
    assert plan.catalog.names == tuple(key.removeprefix("module.") for key, _ in model.named_parameters())
    assert {p.role for p in plan.catalog} <= {"matrix", "scale", "bias"}
    assert "PW109" in plan.check().codes  # nobody can read the code of a compiled layer
    optimizer = plan.optimizer(torch.optim.AdamW)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    model(x).square().sum().backward()
    optimizer.step()
    assert not any(map(torch.equal, before, model.parameters()))
    pw.save_state(optimizer, model, tmp_path / "state")
    pw.load_state(optimizer, model, tmp_path / "state")
    told = pw.plan(model, lr=0.1, weight_decay=0.1, evidence=pw.trace(model, x))
    assert not told.check()
    assert {p.name for p in told.catalog if p.role == "matrix"} == {p.name for p in plan.catalog if p.role == "matrix"}


def test_not_a_model() -> None:
    with pytest.raises(pw.InputError, match="not a model: dict"):
        pw.read({})  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [tiny_bert, SharedBlock, Cyclic, TiedEmbedding])
def test_modules_are_those_of_torch_in_its_order(make: Callable[[], nn.Module]) -> None:
    model = make()
    assert list(map(id, modules_of(model))) == list(map(id, model.modules()))


@pytest.mark.parametrize("read", [pw.read, modules_of, named_tensors, lambda model: pw.plan(model, lr=1e-3).groups])
def test_nothing_keeps_a_model_that_is_gone(read: Callable[[nn.Module], object]) -> None:
    # without a collection of cycles: a model may fill a GPU
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.LayerNorm(2)))
    read(model)
    weight = weakref.ref(model[0].weight)
    gc.disable()
    try:
        read(model)
        del model
        assert weight() is None
    finally:
        gc.enable()
