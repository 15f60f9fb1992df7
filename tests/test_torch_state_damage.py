"""State files, folders and pickles that are damaged, or of a stranger: one message each, and nothing changed."""

import copy
import json
import random
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import paramwise as pw
from paramwise.files.headers import layout_of
from paramwise.files.state_headers import digest, read_state, text_digest

COUNT = 5_000
ODD: list[Any] = [
    None, True, -1, 0, 3, 2**70, 1.5, "", "x", "../outside", "a\0b", "\x1b[31m", "weight", "exp_avg/weight", [], {},
    [[]], [None], {"$": "tensor", "key": "nowhere"}, {"$": "tensor"}, {"$": "nothing"}, {"$": None}, {"$": {}},
    {"$": "float", "value": "x"}, {"$": "dict", "items": [[[], 1]]}, {"$": "dict", "items": [1]}, {"a": {"b": [1]}},
    {"$": "tuple", "items": {"a": 1}}, {"$": "parameter", "name": "nobody"}, {"$": "array", "key": "exp_avg/weight"},
    {"$": "subclass", "name": "os.system", "inner": {}, "context": None, "shape": [], "stride": []},
    {"$": "subclass", "name": "torchao.optim.x", "inner": {}, "context": None, "shape": [1], "stride": [1]},
    {"$": "generator", "key": "exp_avg/weight"}, {"$": "object", "state": {}}, {"$": "dtype", "name": "save"},
    {"$": "complex", "items": [1]}, {"$": "set", "items": [{}]}, {"$": "deque", "items": [1], "longest": -5},
    {"$": "text", "items": [-1]}, {"$": "deque", "items": [1], "longest": "x"}, {"$": "identity", "name": "weight"},
]  # fmt: skip


def model_and_optimizer() -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = nn.Linear(64, 64)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 64)).sum().backward()
    optimizer.step()
    optimizer.state[model.weight]["exp_avg"].normal_()
    optimizer.state["count"] = {"of": (1, 2.0), "odd": {1: float("nan")}}
    return model, optimizer


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model, optimizer = model_and_optimizer()
    path = tmp_path_factory.mktemp("saved") / "state.safetensors"
    return pw.save_state(optimizer, model, path, extra={"epoch": 3, "rng": torch.get_rng_state()})


