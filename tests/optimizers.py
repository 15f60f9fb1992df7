"""A zoo of optimizers: torch's, and those of seven libraries, each as somebody would build it for a small model."""

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
from torch import nn

import peers

Optimizer = torch.optim.Optimizer
Make = Callable[[list[dict]], Optimizer]


class Small(nn.Module):
    """A convolution, a norm and two layers: weights of four, two and one dimensions."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.norm = nn.BatchNorm2d(width)
        self.hidden = nn.Linear(width, width)
        self.head = nn.Linear(width, 4)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Shapes: [batch, 3, height, width] -> [batch, 4]."""
        return self.head(torch.tanh(self.hidden(self.norm(self.conv(images)).relu().mean((2, 3)))))


class Specimen(NamedTuple):
    """An optimizer of the zoo.

    Attributes:
        name: of its library and its class.
        make: makes it of groups.
        second_order: whether its step needs a graph of gradients.
        width: of the model; some optimizers quantize only the state of weights of 4096 values or more.
    """

    name: str
    make: Make
    second_order: bool = False
    width: int = 8


def small(*, channels_last: bool = False, width: int = 8) -> Small:
    torch.manual_seed(0)
    model = Small(width)
    return model.to(memory_format=torch.channels_last) if channels_last else model


def train(model: nn.Module, optimizer: Optimizer, steps: range, *, second_order: bool = False) -> None:
    """Steps whose data and random numbers depend on their number alone."""
    for step in steps:
        torch.manual_seed(step)
        images, targets = torch.randn(4, 3, 6, 6), torch.randn(4, 4)
        if hasattr(optimizer, "train"):  # schedule-free ones, which keep other weights for evaluation
            optimizer.train()

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = (model(images) - targets).square().mean()  # noqa: B023
            loss.backward(create_graph=second_order)
            return loss

        with torch.enable_grad():
            if takes_closure(optimizer):
                closure()
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()


def takes_closure(optimizer: Optimizer) -> bool:
    """Whether a step is nothing without a closure: LBFGS, SAM and its kin."""
    names = {cls.__name__ for cls in type(optimizer).__mro__}
    needing = {"LBFGS", "SAM", "GSAM", "WSAM", "BSAM", "LookSAM", "FriendlySAM", "AliG"}
    return bool(names & (needing | {"AdamWScheduleFreeClosure", "SGDScheduleFreeClosure"}))


def built(cls: Callable[..., Optimizer], **options: Any) -> Make:
    """Makes an optimizer of a class, with options."""
    return lambda groups: cls(groups, **options)


def of_torch() -> Iterator[Specimen]:
    for name in (
        "Adam",
        "AdamW",
        "NAdam",
        "RAdam",
        "Adamax",
        "Adagrad",
        "Adadelta",
        "ASGD",
        "Rprop",
        "Adafactor",
        "SGD",
    ):
        yield Specimen(f"torch {name}", built(getattr(torch.optim, name), lr=1e-2))
    yield Specimen("torch SGD momentum", lambda groups: torch.optim.SGD(groups, lr=1e-2, momentum=0.9))
    yield Specimen("torch RMSprop", lambda groups: torch.optim.RMSprop(groups, lr=1e-2, momentum=0.5, centered=True))
    yield Specimen("torch AdamW amsgrad", lambda groups: torch.optim.AdamW(groups, lr=1e-2, amsgrad=True))
    yield Specimen("torch LBFGS", lambda groups: torch.optim.LBFGS(groups, lr=0.1, max_iter=3))
    for name, options in (("Adam", {}), ("AdamW", {}), ("SGD", {"momentum": 0.9}), ("Adagrad", {})):
        cls = getattr(torch.optim, name)
        yield Specimen(f"torch fused {name}", built(cls, lr=1e-2, fused=True, **options))
        yield Specimen(
            f"torch foreach {name}",
            built(cls, lr=1e-2, foreach=True, **options),
        )


