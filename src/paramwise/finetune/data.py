"""Labelled sentences: the demo's, CoLA's files, any TSV or CSV, or CoLA from the Hub."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from paramwise.files.regular import read_regular
from paramwise.findings import InputError, MissingExtraError

DEMO = "demo"
COLA = "cola"
SENTENCES = Path(__file__).parent / "sentences"
COLA_FILES = {
    "train": "in_domain_train.tsv",
    "in_domain": "in_domain_dev.tsv",
    "out_of_domain": "out_of_domain_dev.tsv",
}
MAX_LABELS = 1000
MAX_BYTES = 200_000_000
FORMATS = "a header with the columns `sentence` and `label`, or CoLA's four columns: source, label, mark, sentence"


class Example(NamedTuple):
    """A sentence and its class."""

    sentence: str
    label: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentences to train on, and sentences to evaluate on: splits by name, the main one first."""

    train: list[Example]
    evaluation: dict[str, list[Example]]

    @property
    def labels(self) -> int:
        """Number of classes."""
        return 1 + max(example.label for split in (self.train, *self.evaluation.values()) for example in split)

    def limited(self, limit: int, seed: int) -> Corpus:
        """At most ``limit`` sentences of each split, drawn at random."""
        return Corpus(_drawn(self.train, limit, seed), {k: _drawn(v, limit, seed) for k, v in self.evaluation.items()})


def load(data: str) -> Corpus:
    """The corpus that ``--data`` names.

    Args:
        data: ``demo``; ``cola`` for CoLA from the Hub; a folder with CoLA's own files; or a TSV or CSV file, where a
            tenth of the sentences is held out for evaluation.

    Raises:
        InputError: a file is missing or malformed; the message names the file and the line.
        MissingExtraError: ``data`` is ``cola`` and the package ``datasets`` is not installed.
    """
    if data == DEMO:
        corpus = Corpus(read_table(SENTENCES / "train.tsv"), {"unseen": read_table(SENTENCES / "unseen.tsv")})
    elif data == COLA and not Path(data).exists():
        corpus = _cola_from_hub()
    elif Path(data).is_dir():
        splits = {split: read_table(Path(data) / name) for split, name in COLA_FILES.items()}
        corpus = Corpus(splits.pop("train"), splits)
    else:
        corpus = _held_out(read_table(Path(data)), data)
    _check(corpus, data)
    return corpus


def read_table(path: Path) -> list[Example]:
    """The examples of a TSV (unquoted, as CoLA's and GLUE's are) or CSV file.

    Raises:
        InputError: the file is missing, not text or empty, or a row or label is malformed; names file and line.
    """
    if path.suffix.lower() not in (".tsv", ".csv", ".txt"):
        raise InputError(
            f"cannot tell the format of `{path}`",
            help="give a .tsv or a .csv file, a folder with CoLA's files, `demo` or `cola`",
        )
    try:
        if not path.exists():
            beside = sorted(p.name for p in path.parent.glob("*.[tc]sv")) if path.parent.is_dir() else []
            raise InputError(
                f"no data file `{path}`",
                evidence=[f"in {path.parent.resolve()}: {', '.join(beside) or 'no .tsv or .csv file'}"],
                help="give a .tsv or .csv file, a folder with CoLA's files, `demo` or `cola`",
            )
        text = read_regular(path, MAX_BYTES).decode("utf-8-sig")
        examples = list(_examples(io.StringIO(text, newline=""), path))
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 text: byte {error.object[error.start]:#04x}", where=str(path), help="save the file as UTF-8"
        ) from None
    except OSError as error:
        raise InputError(f"cannot read `{path}`: {error.strerror}", help="give a file that can be read") from None
    if not examples:
        raise InputError("no sentences", where=str(path), help=f"the file needs {FORMATS}")
    return examples


def _examples(file: Iterator[str], path: Path) -> Iterator[Example]:
    rows = (
        csv.reader(file) if path.suffix.lower() == ".csv" else csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    columns: tuple[int, int, int] | None = None  # their number, then the positions of sentence and label
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"malformed row: {error}", where=f"{path}:{rows.line_num}") from None
        where = f"{path}:{rows.line_num}"
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            header = [cell.strip().lower() for cell in row]
            if "sentence" in header and "label" in header:
                columns = len(row), header.index("sentence"), header.index("label")
                continue
            if len(row) != 4:
                raise InputError(
                    f"the first row has {len(row)} columns",
                    where=where,
                    evidence=[_shown(row)],
                    help=f"the file needs {FORMATS}",
                )
            columns = 4, 3, 1
        width, sentence, label = columns
        if len(row) != width:
            raise InputError(
                f"{len(row)} columns where {width} are expected",
                where=where,
                evidence=[_shown(row)],
                help=f"the file needs {FORMATS}",
            )
        text, number = row[sentence].strip(), row[label].strip()
        if not (number.isascii() and number.isdecimal() and int(number[:9]) < MAX_LABELS):
            raise InputError(
                f"the label is `{number}`, not a class number",
                where=where,
                evidence=[_shown(row)],
                help=f"labels are whole numbers from 0 (unacceptable) and 1 (acceptable) up to {MAX_LABELS - 1}",
            )
        if not text:
            raise InputError(
                "the sentence is empty", where=where, evidence=[_shown(row)], help="fill it in, or drop the row"
            )
        yield Example(text, int(number))


def _held_out(examples: list[Example], data: str) -> Corpus:
    """Hold out a tenth of the sentences, chosen by digest, so that equal sentences stay on the same side."""
    split: tuple[list[Example], list[Example]] = [], []
    for example in examples:
        digest = hashlib.blake2b(example.sentence.encode(), digest_size=4).digest()
        split[int.from_bytes(digest) % 10 == 0].append(example)
    train, evaluation = split
    if not train or not evaluation:
        raise InputError(
            f"too few sentences to hold some out: {len(examples)}", where=data, help="give some hundreds of sentences"
        )
    return Corpus(train, {"held_out": evaluation})


def _cola_from_hub() -> Corpus:
    try:
        import datasets
    except ImportError:
        raise MissingExtraError("datasets", "datasets", "--data cola") from None
    try:
        loaded = datasets.load_dataset("nyu-mll/glue", "cola")
        splits = {
            name: [Example(row["sentence"], row["label"]) for row in loaded[name]] for name in ("train", "validation")
        }
    except Exception as error:  # a missing network raises many types
        raise InputError(
            "cannot fetch `nyu-mll/glue` (cola) from the Hub",
            evidence=[" ".join(str(error).split())[:300]],
            help="without a network, use --data demo, or --data FOLDER with CoLA's own files",
        ) from error
    return Corpus(splits["train"], {"validation": splits["validation"]})


def _check(corpus: Corpus, data: str) -> None:
    seen = {example.label for example in corpus.train}
    if len(seen) < 2:
        raise InputError(
            f"every label of the training data is {seen.pop()}",
            where=data,
            help="give examples of two classes",
        )
    if missing := sorted(set(range(corpus.labels)) - seen):
        raise InputError(
            f"no training sentence has label {missing[0]}, though labels go up to {corpus.labels - 1}",
            where=data,
            help="number the classes 0, 1, 2, ... without gaps",
        )


def _drawn(examples: Sequence[Example], limit: int, seed: int) -> list[Example]:
    if limit >= len(examples):
        return list(examples)
    return [examples[index] for index in sorted(random.Random(seed).sample(range(len(examples)), limit))]


def _shown(row: list[str]) -> str:
    text = " | ".join(row)
    return text if len(text) <= 100 else f"{text[:97]}..."