@pytest.fixture(autouse=True)
def _bounded_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test reads takes less than 500 MB at its peak, beyond what there was."""
    peaks = Path("/proc/self/clear_refs")
    if not peaks.exists():  # not Linux
        yield
        return
    peaks.write_text("5")  # the peak so far is forgotten
    before = _kilobytes("VmRSS")
    yield
    grown = (_kilobytes("VmHWM") - before) / 1000
    print(f"{request.node.name}: {grown:.0f} MB at the peak")
    assert grown < 500


def _kilobytes(what: str) -> int:
    return int(Path("/proc/self/status").read_text().partition(f"{what}:")[2].split()[0])


def judge(act: Callable[[], object]) -> str:
    """``refused`` with one short message, or ``taken``; anything else is raised."""
    started = time.monotonic()
    try:
        act()
    except pw.InputError as error:
        text = str(error)
        assert text.startswith("error: "), text
        assert len(text) < 3000
        assert all(letter.isprintable() or letter == "\n" for letter in text), ascii(text)
        outcome = "refused"
    else:
        outcome = "taken"
    assert time.monotonic() - started < 5
    return outcome


def mutated(value: Any, draw: random.Random) -> Any:
    """A copy with one or two things in it changed: a value, a key, an item more or less."""
    value = copy.deepcopy(value)
    for _ in range(draw.choice((1, 1, 2))):
        places = list(_places(value))
        if not places:
            break
        table, key = draw.choice(places)
        match draw.randrange(5):
            case 0:
                del table[key]
            case 1 if isinstance(table, dict):
                table[draw.choice(["", "x", "$", "__metadata__", "a/b", "\x1b", "weight"])] = table.pop(key)
            case 2 if isinstance(table, list):
                table.insert(key, copy.deepcopy(draw.choice([*ODD, table[key]])))
            case 3 if isinstance(table, dict):
                table[draw.choice(["x", "$", "items", "key", "state"])] = copy.deepcopy(draw.choice(ODD))
            case _:
                table[key] = copy.deepcopy(draw.choice(ODD))
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


def with_description(raw: bytes, change: Callable[[Any, dict], tuple[Any, dict]]) -> bytes:
    """A state file whose description and header were changed, with a digest that is right again."""
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + length])
    notes = header.pop("__metadata__")
    described, header = change(json.loads(notes["paramwise"]), header)
    text = described if isinstance(described, str) else json.dumps(described)
    plain = json.dumps(header).encode()
    try:
        layout = layout_of(Path("x"), plain, len(raw) - 8 - length)
    except pw.InputError:
        right = "0" * 64
    else:
        right = digest(text, layout)
    new = json.dumps({"__metadata__": {"paramwise": text, "digest": right}, **header}).encode()
    return len(new).to_bytes(8, "little") + new + raw[8 + length :]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["description", "header"])
def test_a_file_of_a_stranger_gets_one_message(part: str, saved: Path, tmp_path: Path) -> None:
    model, optimizer = model_and_optimizer()
    raw, draw, path = saved.read_bytes(), random.Random(part), tmp_path / "state"
    found = {"refused": 0, "taken": 0}
    for _ in range(COUNT):

        def change(described: Any, header: dict) -> tuple[Any, dict]:
            return (mutated(described, draw), header) if part == "description" else (described, mutated(header, draw))

        path.write_bytes(with_description(raw, change))
        found[judge(lambda: pw.load_state(optimizer, model, path, hyperparameters="saved"))] += 1
        judge(lambda: read_state(path).as_dict())
    print(part, found)
    assert found["refused"] > found["taken"]


@pytest.mark.parametrize("text", ["null", "[]", "1", "{}", '"x"', "[" * 100_000, '{"a":' * 5_000, "{", "\\", "NaN"])
def test_odd_descriptions_with_a_right_digest(text: str, saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(with_description(saved.read_bytes(), lambda described, header: (text, header)))
    model, optimizer = model_and_optimizer()
    assert judge(lambda: pw.load_state(optimizer, model, path)) == "refused"


def test_another_version_is_named(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "state"

    def older(described: Any, header: dict) -> tuple[Any, dict]:
        return {**described, "schema": "paramwise/state/1"}, header

    path.write_bytes(with_description(saved.read_bytes(), older))
    with pytest.raises(pw.InputError, match="written as 'paramwise/state/1', which this version does not read"):
        read_state(path)


def place_of(path: Path, key: str) -> tuple[int, int]:
    """Where the bytes of a tensor begin and end in a file."""
    layout = read_state(path).layout
    begin, end = layout.spans[key]
    return layout.start + begin, layout.start + end


@pytest.mark.slow
def test_swapped_sectors_and_pages_and_paired_flips_are_found(saved: Path, tmp_path: Path) -> None:
    model, optimizer = model_and_optimizer()
    raw, draw, path = saved.read_bytes(), random.Random(0), tmp_path / "state"
    begin, end = place_of(saved, "exp_avg/weight")

    def is_refused(damaged: bytearray) -> bool:
        path.write_bytes(damaged)
        return judge(lambda: pw.load_state(optimizer, model, path)) == "refused"

    for _ in range(1_000):
        size = draw.choice((8, 64, 512, 4096))
        first, second = draw.sample(range((end - begin) // size), 2)
        places = [slice(begin + at * size, begin + (at + 1) * size) for at in (first, second)]
        damaged = bytearray(raw)
        damaged[places[0]], damaged[places[1]] = raw[places[1]], raw[places[0]]
        assert is_refused(damaged)
    for _ in range(3_000):
        damaged = bytearray(raw)
        column = draw.randrange(64)
        bits = draw.sample(range(8 * len(raw)), 2)
        if draw.random() < 0.5:  # the same bit of two words of eight bytes, which sums of words do not see
            bits = [8 * begin + 64 * at + column for at in draw.sample(range((end - begin) // 8), 2)]
        for bit in bits:
            damaged[bit // 8] ^= 1 << bit % 8
        assert is_refused(damaged), bits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sharded state that one process wrote."""
    from paramwise.torch.state.describing import describe
    from paramwise.torch.state.holders import Holders
    from paramwise.torch.state.sharded import FolderStore

    model, optimizer = model_and_optimizer()
    path = tmp_path_factory.mktemp("sharded") / "state"
    FolderStore(path).write(describe(Holders(optimizer, model), {"epoch": 3}))
    return path


