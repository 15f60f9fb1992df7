"""Run under watch: models that an optimizer forgets, and what only looks so. Optimizers are named for their case."""

import copy
from collections.abc import Iterable

import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

X = torch.ones(2, 4)


def net() -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))


def sgd(name: str, tensors: Iterable[torch.Tensor]) -> torch.optim.Optimizer:
    return type(name, (torch.optim.SGD,), {})(tensors, lr=0.1)


def train(*modules: nn.Module, by: list[torch.optim.Optimizer], steps: int = 3) -> None:
    for _ in range(steps):
        for optimizer in by:
            optimizer.zero_grad()
        value = X
        for module in modules:
            value = module(value)
        value.square().sum().backward()
        for optimizer in by:
            optimizer.step()


class PlainList(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]  # not a ModuleList
        self.out = nn.Linear(4, 2)

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            value = layer(value)
        return self.out(value)


class Heads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(4, 4)
        self.heads = nn.ModuleList([nn.Linear(4, 2) for _ in range(3)])


def wrong() -> list[object]:
    copied = net()
    optimizer = sgd("wrong_deepcopy", copied.parameters())
    train(copy.deepcopy(copied), by=[optimizer])

    normed = net()
    optimizer = sgd("wrong_weight_norm", normed.parameters())
    weight_norm(normed[0])
    train(normed, by=[optimizer])

    assigned = net()
    optimizer = sgd("wrong_assign", assigned.parameters())
    assigned.load_state_dict(net().state_dict(), assign=True)
    train(assigned, by=[optimizer])

    separate = [nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 2)]
    train(*separate, by=[sgd("wrong_separate_modules", [*separate[0].parameters(), *separate[1].parameters()])])

    plain = PlainList()
    train(plain, by=[sgd("wrong_plain_list", plain.parameters())])
    return [copied, separate, plain]


def right() -> list[object]:
    two = net()
    train(two, by=[sgd("right_two_first", two[0].parameters()), sgd("right_two_second", two[2].parameters())])

    thawed = net()
    thawed[2].requires_grad_(False)
    optimizers = [sgd("right_thawed_first", thawed[0].parameters())]
    train(thawed, by=optimizers)
    thawed[2].requires_grad_(True)
    train(thawed, by=[*optimizers, sgd("right_thawed_second", thawed[2].parameters())])

    image, extractor = torch.rand(2, 4, requires_grad=True), net()
    optimizer = sgd("right_image", [image])
    for _ in range(4):
        optimizer.zero_grad()
        extractor(image).sum().backward()
        optimizer.step()

    best, kept = net(), []
    optimizer = sgd("right_copies_of_the_best", best.parameters())
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    for _ in range(12):
        train(best, by=[optimizer], steps=1)
        scheduler.step()
        kept.append(copy.deepcopy(best))

    sweep = [net() for _ in range(3)]
    for model in sweep:
        train(model, by=[sgd("right_sweep", model.parameters())])

    heads = Heads()
    optimizer = sgd("right_heads_in_turn", heads.parameters())
    for head in heads.heads:
        train(heads.body, head, by=[optimizer], steps=1)

    generator, judge = nn.Linear(4, 4), nn.Linear(4, 1)
    pair = [sgd("right_adversary", generator.parameters()), sgd("right_judge", judge.parameters())]
    for step in range(4):
        train(generator, judge, by=[pair[step % 2]], steps=1)
    return [two, thawed, extractor, kept, sweep, heads, generator, judge]


if __name__ == "__main__":
    kept = [wrong(), right()]
