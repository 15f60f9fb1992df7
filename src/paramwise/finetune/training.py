"""The training loop, on torch's own engines: each step is the same on any number of processes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.distributed as dist
import transformers
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from paramwise.findings import InputError
from paramwise.finetune.batches import IGNORED, Sentence, Share, random_batches, share_of, sorted_batches
from paramwise.finetune.memory import keep_freed_memory
from paramwise.integrations.arguments import Arguments, Wish, planned_optimizer
from paramwise.plans.plan import Plan
from paramwise.torch.live import optimizers_of
from paramwise.torch.optimizers.adamw import AdamW
from paramwise.torch.processes import are_many, gathered, rank, world
from paramwise.torch.state.keeping import load_state, save_state

WARM_UP = 0.1  # of all steps
MAX_NORM = 1.0  # gradients with a greater norm are scaled down to it


class Step(NamedTuple):
    """What a step did: its number from 1, the position in epochs, the loss and rate, the norm of the gradients."""

    step: int
    epoch: float
    loss: float
    learning_rate: float
    grad_norm: float


class Training:
    """A model in training.

    Attributes:
        model: the model; with ``fsdp``, its parameters are shards.
        optimizer: the plan's.
        history: the steps so far.
        epoch: number of epochs so far.
        steps: number of steps of all epochs.
    """

    def __init__(
        self,
        model: nn.Module,
        tokenizer: Any,
        sentences: Sequence[Sentence],
        plan: Plan,
        *,
        rate: float,
        epochs: int,
        batch_size: int,
        seed: int,
        bf16: bool,
        fsdp: bool,
    ) -> None:
        """Put the model on its device, spread it over the processes, and build optimizer and schedule.

        Args:
            model: the model that was planned.
            tokenizer: the model's; it pads.
            sentences: to train on, the same in every process.
            plan: of the optimizer.
            rate: the peak learning rate.
            epochs: passes over the sentences.
            batch_size: sentences in a step, of all processes together.
            seed: of the order and of what the model draws.
            bf16: whether to compute under bfloat16 autocast.
            fsdp: whether to shard parameters, gradients and state over the processes (FSDP2).
        """
        self.model, self.tokenizer, self.sentences = model, tokenizer, sentences
        self.batch_size, self.seed, self.bf16 = batch_size, seed, bf16
        self.history: list[Step] = []
        self.epoch = 0
        self._lengths = [len(sentence.tokens) for sentence in sentences]
        self.steps = epochs * math.ceil(len(sentences) / batch_size)
        self.device = torch.accelerator.current_accelerator() or torch.device("cpu")
        model.to(self.device)
        if fsdp:
            _shard(model)
        if self.device.type == "cpu":
            keep_freed_memory()
        arguments = Arguments(AdamW, {"lr": rate, "weight_decay": 0.0}, {})
        self.optimizer = planned_optimizer(Wish.of(plan), arguments, model)
        if self.device.type == "cpu" and not are_many():  # in DistributedDataParallel norms came out different
            _make_sparse(model, self.optimizer, batch_size * max(self._lengths))
        self.scheduler = transformers.get_linear_schedule_with_warmup(
            self.optimizer, math.ceil(WARM_UP * self.steps), self.steps
        )
        self._called = model
        if are_many() and not fsdp:
            self._called = DistributedDataParallel(model, find_unused_parameters=True)

    def train_epoch(self) -> Iterator[Step]:
        """Train for an epoch; gives each step when it is done.

        What the model draws (dropout) depends on the seed, the epoch and the process alone, so that a resumed run draws
        what the whole run would have drawn.
        """
        draws = np.random.SeedSequence([self.seed, self.epoch, rank()])
        transformers.set_seed(int(draws.generate_state(1)[0]))
        self._called.train()
        batches = random_batches(self._lengths, self.batch_size, self.seed, self.epoch)
        for number, batch in enumerate(batches, 1):
            loss, norm, learning_rate = self._step(self._share(self.sentences, batch))
            position = self.epoch + number / len(batches)
            step = Step(len(self.history) + 1, round(position, 6), loss, learning_rate, norm)
            self.history.append(step)
            yield step
        self.epoch += 1

    def _step(self, share: Share) -> tuple[float, float, float]:
        with self._autocast():
            logits = self._called(**share.inputs).logits
        # the engines take the mean over processes, whose shares differ: so the sum, over the whole batch's number
        total = functional.cross_entropy(logits.float(), share.labels, reduction="sum", ignore_index=IGNORED)
        torch.autograd.backward(total * (world() / share.whole))
        norm = _clip(list(self.model.parameters()))
        rate = float(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.scheduler.step()
        self.optimizer.zero_grad()
        total = total.detach() / share.whole
        if are_many():
            dist.all_reduce(total)
        return float(total), float(_whole(norm)), rate

    @torch.no_grad()
    def predict(self, sentences: Sequence[Sentence], batch_size: int) -> list[int]:
        """The class that the model gives to each sentence; the processes share the work."""
        self.model.eval()
        own: dict[int, int] = {}
        for batch in sorted_batches([len(sentence.tokens) for sentence in sentences], batch_size):
            share = self._share(sentences, batch)
            with self._autocast():
                logits = self.model(**share.inputs).logits
            own |= zip(batch[rank() :: world()], logits[: share.own].argmax(-1).tolist(), strict=True)
        for module in self.model.modules():
            if isinstance(module, FSDPModule):
                module.reshard()  # a forward without a backward leaves whole parameters where the shards were
        found = {index: label for part in gathered(own) for index, label in part.items()}
        return [found[index] for index in range(len(sentences))]

    def weights(self) -> Mapping[str, Any]:
        """The whole weights, on the CPU; every process calls it, and the first gets them."""
        options = StateDictOptions(full_state_dict=True, cpu_offload=True)
        return get_model_state_dict(self.model, options=options)

    def save(self, path: Path) -> None:
        """Save all that training goes on from, by name: in a file, which processes that drifted apart refuse to write.

        With FSDP in a folder, each process its part. Every process calls it.
        """
        extra = {"position": {"epoch": self.epoch, "history": [list(step) for step in self.history]}}
        try:
            save_state(self.optimizer, self.model, path, extra={**extra, **self._kept_beside()})
        except CheckpointException as error:  # not an Exception: torch's own for what failed in some process
            cause = next(iter(error.failures.values()))[0]
            raise InputError(
                f"cannot be written: {getattr(cause, 'strerror', None) or type(cause).__name__}",
                where=str(path),
                help="check the folder, its permissions and its space",
            ) from error

    def load(self, path: Path) -> None:
        """Go on from what `save` saved, in any number of processes, sharded or not."""
        kept = self._kept_beside()
        found = load_state(self.optimizer, self.model, path, hyperparameters="saved", extra=kept).extra["position"]
        self.epoch, self.history = found["epoch"], [Step(*step) for step in found["history"]]

    def _kept_beside(self) -> dict[str, Any]:
        return {"scheduler": self.scheduler, "weights": _Weights(self.model)}

    def _share(self, sentences: Sequence[Sentence], batch: Sequence[int]) -> Share:
        share = share_of([sentences[index] for index in batch], self.tokenizer, rank(), world())
        inputs = {name: tensor.to(self.device) for name, tensor in share.inputs.items()}
        return share._replace(inputs=inputs, labels=share.labels.to(self.device))

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)


class _Weights:
    """The weights and buffers of a model, each once, as what a state file keeps beside the state."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    def state_dict(self) -> dict[str, torch.Tensor]:
        names = {name for name, _ in (*self.model.named_parameters(), *self.model.named_buffers())}
        return {name: tensor for name, tensor in self.model.state_dict().items() if name in names}

    @torch.no_grad()
    def load_state_dict(self, weights: Mapping[str, torch.Tensor]) -> None:
        for name, tensor in self.state_dict().items():
            value = weights[name].to(tensor.device)
            if isinstance(tensor, DTensor):  # every process has the whole value: nothing is sent
                value = distribute_tensor(value, tensor.device_mesh, tensor.placements, src_data_rank=None)
            tensor.copy_(value)