def of_pytorch_optimizer() -> Iterator[Specimen]:
    import pytorch_optimizer

    for name, cls in sorted(vars(pytorch_optimizer).items()):
        if not (isinstance(cls, type) and issubclass(cls, Optimizer)) or cls.__module__.startswith("torch.optim"):
            continue
        if name in (
            "BaseOptimizer",
            "PCGrad",
            "DistributedMuon",
            "LoRARite",
        ):  # abstract, of several losses or processes, pairs
            continue
        yield Specimen(f"pytorch_optimizer {name}", _maker(cls), name in ("AdaHessian", "SophiaH"))


def _maker(cls: type) -> Make:
    """How a class is built: with what its constructor asks for."""
    wanted = inspect.signature(cls).parameters
    beside: dict[str, object] = {
        "lr": 1e-2,
        "num_iterations": 10,
        "num_data": 16,
        "num_epochs": 2,
        "num_batches_per_epoch": 5,
        "num_parameters": 5,
        "rank": 2,
    }

    def make(groups: list[dict]) -> Optimizer:
        options = {
            key: beside[key]
            for key, one in wanted.items()
            if key in beside and (key == "lr" or one.default is inspect.Parameter.empty)
        }
        if next(iter(wanted)) == "optimizer" or "base_optimizer" in wanted:
            inner = torch.optim.AdamW(groups, lr=1e-2)
            if next(iter(wanted)) == "optimizer":
                options.pop("lr", None)
                return cls(inner, **options)
            for base in (torch.optim.AdamW, inner):
                try:
                    return cls(groups, base_optimizer=base, **options)
                except Exception:  # it wants the other
                    continue
        if "use_muon" in inspect.getsource(cls):
            groups = [{**group, "use_muon": all(one.ndim > 1 for one in group["params"])} for group in groups]
        return cls(groups, **options)

    return make


def of_others() -> Iterator[Specimen]:
    import lion_pytorch
    import prodigyopt
    import schedulefree
    import timm.optim
    from timm.optim import lookahead
    from transformers.optimization import Adafactor

    for name in ("SGDScheduleFree", "AdamWScheduleFree", "RAdamScheduleFree"):
        yield Specimen(f"schedulefree {name}", built(getattr(schedulefree, name), lr=1e-2))
    for name in ("AdamWScheduleFreeReference", "SGDScheduleFreeReference", "AdamWScheduleFreeClosure"):
        if hasattr(schedulefree, name):
            yield Specimen(f"schedulefree {name}", built(getattr(schedulefree, name), lr=1e-2))
    yield Specimen(
        "schedulefree Wrapper", lambda groups: schedulefree.ScheduleFreeWrapper(torch.optim.SGD(groups, lr=1e-2))
    )
    yield Specimen("prodigyopt Prodigy", lambda groups: prodigyopt.Prodigy(groups, lr=1.0))
    yield Specimen("lion_pytorch Lion", lambda groups: lion_pytorch.Lion(groups, lr=1e-3))
    yield Specimen("transformers Adafactor", lambda groups: Adafactor(groups))
    yield Specimen("timm Lookahead", lambda groups: lookahead.Lookahead(torch.optim.AdamW(groups, lr=1e-2), k=2))
    for _, cls in sorted(vars(timm.optim).items()):
        is_optimizer = isinstance(cls, type) and issubclass(cls, Optimizer) and cls is not lookahead.Lookahead
        if is_optimizer and cls.__module__.startswith("timm."):
            yield Specimen(f"timm {cls.__name__}", built(cls, lr=1e-2), cls.__name__ == "Adahessian")


def of_torchao() -> Iterator[Specimen]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torchao.optim

    for name in ("Adam8bit", "AdamW8bit", "Adam4bit", "AdamW4bit", "AdamFp8", "AdamWFp8"):
        yield Specimen(f"torchao {name}", built(getattr(torchao.optim, name), lr=1e-2), width=256)


def of(family: str) -> list[Specimen]:
    """Those of a family."""
    peers.importable()
    return list(
        {"torch": of_torch, "pytorch_optimizer": of_pytorch_optimizer, "others": of_others, "torchao": of_torchao}[
            family
        ]()
    )


def zoo() -> list[Specimen]:
    """All of them."""
    return [one for family in ("torch", "pytorch_optimizer", "others", "torchao") for one in of(family)]
