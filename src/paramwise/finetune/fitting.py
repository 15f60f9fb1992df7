"""What a model and its tokenizer must be for the data, found before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from paramwise.findings import InputError
from paramwise.finetune.batches import encoded, share_of
from paramwise.finetune.data import Example
from paramwise.sources.hub import one_line


def require_usable_tokenizer(folder: str, model: Any, tokenizer: Any, max_length: int, sentence: str) -> None:
    """Raise if a tokenizer knows no word, cannot pad, or makes longer sentences than the model takes."""
    # from a folder without a vocabulary, transformers makes a tokenizer that knows no word
    if set(tokenizer(sentence, add_special_tokens=False)["input_ids"]) <= {tokenizer.unk_token_id}:
        raise InputError(
            f"the tokenizer of `{folder}` knows no word of the data",
            evidence=[f"vocabulary: {len(tokenizer):,} tokens", f"sentence: {sentence}"],
            help="save the tokenizer beside the model: tokenizer.save_pretrained(folder)",
        )
    if tokenizer.pad_token_id is None:
        raise InputError(
            f"the tokenizer of `{folder}` has no padding token, so sentences cannot be batched",
            help="give it one, and save it beside the model: tokenizer.pad_token = tokenizer.eos_token",
        )
    positions = getattr(model.config, "max_position_embeddings", None)
    if positions is not None and max_length > positions:
        raise InputError(f"--max-length is {max_length}", help=f"the model has {positions} positions")


def require_runnable(folder: str, model: Any, tokenizer: Any, max_length: int, examples: Sequence[Example]) -> None:
    """Run the model on a few sentences, without training, and raise if it fails."""
    share = share_of(encoded(examples, tokenizer, max_length), tokenizer, 0, 1)
    model.eval()
    try:
        with torch.no_grad():
            model(**share.inputs)
    except Exception as error:  # models fail in as many ways as there are
        highest, rows = int(share.inputs["input_ids"].max()), model.get_input_embeddings().num_embeddings
        raise InputError(
            f"the model of `{folder}` fails on the first sentences of the data",
            evidence=[f"{type(model).__name__}: {one_line(error)}", f"it was given {', '.join(share.inputs)}"],
            help=(
                f"its tokenizer makes token {highest:,}, the model has {rows:,}: save the one that belongs to the model"
                if highest >= rows
                else "run the model by itself on a sentence: its config.json or its tokenizer may not fit the class"
            ),
        ) from error
