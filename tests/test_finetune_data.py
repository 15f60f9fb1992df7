import os
from pathlib import Path

import pytest

import paramwise as pw
from paramwise.finetune import data

COLA = Path(__file__).parents[2] / "shared" / "data" / "cola"


def write(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_demo_is_balanced_and_its_evaluation_is_unseen() -> None:
    corpus = data.load("demo")
    assert list(corpus.evaluation) == ["unseen"]
    assert corpus.labels == 2
    assert sum(example.label for example in corpus.train) * 2 == len(corpus.train)


@pytest.mark.skipif(not COLA.is_dir(), reason="the CoLA corpus is not beside this checkout")
def test_cola_as_it_is_distributed() -> None:
    corpus = data.load(str(COLA))
    assert (len(corpus.train), {k: len(v) for k, v in corpus.evaluation.items()}) == (
        8551,
        {"in_domain": 527, "out_of_domain": 516},
    ) or len(corpus.evaluation["out_of_domain"]) == 515
    assert corpus.train[0] == ("Our friends won't buy this analysis, let alone the next one we propose.", 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", 'label\tsentence\n1\tA "quoted" one.\n0\tTwo, with a comma.\n'),
        ("a.csv", 'sentence,label,more\n"A ""quoted"" one.",1,x\n"Two, with a comma.",0,y\n'),
        ("a.tsv", 'src\t1\t\tA "quoted" one.\nsrc\t0\t*\tTwo, with a comma.\n'),
        ("a.tsv", '\ufeffsentence\tlabel\r\nA "quoted" one.\t1\r\n\r\nTwo, with a comma.\t0'),
    ],
)
def test_formats(name: str, text: str, tmp_path: Path) -> None:
    examples = data.read_table(Path(write(tmp_path / name, text)))
    assert examples == [('A "quoted" one.', 1), ("Two, with a comma.", 0)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.tsv", "s\t1\t\tgood\ns\t1\tthree\n", r"3 columns where 4 are expected\n  --> .*a\.tsv:2"),
        ("a.tsv", "s\tyes\t\tgood\n", r"the label is `yes`, not a class number\n  --> .*a\.tsv:1"),
        ("a.csv", "sentence,label\ngood,1\nbad,-1\n", r"the label is `-1`.*\n  --> .*a\.csv:3"),
        ("a.csv", "sentence,label\ngood,0.5\n", "the label is `0.5`"),
        ("a.csv", "sentence,label\ngood,99999999999999999999\n", "not a class number"),
        ("a.csv", "sentence,label\n ,1\n", "the sentence is empty"),
        ("a.csv", "text,target\ngood,1\n", "the first row has 2 columns"),
        ("a.csv", "", "no sentences"),
        ("a.tsv", "sentence\tlabel\n\n", "no sentences"),
        ("a.csv", b"sentence,label\n\xff\xfe,1\n", "not UTF-8 text: byte 0xff"),
        ("a.csv", "sentence,label\n" + "x" * 200_000 + ",1\n", "field larger than field limit"),
        ("a.xlsx", "", "cannot tell the format"),
        ("a.csv", "sentence,label\n" + "".join(f"same {i},1\n" for i in range(50)), "every label .* is 1"),
        (
            "a.csv",
            "sentence,label\n" + "".join(f"gap {i},{i % 2 * 2}\n" for i in range(50)),
            "no training sentence has label 1",
        ),
        ("a.csv", "sentence,label\none,1\n", "too few sentences"),
    ],
)
def test_bad_files_name_file_and_line(name: str, text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(pw.InputError, match=message):
        data.load(write(tmp_path / name, text))


def test_missing_files(tmp_path: Path) -> None:
    write(tmp_path / "there.tsv", "")
    with pytest.raises(pw.InputError, match=r"in .*: there\.tsv"):
        data.load(str(tmp_path / "missing.tsv"))
    with pytest.raises(pw.InputError, match=r"no data file .*in_domain_train\.tsv"):
        data.load(str(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, "")
    path.chmod(0)
    with pytest.raises(pw.InputError, match="cannot read"):
        data.load(str(path))


def test_held_out_sentences_stay_held_out_in_any_order(tmp_path: Path) -> None:
    rows = [f"sentence number {index},{index % 2}\n" for index in range(200)]
    one = data.load(write(tmp_path / "a.csv", "sentence,label\n" + "".join(rows)))
    other = data.load(write(tmp_path / "b.csv", "sentence,label\n" + "".join(reversed(rows))))
    assert set(one.evaluation["held_out"]) == set(other.evaluation["held_out"])
    assert not set(one.train) & set(one.evaluation["held_out"])
    assert 5 < len(one.evaluation["held_out"]) < 40


def test_limit_draws_the_same_sentences_for_the_same_seed() -> None:
    corpus = data.load("demo")
    assert corpus.limited(20, 1) == corpus.limited(20, 1) != corpus.limited(20, 2)
    assert len(corpus.limited(20, 1).train) == len(corpus.limited(20, 1).evaluation["unseen"]) == 20


def test_cola_from_the_hub_without_a_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import datasets

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    with pytest.raises(pw.InputError, match="cannot fetch `nyu-mll/glue`"):
        data.load("cola")


def test_data_that_is_not_a_file_or_has_no_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tsv")
    with pytest.raises(pw.InputError, match="a pipe, not a file"):
        data.read_table(tmp_path / "pipe.tsv")
    (tmp_path / "endless.csv").symlink_to("/dev/zero")
    with pytest.raises(pw.InputError, match="a device, not a file"):
        data.read_table(tmp_path / "endless.csv")
    (tmp_path / "large.txt").write_text("")
    os.truncate(tmp_path / "large.txt", 2**40)
    with pytest.raises(pw.InputError, match="bytes, where at most"):
        data.read_table(tmp_path / "large.txt")