@pytest.mark.slow
def test_a_folder_of_a_stranger_gets_one_message(folder: Path) -> None:
    model, optimizer = model_and_optimizer()
    index, draw = folder / "state.json", random.Random(0)
    whole = index.read_text()
    inner = json.loads(json.loads(whole)["folder"])
    found = {"refused": 0, "taken": 0}
    try:
        pw.load_state(optimizer, model, folder)
        for number in range(COUNT):
            text = json.dumps(mutated(inner, draw))
            index.write_text(json.dumps({"digest": text_digest(text), "folder": text}))
            if number < COUNT // 10:  # reading values takes longest
                found[judge(lambda: pw.load_state(optimizer, model, folder))] += 1
            else:
                found[judge(lambda: read_state(folder).as_dict())] += 1
        for name in ("../outside", "/etc", "", ".", "..", "a/b", "values-\\x"):
            text = json.dumps({**inner, "values_in": name})
            index.write_text(json.dumps({"digest": text_digest(text), "folder": text}))
            with pytest.raises(pw.InputError, match="not a plain name"):
                pw.load_state(optimizer, model, folder)
        for text in ("null", "[]", "{}", '{"digest": 1, "folder": null}', "[" * 100_000, "\udcff"):
            index.write_text(text, errors="surrogateescape")
            assert judge(lambda: pw.load_state(optimizer, model, folder)) == "refused"
    finally:
        index.write_text(whole)
    print(found)
    assert found["refused"] > found["taken"]


@pytest.mark.slow
def test_a_pickle_of_a_stranger_gets_one_message(tmp_path: Path) -> None:
    model, optimizer = model_and_optimizer()
    del optimizer.state["count"]
    state, draw, path = optimizer.state_dict(), random.Random(0), tmp_path / "optimizer.pt"
    nested = {"optimizer": state, "epoch": 1}
    found = {"refused": 0, "taken": 0}
    for _ in range(COUNT):
        odd = mutated(nested, draw)
        if draw.random() < 0.3 and isinstance(odd.get("optimizer"), dict):
            odd = mutated(odd, draw)
        torch.save(odd, path)
        if draw.random() < 0.2:  # the archive itself
            raw = bytearray(path.read_bytes())
            for _ in range(draw.randrange(1, 4)):
                raw[draw.randrange(len(raw))] = draw.randrange(256)
            path.write_bytes(raw)
        found[judge(lambda: pw.convert_state(path, model, optimizer, tmp_path / "new"))] += 1
    print(found)


def test_a_tensor_larger_than_its_file_is_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    model, optimizer = model_and_optimizer()
    del optimizer.state["count"]
    state = optimizer.state_dict()
    state["state"][0]["exp_avg"] = torch.zeros(1).expand(10**12)
    torch.save(state, tmp_path / "optimizer.pt")
    with pytest.raises(pw.InputError, match="not a torch checkpoint that can be read safely") as caught:
        pw.convert_state(tmp_path / "optimizer.pt", model, optimizer)
    assert "larger than the file" in str(caught.value)
