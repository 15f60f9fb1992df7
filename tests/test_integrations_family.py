"""TRL's, sentence-transformers' and setfit's trainers with a plan: as with groups by hand, bit for bit."""

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import nn

import paramwise as pw
from paramwise.integrations.transformers import MetricsCallback

import peers

pytestmark = pytest.mark.filterwarnings("ignore")  # of the trainers, which are not ours

WORDS = [f"w{index}" for index in range(190)]


def tokenizer() -> transformers.PreTrainedTokenizerFast:
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", eos_token="[SEP]", unk_token="[UNK]", cls_token="[CLS]"
    )


def llama() -> transformers.LlamaForCausalLM:
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "vocab_size": 200}
    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(**sizes, num_attention_heads=4, num_key_value_heads=2, pad_token_id=0)
    )


def sentences(folder: Path) -> Any:
    st = pytest.importorskip("sentence_transformers", reason="make setup installs it apart")
    from sentence_transformers.models import Pooling, Transformer

    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    torch.manual_seed(0)
    transformers.BertModel(transformers.BertConfig(**sizes, vocab_size=200)).save_pretrained(folder / "bert")
    tokenizer().save_pretrained(folder / "bert")
    torch.manual_seed(0)
    return st.SentenceTransformer(modules=[Transformer(str(folder / "bert")), Pooling(32)], device="cpu")


def how(folder: Path) -> dict[str, Any]:
    return {
        "output_dir": str(folder / "run"),
        "per_device_train_batch_size": 2,
        "max_steps": 5,
        "save_steps": 2,
        "logging_steps": 2,
        "report_to": [],
        "use_cpu": True,
        "disable_tqdm": True,
        "learning_rate": 1e-3,
        "weight_decay": 0.1,
    }


def sft(folder: Path, **more: Any) -> Any:
    trl = pytest.importorskip("trl", reason="make setup installs it apart")
    texts = [" ".join(WORDS[(row * 7 + at) % 190] for at in range(12)) for row in range(32)]
    data = pytest.importorskip("datasets").Dataset.from_dict({"text": texts})
    args = trl.SFTConfig(**how(folder), bf16=False)
    return trl.SFTTrainer(model=llama(), args=args, train_dataset=data, processing_class=tokenizer(), **more)


def sft_with_peft(folder: Path) -> Any:
    from peft import LoraConfig

    torch.manual_seed(0)
    return sft(folder, peft_config=LoraConfig(r=4, target_modules=["q_proj"]))


def dpo(folder: Path) -> Any:
    trl = pytest.importorskip("trl", reason="make setup installs it apart")
    pairs = {"prompt": ["w1 w2"] * 16, "chosen": ["w3 w4"] * 16, "rejected": ["w5 w6"] * 16}
    data = pytest.importorskip("datasets").Dataset.from_dict(pairs)
    args = trl.DPOConfig(**how(folder), bf16=False)
    return trl.DPOTrainer(model=llama(), ref_model=llama(), args=args, train_dataset=data, processing_class=tokenizer())


def grpo(folder: Path) -> Any:
    trl = pytest.importorskip("trl", reason="make setup installs it apart")
    data = pytest.importorskip("datasets").Dataset.from_dict({"prompt": ["w1 w2", "w3 w4", "w5 w6", "w7 w8"] * 4})
    args = trl.GRPOConfig(**how(folder), bf16=False, num_generations=2, max_completion_length=4)

    def reward(completions: list[str], **_: Any) -> list[float]:
        return [float(len(set(text))) for text in completions]

    return trl.GRPOTrainer(
        model=llama(), reward_funcs=reward, args=args, train_dataset=data, processing_class=tokenizer()
    )


def st_with_a_loss_of_weights(folder: Path) -> Any:
    model = sentences(folder)
    import sentence_transformers as st
    from sentence_transformers.losses import SoftmaxLoss

    rows = {"a": [f"w{i} w{i + 1}" for i in range(32)], "b": [f"w{i + 2}" for i in range(32)]}
    data = pytest.importorskip("datasets").Dataset.from_dict({**rows, "label": [i % 3 for i in range(32)]})
    torch.manual_seed(1)
    loss = SoftmaxLoss(model, 32, num_labels=3)
    args = st.SentenceTransformerTrainingArguments(**how(folder))
    return st.SentenceTransformerTrainer(model=model, args=args, train_dataset=data, loss=loss)


def st_with_several_losses(folder: Path) -> Any:
    model = sentences(folder)
    import sentence_transformers as st
    from sentence_transformers.losses import MultipleNegativesRankingLoss, SoftmaxLoss

    datasets = pytest.importorskip("datasets")
    rows = {"a": [f"w{i} w{i + 1}" for i in range(16)], "b": [f"w{i + 2}" for i in range(16)]}
    data = {
        "pairs": datasets.Dataset.from_dict(rows),
        "classes": datasets.Dataset.from_dict({**rows, "label": [i % 3 for i in range(16)]}),
    }
    torch.manual_seed(1)
    loss = {"pairs": MultipleNegativesRankingLoss(model), "classes": SoftmaxLoss(model, 32, num_labels=3)}
    args = st.SentenceTransformerTrainingArguments(**how(folder))
    return st.SentenceTransformerTrainer(model=model, args=args, train_dataset=data, loss=loss)


