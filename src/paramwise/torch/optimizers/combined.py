"""Several optimizers as one ``torch.optim.Optimizer``, for schedulers and trainers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import torch

from paramwise.findings import InputError
from paramwise.torch.memory import remember_parts
from paramwise.torch.optimizers.closures import loss_of
from paramwise.words import did_you_mean, plural, public

Optimizer = torch.optim.Optimizer


@public
class CombinedOptimizer(Optimizer):
    """Optimizers that step together. `Plan.optimizer` makes this where a plan names several optimizers.

    ``param_groups`` lists the groups of all optimizers in order. These are the optimizers' own dicts, so that the
    optimizers read what a scheduler writes there. ``state_dict()`` is torch's, by position over all groups;
    ``pw.save_state`` keeps the state by name.

    Args:
        children: optimizers by name. Each of their groups gets that name, under the key ``optimizer``.

    Raises:
        InputError: there are no optimizers, a parameter is in two of them, or an optimizer computes the loss several
            times in a step, as LBFGS does.

    Example:
        >>> import torch
        >>> import paramwise as pw
        >>> dense, norm = torch.nn.Linear(2, 2, bias=False), torch.nn.LayerNorm(2)
        >>> muon = torch.optim.Muon(dense.parameters(), lr=0.02)
        >>> both = pw.CombinedOptimizer({"muon": muon, "adamw": torch.optim.AdamW(norm.parameters(), lr=1e-3)})
        >>> [(group["optimizer"], group["lr"]) for group in both.param_groups]
        [('muon', 0.02), ('adamw', 0.001)]
    """

    children: dict[str, Optimizer]

    def __init__(self, children: Mapping[str, Optimizer]) -> None:
        if not children:
            raise InputError("no optimizers to combine", help="CombinedOptimizer({'adamw': optimizer, ...})")
        groups = [group for child in children.values() for group in child.param_groups]
        tensors = [id(tensor) for group in groups for tensor in group["params"]]
        if repeated := len(tensors) - len(set(tensors)):
            raise InputError(
                f"more than one of the optimizers holds {plural(repeated)}", help="give each parameter to one optimizer"
            )
        for name, child in children.items():
            if isinstance(child, torch.optim.LBFGS):
                raise InputError(
                    f"LBFGS (`{name}`) cannot be combined: it computes the loss several times in a step",
                    help="step it by itself, with its own closure",
                )
            for group in child.param_groups:
                group["optimizer"] = name
        self.children = dict(children)
        self._set_up()

    def _set_up(self) -> None:
        """Set up all but groups and state, which the children hold: defaults, hooks, `step`.

        torch's ``__init__`` cannot be used: it creates groups and state. Its ``__setstate__`` creates all the rest.
        """
        first, *others = [child.defaults for child in self.children.values()]
        shared = {key: value for key, value in first.items() if all(key in other for other in others)}
        super().__setstate__({"defaults": shared})
        remember_parts(self, self.children.values())

    def __getstate__(self) -> dict[str, Any]:
        return {"children": self.children}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpickling calls this with the children, and ``load_state_dict`` with groups and state to put in place."""
        if "children" in state:
            self.children = state["children"]
            self._set_up()
        else:
            self._restore(state["param_groups"], state["state"])

    def _restore(self, groups: Sequence[dict[str, Any]], state: Mapping[torch.Tensor, Any]) -> None:
        """Give each child its part of groups and state; torch has checked them against the groups here."""
        begin = 0
        for child in self.children.values():
            own = list(groups[begin : begin + len(child.param_groups)])
            begin += len(own)
            own_state = {tensor: state[tensor] for group in own for tensor in group["params"] if tensor in state}
            child.__setstate__({"param_groups": own, "state": defaultdict(dict, own_state)})

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all optimizers, in order; add a group with `add_param_group`."""
        return [group for child in self.children.values() for group in child.param_groups]

    @param_groups.setter
    def param_groups(self, groups: list[dict[str, Any]]) -> None:
        for name, child in self.children.items():
            child.param_groups = [group for group in groups if group["optimizer"] == name]

    @property
    def state(self) -> MutableMapping[torch.Tensor, Any]:  # type: ignore[override]
        """The state of all optimizers, by tensor."""
        return _StateByTensor(list(self.children.values()))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group to the optimizer that its key ``optimizer`` names.

        Raises:
            InputError: the group names none of the optimizers, or holds a parameter that another group holds.
        """
        name = param_group.get("optimizer")
        if name not in self.children:
            raise InputError(
                "the group does not say which optimizer it is for"
                if name is None
                else f"the combined optimizer has no optimizer `{name}`",
                help=did_you_mean(str(name or ""), list(self.children)) + ' {"params": ..., "optimizer": NAME}',
            )
        params = param_group["params"]
        params = [params] if isinstance(params, torch.Tensor) else list(params)
        new = {id(item[1] if isinstance(item, tuple) else item) for item in params}  # torch takes (name, tensor) too
        if held := sum(id(tensor) in new for group in self.param_groups for tensor in group["params"]):
            raise InputError(
                f"the group shares {plural(held)} with groups that are there already",
                help="give each parameter to one group",
            )
        self.children[name].add_param_group({**param_group, "params": params})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Step each optimizer. A closure is called once, before the first of them."""
        loss = loss_of(closure)
        for child in self.children.values():
            child.step()
        return loss


class _StateByTensor(MutableMapping[torch.Tensor, Any]):
    """The state of several optimizers, by tensor. Each optimizer keeps the state of its own tensors."""

    def __init__(self, children: Sequence[Optimizer]) -> None:
        self.children = children

    def _owner(self, tensor: torch.Tensor) -> MutableMapping[torch.Tensor, Any]:
        """The state of the optimizer that has state for a tensor, or else of the optimizer that steps it."""
        for child in self.children:
            if tensor in child.state:
                return child.state
        for child in self.children:
            if any(param is tensor for group in child.param_groups for param in group["params"]):
                return child.state
        raise KeyError(tensor)

    def __getitem__(self, tensor: torch.Tensor) -> Any:
        return self._owner(tensor)[tensor]

    def __setitem__(self, tensor: torch.Tensor, state: Any) -> None:
        self._owner(tensor)[tensor] = state

    def __delitem__(self, tensor: torch.Tensor) -> None:
        del self._owner(tensor)[tensor]

    def __contains__(self, tensor: object) -> bool:  # `[]` would create a state: a child's are in a defaultdict
        return any(tensor in child.state for child in self.children)

    def __iter__(self) -> Iterator[torch.Tensor]:
        return (tensor for child in self.children for tensor in child.state)

    def __len__(self) -> int:
        return sum(len(child.state) for child in self.children)
