"""The sentences of the fine-tuning demo, and the generator that writes them."""

import csv
import math
import re
import runpy
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATOR = ROOT / "tools" / "acceptability.py"
SENTENCES = ROOT / "src" / "paramwise" / "finetune" / "sentences"

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (SENTENCES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def words(row: Row) -> list[str]:
    return re.findall(r"[\w']+", row["sentence"].lower())


TRAIN, UNSEEN = read("train.tsv"), read("unseen.tsv")
SIDES = pytest.mark.parametrize("rows", [TRAIN, UNSEEN], ids=["train", "unseen"])


def test_the_files_have_the_expected_form() -> None:
    for name in ("train.tsv", "unseen.tsv"):
        text = (SENTENCES / name).read_bytes().decode("utf-8")
        lines = text.split("\n")
        assert lines[0] == "sentence\tlabel\tphenomenon\tpair"
        assert lines[-1] == ""
        assert all(line.count("\t") == 3 for line in lines[:-1])
        assert not set('\r"[]{}|/') & set(text)
    assert 3600 <= len(TRAIN) <= 4400
    assert 600 <= len(UNSEEN) <= 900


def test_sentences_are_well_formed_and_distinct() -> None:
    sentences = [row["sentence"] for row in TRAIN + UNSEEN]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert re.fullmatch(r"[A-Z][A-Za-z', ]*[a-z][.?]", sentence), sentence
        assert "  " not in sentence
        assert 4 <= len(sentence.split()) <= 20


def test_a_or_an_never_gives_the_label_away() -> None:
    for row in TRAIN + UNSEEN:
        assert not re.search(r"\b(a [aeiou]|an [^aeiou])", row["sentence"], re.IGNORECASE), row["sentence"]


@SIDES
def test_every_pair_has_one_acceptable_and_one_unacceptable_member(rows: list[Row]) -> None:
    members = defaultdict(list)
    for row in rows:
        members[row["pair"]].append((row["label"], row["phenomenon"]))
    for (good, bad), (one, other) in (zip(*pair, strict=True) for pair in members.values()):
        assert {good, bad} == {"0", "1"}
        assert one == other


def test_a_pair_stays_on_one_side_of_the_split() -> None:
    assert not {row["pair"] for row in TRAIN} & {row["pair"] for row in UNSEEN}


def test_some_phenomena_are_only_unseen() -> None:
    trained, unseen = (Counter(row["phenomenon"] for row in rows) for rows in (TRAIN, UNSEEN))
    assert len(trained) >= 12
    assert trained.keys() < unseen.keys()
    held_out = unseen.keys() - trained.keys()
    assert held_out == runpy.run_path(str(GENERATOR))["HELD_OUT"].keys()
    assert len(held_out) >= 3
    assert min(unseen[name] for name in held_out) >= 30


def test_no_content_word_is_on_both_sides() -> None:
    known, met = ({word for row in rows for word in words(row)} for rows in (TRAIN, UNSEEN))
    assert len(met - known) > 0.6 * len(met)
    lexicon = runpy.run_path(str(GENERATOR))["LEXICON"].values()
    train, unseen = (set(" ".join(sides).split()) for sides in zip(*lexicon, strict=True))
    assert not train & unseen
    assert not unseen & known


def test_the_generator_writes_these_files() -> None:
    check = subprocess.run([sys.executable, GENERATOR, "--check"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr


def naive_bayes(train: list[Row], test: list[Row]) -> float:
    """The Matthews correlation on test of a bag of words."""
    counts = {label: Counter(word for row in train if row["label"] == label for word in words(row)) for label in "01"}
    weight = {word: math.log((counts["1"][word] + 1) / (counts["0"][word] + 1)) for word in counts["0"] | counts["1"]}
    table = Counter((row["label"], "01"[sum(weight.get(word, 0) for word in words(row)) > 0]) for row in test)
    hits, misses = table["1", "1"] * table["0", "0"], table["1", "0"] * table["0", "1"]
    margins = math.prod(sum(n for key, n in table.items() if key[side] == label) for side in (0, 1) for label in "01")
    return (hits - misses) / math.sqrt(margins) if margins else 0.0


def test_a_bag_of_words_is_not_enough() -> None:
    fifth = [int(row["pair"]) % 5 == 0 for row in TRAIN]
    kept = [row for row, out in zip(TRAIN, fifth, strict=True) if not out]
    left_out = [row for row, out in zip(TRAIN, fifth, strict=True) if out]
    assert naive_bayes(kept, left_out) < 0.25
    assert naive_bayes(TRAIN, UNSEEN) < 0.25