def tensors(trainer: Any) -> dict[str, nn.Parameter]:
    """All that a trainer trains, by its names, of its model and of what is in its loss."""
    found = {name: one for name, one in trainer.model.named_parameters() if one.requires_grad}
    loss = getattr(trainer, "loss", None)
    for module in [loss] if isinstance(loss, nn.Module) else (loss or {}).values():
        known = {id(one) for one in found.values()}
        found |= {f"loss {name}": one for name, one in module.named_parameters() if id(one) not in known}
    return found


def trained(trainer: Any, resume: str | None = None) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    trainer.train(resume_from_checkpoint=resume)
    return {name: value.detach().clone() for name, value in tensors(trainer).items()}


TRAINERS = [sft, sft_with_peft, dpo, grpo, st_with_a_loss_of_weights, st_with_several_losses]


@pytest.mark.parametrize("make", TRAINERS, ids=lambda make: make.__name__)
def test_a_plan_attached_trains_as_groups_by_hand(make: Any, tmp_path: Path) -> None:
    peers.trainers_importable()
    by_hand = make(tmp_path / "hand")
    every = tensors(by_hand).values()
    groups = [
        {"params": [one for one in every if one.ndim > 1], "weight_decay": 0.1},
        {"params": [one for one in every if one.ndim < 2], "weight_decay": 0.0},
    ]
    by_hand.optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=1e-3, fused=True)
    expected = trained(by_hand)

    trainer = pw.attach(make(tmp_path / "planned"), "no_decay_1d")
    trainer.add_callback(MetricsCallback())
    got = trained(trainer)
    assert got.keys() == expected.keys()
    assert all(torch.equal(got[name], expected[name]) for name in got)
    assert not pw.audit(trainer).codes
    logged = [record for record in trainer.state.log_history if any(key.endswith("/lr") for key in record)]
    assert [record["step"] for record in logged] == [2, 4]

    if make is not grpo:  # which generates while it trains, and does not keep what it generated
        resumed = pw.attach(make(tmp_path / "planned"), "no_decay_1d")
        again = trained(resumed, str(tmp_path / "planned" / "run" / "checkpoint-2"))
        assert all(torch.equal(got[name], again[name]) for name in got)


def test_recipes_reach_adapters_that_the_trainer_added(tmp_path: Path) -> None:
    peers.trainers_importable()
    trainer = pw.attach(sft_with_peft(tmp_path), "lora_plus", ratio=16)
    rates = {group["lr"] for group in trainer.create_optimizer().param_groups}
    assert rates == {1e-3, 16e-3}


def test_the_weights_of_a_loss_are_planned_under_its_name(tmp_path: Path) -> None:
    peers.trainers_importable()
    trainer = st_with_a_loss_of_weights(tmp_path)
    pw.attach(trainer, "no_decay_1d", pw.Rule(pw.name("loss.*"), lr=1e-2))
    names = {group["lr"]: group["param_names"] for group in trainer.create_optimizer().param_groups if "lr" in group}
    assert set(names[1e-2]) <= {"loss.classifier.weight", "loss.classifier.bias"}
    fixed = pw.attach(st_with_a_loss_of_weights(tmp_path), pw.plan(sentences(tmp_path)))
    with pytest.raises(pw.InputError, match="the plan was made for another model: they differ in 2 names"):
        fixed.create_optimizer()


def setfit_trainer(folder: Path, **more: Any) -> Any:
    setfit = pytest.importorskip("setfit", reason="make setup installs it apart")
    from sklearn.linear_model import LogisticRegression

    data = pytest.importorskip("datasets").Dataset.from_dict(
        {"text": [f"w{i} w{i + 1}" for i in range(8)], "label": [i % 2 for i in range(8)]}
    )
    model = setfit.SetFitModel(model_body=sentences(folder), model_head=LogisticRegression(), labels=["a", "b"])
    how = {"output_dir": str(folder / "run"), "batch_size": 4, "max_steps": 2, "report_to": "none"}
    return setfit.Trainer(model=model, args=setfit.TrainingArguments(**how, **more), train_dataset=data)


@pytest.mark.parametrize(("argument", "decays"), [({}, [0.1, 0.0]), ({"l2_weight": 0.3}, [0.3, 0.0])])
def test_setfit_trains_its_body_with_a_plan(argument: Any, decays: Any, tmp_path: Path) -> None:
    peers.trainers_importable()
    trainer = setfit_trainer(tmp_path, **argument)
    assert pw.attach(trainer, "bert") is trainer
    trainer.train()
    groups = trainer.st_trainer.optimizer.optimizer.param_groups
    assert [group["weight_decay"] for group in groups] == decays
    assert not pw.audit(trainer.st_trainer).codes


def test_setfit_decay_set_twice_is_an_error(tmp_path: Path) -> None:
    peers.trainers_importable()
    trainer = pw.attach(setfit_trainer(tmp_path, l2_weight=0.3), "bert", weight_decay=0.1)
    with pytest.raises(pw.OptionError, match=r"is given twice: l2_weight, 0\.3, has no effect"):
        trainer.train()
