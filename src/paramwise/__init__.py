"""Decide, show, check and keep what the optimizer does to each parameter of a PyTorch model.

>>> import torch
>>> import paramwise as pw
>>> model = torch.nn.ModuleDict({"dense": torch.nn.Linear(4, 4), "norm": torch.nn.LayerNorm(4)})
>>> plan = pw.plan(model, lr=2e-5)
>>> [(group.settings["weight_decay"], len(group)) for group in plan.groups]
[(0.1, 1), (0.0, 3)]
>>> optimizer = plan.optimizer(torch.optim.AdamW)
"""

import lazy_loader

from paramwise.version import VERSION

__version__ = VERSION
# The public names and their files stand once, in `__init__.pyi`, which editors and type checkers read as well
_attached, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(attribute: str) -> object:  # `Any` would load typing, which takes longer than all else here
    if attribute not in __all__:
        raise AttributeError(f"module 'paramwise' has no attribute '{attribute}'")
    try:
        return _attached(attribute)
    except ModuleNotFoundError as error:
        from paramwise.findings import MissingExtraError
        from paramwise.libraries import EXTRAS

        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS:
            raise
        raise MissingExtraError(package, EXTRAS[package], f"`paramwise.{attribute}`") from None
