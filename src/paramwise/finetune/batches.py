"""The sentences of each step: the same on any number of processes; each takes its share."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch

from paramwise.finetune.data import Example

IGNORED = -100  # the label of a sentence that only keeps a process without a share in step; as in torch's losses
_POOLS = 50  # batches in a pool: sentences of about the same length are looked for in it


class Sentence(NamedTuple):
    """A sentence as tokens, and its class."""

    tokens: Sequence[int]
    label: int


class Share(NamedTuple):
    """What a process gets of a batch.

    Attributes:
        inputs: ``input_ids`` and what else the tokenizer makes, of shape (sentences, tokens), padded to the longest
            sentence of the whole batch, so that no model sees another padding on another number of processes.
        labels: of shape (sentences,).
        whole: number of sentences in the whole batch.
        own: number of sentences that are this process's; the one beyond them, if any, has the label `IGNORED`.
    """

    inputs: Mapping[str, torch.Tensor]
    labels: torch.Tensor
    whole: int
    own: int


def encoded(examples: Sequence[Example], tokenizer: Any, max_length: int) -> list[Sentence]:
    """The examples as tokens, cut to ``max_length``."""
    ids = tokenizer([example.sentence for example in examples], truncation=True, max_length=max_length)["input_ids"]
    return [Sentence(tokens, example.label) for tokens, example in zip(ids, examples, strict=True)]


def random_batches(lengths: Sequence[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """The batches of an epoch as numbers of sentences: random, but of about the same length, for little padding.

    They depend on the arguments alone, not on what was drawn before nor on the number of processes: a resumed run, in
    as many processes as may be, goes on with the batches that the whole run would have had. Each batch is sorted, the
    longest sentence first.
    """
    draw = random.Random(f"paramwise {seed} {epoch}")
    order = list(range(len(lengths)))
    draw.shuffle(order)
    pool = size * max(1, min(_POOLS, len(order) // (4 * size)))
    batches = []
    for begin in range(0, len(order), pool):
        near = sorted(order[begin : begin + pool], key=lambda index: -lengths[index])
        batches += [near[at : at + size] for at in range(0, len(near), size)]
    draw.shuffle(batches)
    return batches


def sorted_batches(lengths: Sequence[int], size: int) -> list[list[int]]:
    """All sentences, the longest first, in batches."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    return [order[at : at + size] for at in range(0, len(order), size)]


def share_of(batch: Sequence[Sentence], tokenizer: Any, rank: int, world: int) -> Share:
    """What a process gets of a batch: every ``world``-th sentence from ``rank`` on, so that all get about as much.

    A process without a sentence gets the last one with the label `IGNORED`: the engines need every process in every
    step.
    """
    own = batch[rank::world]
    rows = own or [Sentence(batch[-1].tokens, IGNORED)]
    longest = max(len(sentence.tokens) for sentence in batch)
    inputs = tokenizer.pad(
        {"input_ids": [sentence.tokens for sentence in rows]},
        padding="max_length",
        max_length=longest,
        return_tensors="pt",
    )
    return Share(dict(inputs), torch.tensor([sentence.label for sentence in rows]), len(batch), len(own))