def _shard(model: nn.Module) -> None:
    """Shard a model over all processes: each block by itself, and the rest together."""
    mesh = init_device_mesh("cuda" if torch.cuda.is_available() else "cpu", (world(),))
    for block in _blocks(model):
        fully_shard(block, mesh=mesh)
    fully_shard(model, mesh=mesh)


def _make_sparse(model: nn.Module, optimizer: torch.optim.Optimizer, most: int) -> None:
    """Give sparse gradients to tables with more rows than a step can look up: the rest of a dense one is zeros.

    Only to those that our AdamW steps: other optimizers refuse sparse gradients.
    """
    ours = (each for each in optimizers_of(optimizer) if isinstance(each, AdamW))
    takes = {id(tensor) for each in ours for group in each.param_groups for tensor in group["params"]}
    for module in model.modules():
        if type(module) is nn.Embedding and module.num_embeddings > most and id(module.weight) in takes:
            module.sparse = True


def _clip(parameters: Sequence[nn.Parameter]) -> torch.Tensor:
    """Scale gradients whose norm is above `MAX_NORM` down to it; gives the norm before."""
    for parameter in parameters:
        if parameter.grad is not None and parameter.grad.is_sparse:
            parameter.grad = parameter.grad.coalesce()
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = nn.utils.get_total_norm([gradient.values() if gradient.is_sparse else gradient for gradient in gradients])
    nn.utils.clip_grads_with_norm_(parameters, MAX_NORM, norm)
    return norm


def _blocks(module: nn.Module) -> Iterator[nn.Module]:
    """The members of the outermost lists of modules: what a model calls one after the other."""
    for child in module.children():
        if isinstance(child, nn.ModuleList):
            yield from child
        else:
            yield from _blocks(child)


def _whole(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor
