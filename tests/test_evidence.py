"""What a forward pass told goes into catalogs, plans, explanations, findings and locks, and is printed by a command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.model.evidence import Evidence
from paramwise.torch.trace.inputs import generic_inputs, trace_generic

import models

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"


class Odd(nn.Module):
    """Nobody can follow its code: what it does with its parameters shows in a pass alone."""

    def __init__(self) -> None:
        super().__init__()
        self.token_mix = nn.Parameter(torch.randn(4, 4))
        self.zeta = nn.Parameter(torch.randn(4, 4))
        self.eta = nn.Parameter(torch.randn(4))
        self.body = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found = dict(self.named_parameters(recurse=False))
        return self.body(x @ found["token_mix"] @ found["zeta"]) * found["eta"]


class Unread(nn.Module):
    """A layer and a matrix of any name, whose use nobody can read."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.body = nn.Linear(4, 4)
        self.register_parameter(name, nn.Parameter(torch.randn(4, 4)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mine = dict(self.named_parameters(recurse=False))
        return self.body(x) @ next(iter(mine.values()))


X = torch.randn(3, 4)


def decays(plan: pw.Plan) -> dict[str, float]:
    return {parameter.name: decision.settings["weight_decay"] for parameter, decision in plan}


def test_a_plan_takes_the_roles_that_the_pass_told() -> None:
    model = Odd()
    guessed = pw.plan(model, lr=1e-3, weight_decay=0.1)
    told = pw.plan(model, lr=1e-3, weight_decay=0.1, evidence=pw.trace(model, X))
    assert decays(guessed)["token_mix"] == decays(guessed)["zeta"] == 0.0
    assert decays(told) == {"token_mix": 0.1, "zeta": 0.1, "eta": 0.0, "body.weight": 0.1, "body.bias": 0.0}
    assert told.catalog["zeta"].witness == "pass: product"
    assert told.catalog["zeta"].role == "matrix"
    assert pw.read(model, evidence=pw.trace(model, X)) == told.catalog


def test_what_rests_on_a_name_or_on_nothing_is_a_finding_until_a_pass_tells() -> None:
    model = Odd()
    findings = {finding.code: finding for finding in pw.plan(model, lr=1e-3, weight_decay=0.1).check()}
    assert findings["PW108"].names == ("zeta", "eta")
    assert findings["PW109"].names == ("token_mix",)
    for finding in findings.values():
        assert "pw.Rule" in finding.help[0]
        assert "pw.trace" in finding.help[1]
    assert not pw.plan(model, lr=1e-3, weight_decay=0.1, evidence=pw.trace(model, X)).check()
    rule = pw.Rule(pw.name("*zeta", "*eta", "token_mix"), weight_decay=0.0)
    assert not pw.plan(model, "default", rule, lr=1e-3, weight_decay=0.1).check()
    assert "PW109" in [finding.code for finding in pw.plan(model, "default", lr=1e-3, weight_decay=0.1).check()]


def test_no_check_knows_better_than_a_rule_about_a_parameter_in_doubt() -> None:
    """What PW109 gives as the way out is not itself a finding, whichever way the rule decides."""
    for decay in (0.0, 0.1):
        for evidence in (None, pw.trace(replaced(), torch.ones(2, 6, 6))):
            rule = pw.Rule(pw.name("1.*"), weight_decay=decay)
            model = replaced()
            codes = pw.plan(model, "default", rule, lr=1e-3, weight_decay=0.1, evidence=evidence).check().codes
            assert list(codes) == (["PW104"] if evidence is None and not decay else [])
    for name in ("token_mix", "gamma", "zeta", "weight_matrix"):
        layer = Unread(name)
        assert "PW109" in pw.plan(layer, lr=1e-3, weight_decay=0.1).check().codes or name == "zeta"
        for decay in (0.0, 0.1):
            rule = pw.Rule(pw.name(f"*{name}"), weight_decay=decay)
            assert not pw.plan(layer, "default", rule, lr=1e-3, weight_decay=0.1).check(), (name, decay)


class Replaced(nn.Module):
    """Its code multiplies by the weight; a method that is replaced later adds it."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(6, 6))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight


def replaced() -> nn.Sequential:
    model = nn.Sequential(nn.Linear(6, 6), Replaced())
    model[1].forward = lambda x: x + model[1].weight
    return model


def test_where_the_code_has_no_doubt_and_the_pass_differs_a_finding_says_so(tmp_path: Path) -> None:
    model, x = replaced(), torch.ones(2, 6, 6)
    told = (evidence := pw.trace(model, x))["1.weight"]
    assert (told.role, told.disputed, told.witnesses[0].use) == (None, "position", "sum")
    assert list(evidence.differences) == ["1.weight"]
    assert "by structure matrix, which stands" in str(evidence)
    plan = pw.plan(model, lr=1e-3, weight_decay=0.1, evidence=evidence)
    assert (plan.catalog["1.weight"].role, plan.catalog["1.weight"].witness) == ("matrix", "disputed: sum")
    [finding] = plan.check()
    assert (finding.code, finding.names) == ("PW111", ("1.weight",))
    assert finding.evidence == ("1.weight: matrix by the code, sum by the pass",)
    assert "role told by its code; the pass saw sum" in str(plan.explain("1.weight"))
    rule = pw.Rule(pw.name("1.weight"), weight_decay=0.0)
    assert not pw.plan(model, "default", rule, lr=1e-3, weight_decay=0.1, evidence=evidence).check()
    assert Evidence.from_dict(evidence.as_dict()) == evidence
    pw.write_lock(plan, tmp_path / "plan.lock")
    locked = pw.read_lock(tmp_path / "plan.lock")
    assert locked.catalog["1.weight"].witness == "disputed: sum"
    assert not plan.diff(locked)


def test_a_pass_that_differs_and_does_not_change_weight_decay_is_believed() -> None:
    model = nn.Sequential(nn.Linear(6, 6), nn.LayerNorm(6))
    model[1].forward = lambda x: x + model[1].weight
    told = pw.trace(model, torch.ones(2, 6))["1.weight"]
    assert (told.structure, told.role, told.disputed) == ("norm", "bias", "")


def test_a_class_that_can_be_read_gives_no_finding() -> None:
    for name in ("llama", "mamba", "bert", "resnet"):
        codes = pw.plan(models.tiny(name), lr=1e-3, weight_decay=0.1).check().codes
        assert not {"PW108", "PW109"} & set(codes), name


def test_an_explanation_shows_the_witness() -> None:
    model = Odd()
    explained = str(pw.plan(model, lr=1e-3, weight_decay=0.1, evidence=pw.trace(model, X)).explain("zeta"))
    assert "seen as product: `mat2` of aten.mm, test_evidence.py:" in explained
    assert "role told by its name alone" in str(pw.plan(model, lr=1e-3, weight_decay=0.1).explain("token_mix"))


def test_a_lock_keeps_who_told_a_role(tmp_path: Path) -> None:
    model = Odd()
    for evidence in (pw.trace(model, X), None):
        plan = pw.plan(model, lr=1e-3, weight_decay=0.1, evidence=evidence)
        again = pw.read_lock(pw.write_lock(plan, tmp_path / "paramwise.lock"))
        assert again == plan
        assert again.catalog["zeta"].witness == ("pass: product" if evidence else "")
        assert again.catalog["token_mix"].witness == ("pass: product" if evidence else "name")
        assert not plan.diff(again)


def test_evidence_of_another_model_is_refused() -> None:
    evidence = pw.trace(nn.Linear(4, 4), X)
    with pytest.raises(pw.InputError, match="evidence is of another model: 2"):
        pw.plan(Odd(), lr=1e-3, evidence=evidence)
    with pytest.raises(pw.InputError, match="evidence is of another model: 1"):
        pw.plan(nn.Linear(5, 4), lr=1e-3, evidence=evidence)
    with pytest.raises(pw.InputError, match="not evidence: str"):
        pw.plan(Odd(), lr=1e-3, evidence="evidence.json")


def test_parameters_that_came_later_keep_their_roles() -> None:
    model = nn.Sequential(nn.Linear(4, 4))
    evidence = pw.trace(model, X)
    model.append(nn.LayerNorm(4))
    catalog = pw.read(model, evidence=evidence)
    assert (catalog["0.weight"].witness, catalog["1.weight"].witness) == ("pass: product", "")


# --- inputs that the model tells --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bert", "gpt2", "t5", "llama", "vit", "mamba"])
def test_a_model_of_transformers_says_what_it_takes(name: str) -> None:
    with torch.device("meta"):
        model = models.tiny(name)
    assert pw.trace(model, **generic_inputs(model)).untouched == {}


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Linear(3, 2), nn.ReLU()),
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)),
        nn.Sequential(nn.Embedding(4, 2), nn.LayerNorm(2)),
        models.Plain(),
    ],
)
def test_the_first_layer_says_what_a_model_takes(model: nn.Module) -> None:
    model = model.to("meta")
    assert pw.trace(model, **generic_inputs(model)).untouched == {}


@pytest.mark.parametrize("name", ["clip", "autoformer", "wav2vec2", "qwen2_vl_vision", "align_text"])
def test_what_an_argument_may_look_like_is_tried_in_turn(name: str) -> None:
    with torch.device("meta"):
        model = _small(name).eval()
    evidence = trace_generic(model)
    assert len(evidence.told) > len(evidence) * 0.8


def _small(name: str) -> nn.Module:
    import transformers as t

    if name == "clip":
        return models.tiny("clip")
    if name == "autoformer":
        return t.AutoformerModel(t.AutoformerConfig(prediction_length=2, d_model=8, encoder_layers=1, decoder_layers=1))
    if name == "wav2vec2":
        return t.Wav2Vec2Model(t.Wav2Vec2Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2))
    if name == "qwen2_vl_vision":
        from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel, Qwen2VLConfig

        return Qwen2VisionTransformerPretrainedModel(Qwen2VLConfig(vision_config={"depth": 1}).vision_config)
    return t.AlignTextModel(t.AlignTextConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2))


def test_whole_numbers_keep_their_values_on_meta() -> None:
    class Chooses(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))

        def forward(self, x: torch.Tensor, which: torch.Tensor) -> torch.Tensor:
            return self.layers[int(which[1])](x)

    evidence = pw.trace(Chooses().to("meta"), torch.ones(1, 2), torch.tensor([0, 2]))
    assert list(evidence.told) == ["layers.2.weight", "layers.2.bias"]


def test_a_real_mask_takes_as_many_values_as_it_says() -> None:
    class Placed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table, self.image = nn.Embedding(9, 4), nn.Linear(3, 4)

        def forward(self, ids: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
            x, features = self.table(ids), self.image(image)
            mask = (ids == 5).unsqueeze(-1).expand_as(x)
            if x[mask].numel() != features.numel():
                raise ValueError("as many places as features")
            return x.masked_scatter(mask, features)

    model = Placed().to("meta")
    assert pw.trace(model, torch.tensor([[1, 5, 5, 2]]), torch.ones(2, 3)).untouched == {}


def test_where_nothing_says_it_the_help_names_the_option() -> None:
    with pytest.raises(pw.InputError, match="nothing says what to call") as error:
        generic_inputs(nn.Bilinear(2, 2, 2))
    assert "--batch" in str(error.value)


# --- the command ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "paramwise", *arguments],
        cwd=HERE,
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_what_a_pass_told() -> None:
    printed = run("trace", "models:plain")
    assert printed.returncode == 0
    assert printed.stdout.startswith("11 parameters of 11 told by 17 operations: 5 bias, 2 matrix, 2 norm")
    data = json.loads(run("trace", "models:plain", "--batch", "models:batch", "--json").stdout)
    evidence = Evidence.from_dict(data)
    assert evidence.untouched == {}
    assert pw.plan(models.Plain(), lr=1e-3, evidence=evidence).catalog["head.weight"].witness == "pass: product"


def test_what_the_command_printed_goes_into_plans_locks_and_their_comparison(tmp_path: Path) -> None:
    file, lock = tmp_path / "evidence.json", tmp_path / "paramwise.lock"
    file.write_text(run("trace", "models:plain", "--json").stdout)
    told = ("--evidence", str(file))
    plan = json.loads(run("plan", "models:plain", "--lr", "1e-3", "--json", *told).stdout)
    assert {one["witness"].partition(":")[0] for one in plan["parameters"]} == {"pass"}
    assert "seen as product" in run("explain", "models:plain", "head.weight", *told).stdout
    assert run("lock", "models:plain", "-o", str(lock), *told).returncode == 0
    assert run("verify", "models:plain", "--lock", str(lock), *told).returncode == 0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"operations": 1, "parameters": {"x": 3}}'])
def test_a_file_that_holds_no_evidence_gets_one_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "evidence.json").write_text(text)
    printed = run("plan", "models:plain", "--evidence", str(tmp_path / "evidence.json"))
    assert printed.returncode == 2
    assert "paramwise trace SOURCE --json" in printed.stderr
    assert "Traceback" not in printed.stderr


def test_a_pass_that_fails_gets_one_message() -> None:
    for arguments, said in (
        (("models:plain", "--batch", "models:wrong_batch"), "the forward pass of `models:plain` failed"),
        (("models:not_a_model",), "not a model"),
    ):
        printed = run("trace", *arguments)
        assert printed.returncode == 2
        assert said in printed.stderr
        assert "Traceback" not in printed.stderr
