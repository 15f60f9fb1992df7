"""Several optimizers as one, for all that takes a ``torch.optim.Optimizer``: schedulers, scalers, trainers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import torch

from paramwise.findings import InputError
from paramwise.torch.memory import remember_parts
from paramwise.words import did_you_mean, public

Optimizer = torch.optim.Optimizer


@public
class CombinedOptimizer(Optimizer):
    """Optimizers that step together; made by `Plan.optimizer` where a plan names several.

    ``param_groups`` are the groups of all of them, one after the other: their own dicts, so that what a scheduler
    writes there is what they read. ``state_dict()`` is torch's, by position over all groups; ``pw.save_state`` keeps
    the state by name.

    Args:
        children: optimizers by name. Each of their groups is marked with that name, under the key ``optimizer``.

    Raises:
        InputError: none, or one that computes the loss several times a step, as LBFGS does.

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
        held = [id(one) for child in children.values() for group in child.param_groups for one in group["params"]]
        if len(set(held)) < len(held):
            raise InputError("a parameter is in more than one of the optimizers", help="each is in one group of one")
        for name, child in children.items():
            if isinstance(child, torch.optim.LBFGS):
                raise InputError(
                    f"LBFGS (`{name}`) cannot be combined: it computes the loss several times a step",
                    help="step it by itself, with its own closure",
                )
            for group in child.param_groups:
                group["optimizer"] = name
        self.__setstate__({"children": dict(children)})

    # torch's own __init__ would make groups; its __setstate__, which unpickling goes through, makes all the rest
    def __getstate__(self) -> dict[str, Any]:
        return {"children": self.children}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "param_groups" in state:  # torch's load_state_dict() has checked and cast them, and wants them put in place
            self._put(state["param_groups"], state["state"])
            return
        first, *others = [child.defaults for child in state["children"].values()]
        defaults = {key: value for key, value in first.items() if all(key in other for other in others)}
        super().__setstate__({"defaults": defaults, **state})
        remember_parts(self, self.children.values())

    def _put(self, groups: list[dict[str, Any]], state: Mapping[torch.Tensor, Any]) -> None:
        begin = 0
        for child in self.children.values():
            own = groups[begin : begin + len(child.param_groups)]
            begin += len(own)
            held = {tensor: state[tensor] for group in own for tensor in group["params"] if tensor in state}
            child.__setstate__({"param_groups": own, "state": type(child.state)(dict, held)})

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all, in order; add one by `add_param_group`."""
        return [group for child in self.children.values() for group in child.param_groups]

    @param_groups.setter
    def param_groups(self, groups: list[dict[str, Any]]) -> None:
        for name, child in self.children.items():
            child.param_groups = [group for group in groups if group["optimizer"] == name]

    @property
    def state(self) -> MutableMapping[torch.Tensor, Any]:  # type: ignore[override]
        """The state of all, by tensor."""
        return _State(self.children.values())

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group to the optimizer that its key ``optimizer`` names.

        Raises:
            InputError: it names none of them, or holds a parameter that another one has.
        """
        name = param_group.get("optimizer")
        if name not in self.children:
            raise InputError(
                "the group does not say which optimizer it is for"
                if name is None
                else f"no optimizer `{name}` in the combined one",
                help=did_you_mean(str(name or ""), list(self.children)) + ' {"params": ..., "optimizer": NAME}',
            )
        params = param_group["params"]
        params = [params] if isinstance(params, torch.Tensor) else list(params)
        given = {id(one[1] if isinstance(one, tuple) else one) for one in params}  # torch takes pairs with names too
        if any(id(one) in given for group in self.param_groups for one in group["params"]):
            raise InputError("the group holds parameters that are in another group", help="each is in one group")
        self.children[name].add_param_group({**param_group, "params": params})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step of each. A closure is called once, before the first."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for child in self.children.values():
            child.step()
        return loss


class _State(MutableMapping[torch.Tensor, Any]):
    """State by tensor, each in the optimizer that has the tensor."""

    def __init__(self, children: Any) -> None:
        self.children = list(children)

    def _owner(self, tensor: torch.Tensor) -> MutableMapping[torch.Tensor, Any]:
        for child in self.children:
            if tensor in child.state:
                return child.state  # type: ignore[no-any-return]
        for child in self.children:
            if any(one is tensor for group in child.param_groups for one in group["params"]):
                return child.state  # type: ignore[no-any-return]
        raise KeyError(tensor)

    def __getitem__(self, tensor: torch.Tensor) -> Any:
        return self._owner(tensor)[tensor]

    def __setitem__(self, tensor: torch.Tensor, state: Any) -> None:
        self._owner(tensor)[tensor] = state

    def __delitem__(self, tensor: torch.Tensor) -> None:
        del self._owner(tensor)[tensor]

    def __contains__(self, tensor: object) -> bool:  # without asking for the state, which would make one
        return any(tensor in child.state for child in self.children)

    def __iter__(self) -> Iterator[torch.Tensor]:
        return (tensor for child in self.children for tensor in child.state)

    def __len__(self) -> int:
        return sum(len(child.state) for child in self.children)
