"""Source is read as a tree beside other threads that parse, and where there is none."""

import ast
import gc
import sys
import threading

import pytest
import torch

from paramwise.parsing import tree_in, tree_of


def test_a_class_a_function_and_a_module_are_read() -> None:
    for made in (torch.optim.SGD, torch.optim.SGD.step, test_a_class_a_function_and_a_module_are_read):
        tree = tree_of(made)
        assert tree is not None
        assert len(tree.body) == 1
    assert isinstance(tree_of(sys.modules["torch.optim.optimizer"]), ast.Module)


def test_what_cannot_be_read_is_none() -> None:
    made: dict[str, type] = {}
    exec("class Made: pass", made)
    for unread in (int, made["Made"], sys):
        assert tree_of(unread) is None
    for text in (b"\x00", b"class", b"\xff\xfe", b"(" * 100_000, b"-" * 100_000 + b"1"):
        assert tree_in(text) is None


@pytest.fixture
def many_switches():
    """Threads take turns as often as they can, and collections come often: that is when trees get mixed up."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(10)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


class Cyclic:
    """Something whose collection lets another thread run."""

    def __init__(self) -> None:
        self.own = self

    def __del__(self) -> None:
        sum(range(200))


@pytest.mark.usefixtures("many_switches")
def test_threads_that_parse_at_once() -> None:
    read: list[bool] = []

    def parse() -> None:
        for _ in range(6):
            Cyclic()
            read.append(tree_of(torch.optim.Optimizer) is not None)

    threads = [threading.Thread(target=parse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [True] * 24
