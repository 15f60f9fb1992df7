"""Which weights are heads, and what Muon trains: by the code of models, by sizes, and by names where both allow it."""

import pytest
import torch
from torch import nn
from torch.nn import functional

import paramwise as pw
from paramwise.model import heads


def block() -> nn.Module:
    return nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)


class Bare(nn.Module):
    """No forward pass: only sizes tell."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(99, 8)
        self.layers = nn.ModuleList(block() for _ in range(2))
        self.to_words = nn.Linear(8, 99)


class Tagger(nn.Module):
    """Heads in a list, one for each task, and a hidden layer of the heads' size before them."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(20, 8)
        self.layers = nn.ModuleList(block() for _ in range(2))
        self.mix = nn.Linear(8, 8)
        self.linears = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))

    def forward(self, ids: torch.Tensor) -> list[torch.Tensor]:
        x = self.table(ids)
        for layer in self.layers:
            x = layer(x)
        x = self.mix(x).relu()
        return [linear(x) for linear in self.linears]


class Tasks(nn.Module):
    """Heads in a dictionary, called by name."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 8))
        self.of_task = nn.ModuleDict({"kind": nn.Linear(8, 3), "size": nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 2))})

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.body(x)
        return {task: module(x) for task, module in self.of_task.items()}


class Coder(nn.Module):
    """A variational autoencoder whose output is as wide as its input; the code's two layers are followed."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.mean, self.spread = nn.Linear(12, 8), nn.Linear(8, 4), nn.Linear(8, 4)
        self.fc3, self.fc4 = nn.Linear(4, 8), nn.Linear(8, 12)

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = functional.relu(self.fc1(x))
        return self.mean(x), self.spread(x)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.fc4(functional.relu(self.fc3(z))))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        mean, spread = self.encode(x)
        return self.decode(mean + spread.exp() * torch.randn_like(spread)), mean, spread


class Segmenter(nn.Module):
    """The class convolution is the last; a skip adds an earlier state before it."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
        self.up = nn.Conv2d(8, 8, 3, padding=1)
        self.classes = nn.Conv2d(8, 5, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.down(x)
        return self.classes(x + self.up(x))


class Actor(nn.Module):
    """No forward pass of its own, but methods that act and judge."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh())
        self.policy, self.value = nn.Linear(8, 2), nn.Linear(8, 2)

    def act(self, x: torch.Tensor) -> torch.Tensor:
        return self.policy(self.shared(x))

    def judge(self, x: torch.Tensor) -> torch.Tensor:
        return self.value(self.shared(x))


class Backbone(nn.Module):
    """Returns a hidden state: nothing is a head."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.up, self.down, self.norm = nn.Linear(8, 16), nn.Linear(16, 8), nn.LayerNorm(8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        return x + self.down(self.up(self.norm(x)).relu())


class Kernels(nn.Module):
    """Weights that are not one matrix."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(8, 8)
        self.depthwise = nn.Conv2d(8, 8, 3, groups=8)
        self.full = nn.Conv2d(8, 8, 3)
        self.row, self.column = nn.Linear(8, 1), nn.Linear(1, 8)
        self.spectral = nn.Parameter(torch.randn(8, 8, dtype=torch.cfloat))
        self.stack = nn.Parameter(torch.randn(2, 4, 8, 16))
        self.styled = nn.Parameter(torch.randn(1, 8, 8, 3, 3))

    def forward(self, x: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
        x = functional.conv2d(self.full(self.depthwise(x)), (self.styled * s).reshape(-1, 8, 3, 3))
        x = torch.einsum("bchw,cd->bdhw", x.to(torch.cfloat), self.spectral).real.mean((2, 3))
        x = sum(torch.matmul(x, self.stack[at][to])[:, :8] for at in range(2) for to in range(4))
        return self.dense(self.column(self.row(x)))


def with_muon(model: nn.Module) -> set[str]:
    plan = pw.plan(model, "muon", lr=0.02, adamw_lr=1e-3)
    return {
        name.removesuffix(".weight") for name in plan.catalog.names if plan[name].settings.get("optimizer") == "muon"
    }


@pytest.mark.parametrize(
    ("model", "hidden"),
    [
        (Tasks, {"body.0", "body.2", "of_task.size.0"}),
        (Coder, {"fc1", "mean", "spread", "fc3"}),
        (Segmenter, {"down.0", "down.2", "up"}),
        (Actor, {"shared.0", "shared.2"}),
        (Backbone, {"first", "up", "down"}),
        (Kernels, {"full"}),
    ],
)
def test_muon_trains_what_is_hidden(model: type[nn.Module], hidden: set[str]) -> None:
    assert with_muon(model()) == hidden


def test_heads_are_what_nothing_follows() -> None:
    assert not {"linears.0", "linears.1", "linears.2"} & with_muon(Tagger())
    assert "mix" in with_muon(Tagger())


def test_without_code_the_sizes_tell() -> None:
    assert pw.read(Bare()).heads.found == {"to_words.weight"}


def test_what_nothing_tells_is_a_finding() -> None:
    bare = nn.ModuleDict({"up": nn.Linear(4, 4), "last": nn.Linear(4, 4)})
    (finding,) = pw.plan(bare, "muon", lr=0.02, adamw_lr=1e-3).check()
    assert (finding.code, finding.level, finding.names) == ("PW110", "note", ("last.weight",))


def test_a_head_given_to_muon_by_hand_is_a_finding() -> None:
    plan = pw.plan(
        Coder(), pw.Rule(pw.ndim(2), optimizer="muon", lr=0.02), pw.Rule(pw.ndim(1), optimizer="adamw", lr=1)
    )
    assert ("PW106", ("fc4.weight",)) in [(finding.code, finding.names) for finding in plan.check()]


def test_a_pass_that_was_traced_changes_no_split() -> None:
    x, s = torch.randn(2, 8, 9, 9), torch.randn(1)
    evidence = pw.trace(Kernels(), x, s)
    plan = pw.plan(model := Kernels(), "muon", lr=0.02, adamw_lr=1e-3, evidence=evidence)
    names = {name for name in plan.catalog.names if plan[name].settings.get("optimizer") == "muon"}
    assert {name.removesuffix(".weight") for name in names} == with_muon(model)


def test_a_tied_head_follows_the_layer_before_it() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table, self.mix, self.out = nn.Embedding(9, 8), nn.Linear(8, 8), nn.Linear(8, 9, bias=False)
            self.out.weight = self.table.weight

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.out(self.mix(self.table(ids)).tanh())

    assert with_muon(Tied()) == {"mix"}


@pytest.mark.parametrize("name", ["bert", "gpt2", "llama", "t5", "whisper", "mixtral"])
def test_output_embeddings_of_transformers_are_heads(name: str) -> None:
    import transformers

    classes = {
        "bert": "BertForMaskedLM",
        "t5": "T5ForConditionalGeneration",
        "whisper": "WhisperForConditionalGeneration",
    }
    config = transformers.AutoConfig.for_model(name, tie_word_embeddings=False)
    cls = getattr(transformers, classes.get(name, "")) if name in classes else transformers.AutoModelForCausalLM
    with torch.device("meta"):
        model = cls(config) if name in classes else cls.from_config(config)
    head = model.get_output_embeddings().weight
    (called,) = [name for name, tensor in model.named_parameters() if tensor is head]
    assert called.removesuffix(".weight") not in with_muon(model)


def test_the_code_of_the_same_classes_is_followed_once() -> None:
    class Own(Tagger):
        pass

    before = heads._heads_among.cache_info()
    first, second = (pw.read(Own()).heads for _ in range(2))
    after = heads._heads_among.cache_info()
    assert first == second
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 1)
    other = Own()
    other.linears.append(nn.Linear(8, 8))
    assert len(pw.read(other).heads.found) == 4  # a model of another structure is followed
