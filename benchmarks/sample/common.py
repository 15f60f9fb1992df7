"""What the sets of the sample share: stand-ins for what is missing, and packages without what their start imports."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import torch

BUILD = Path(__file__).resolve().parents[2] / "build"
EIGHTH, NINTH, TENTH, ELEVENTH, TWELFTH = (
    BUILD / f"packages-{name}" for name in ("eighth", "ninth", "tenth", "eleventh", "twelfth")
)


def begin() -> None:
    """Nothing from model hubs; and a torchvision that was built for CUDA can be imported."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    register = torch.library.register_fake

    def register_fake(operator: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(operator, str) and operator.startswith("torchvision::"):
            return lambda function: function
        return register(operator, *args, **kwargs)

    torch.library.register_fake = register_fake


def stub(*names: str) -> None:
    """Stand-ins for modules that nothing has imported."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = MagicMock()
            sys.modules[name].__spec__ = ModuleSpec(name, None)  # transformers asks for it


def need(*names: str) -> None:
    """Stand-ins for modules that are missing."""
    for name in names:
        try:
            import_module(name)
        except Exception:
            stub(name)


@contextlib.contextmanager
def lent(*names: str) -> Iterator[None]:
    """Stand-ins that are gone again when a package has been imported: others ask whether these are there."""
    new = [name for name in names if name not in sys.modules]
    stub(*new)
    try:
        yield
    finally:
        for name in new:
            sys.modules.pop(name, None)


class _Kind(type):
    def __getattr__(cls, name: str) -> Any:
        return _thing(name)


class _Thing(metaclass=_Kind):
    """A class, an instance, a function or a decorator, as the case may be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        return _thing(name)


def _thing(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Kind(name, (_Thing,), {})


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return _thing(name)


def _mock(name: str) -> Any:
    return MagicMock(__path__=[], __all__=[], __file__=None, __name__=name)


class _Finder:
    """Finds a stand-in for every module under the names."""

    def __init__(self, names: tuple[str, ...], make: Callable[[str], Any] = _mock) -> None:
        self.names, self.make = names, make

    def covers(self, name: str) -> bool:
        return any(name == one or name.startswith(f"{one}.") for one in self.names)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if self.covers(name) else None

    def create_module(self, spec: ModuleSpec) -> Any:
        return self.make(spec.name)

    def exec_module(self, module: Any) -> None:
        pass


def away(*names: str, mocks: bool = False) -> None:
    """From now on stand-ins, whose names are classes (or mocks), for these packages where they are missing."""
    sys.meta_path.append(_Finder(names, _mock if mocks else _Module))


@contextlib.contextmanager
def absent(*names: str, present: bool = False) -> Iterator[None]:
    """Everything under these names is a stand-in for a while; with `present` only what is missing."""
    finder = _Finder(names)
    before = set(sys.modules)
    sys.meta_path.insert(len(sys.meta_path) if present else 0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name, module in list(sys.modules.items()):
            if finder.covers(name) and name not in before and isinstance(module, MagicMock):
                del sys.modules[name]


def bare(*names: str) -> None:
    """Packages without what their own start imports (programs, data sets), so that their modules can be imported."""
    for name in names:
        above, _, last = name.rpartition(".")
        if name in sys.modules or (above and above not in sys.modules):
            continue
        spec = find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            put(name, *spec.submodule_search_locations)
            if above:
                setattr(sys.modules[above], last, sys.modules[name])


def put(name: str, *folders: str | Path) -> ModuleType:
    """An empty package whose modules are in these folders."""
    module = sys.modules[name] = ModuleType(name)
    module.__path__ = [str(folder) for folder in folders]
    return module


def bare_module(name: str) -> Any:
    """A module of a package whose own start is left out."""
    bare(name.partition(".")[0])
    return import_module(name)


def top(name: str, folder: Path, *shared: str, start: bool = True) -> Any:
    """A module under a name that two packages share: what the other loaded goes; start: with its `__init__.py`."""
    for one in [one for one in sys.modules if one.partition(".")[0] in shared]:
        del sys.modules[one]
    for one in shared:
        if not start or not (folder / one / "__init__.py").exists():
            put(one, folder / one)
    sys.path.insert(0, str(folder))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(folder))


@contextlib.contextmanager
def with_gpu() -> Iterator[None]:
    """For packages that ask for a GPU when they are imported and need none."""
    before, torch.cuda.is_available = torch.cuda.is_available, lambda: True
    try:
        yield
    finally:
        torch.cuda.is_available = before


def built_with(path: str, *args: Any, stubs: tuple[str, ...] = (), **kwargs: Any) -> Callable[[], Any]:
    """As `package_models.built`, with stand-ins while the class is imported."""
    module, _, name = path.rpartition(".")

    def make() -> Any:
        with lent(*stubs):
            return getattr(import_module(module), name)(*args, **kwargs)

    return make


def built_bare(path: str, *args: Any, stubs: tuple[str, ...] = (), **kwargs: Any) -> Callable[[], Any]:
    """As `built_with`, without the package's own start."""

    def make() -> Any:
        bare(path.partition(".")[0])
        return built_with(path, *args, stubs=stubs, **kwargs)()

    return make


def every_option(package: str, num_tokens: int) -> Any:
    """A copy of x-transformers that a package brings: a decoder with the options that make parameters."""
    x = import_module(package)
    return x.TransformerWrapper(
        num_tokens=num_tokens,
        max_seq_len=64,
        num_memory_tokens=4,
        scaled_sinu_pos_emb=True,
        emb_dim=96,
        attn_layers=x.Decoder(
            dim=128,
            depth=3,
            heads=4,
            attn_head_scale=True,
            attn_qk_norm=True,
            attn_qk_norm_dim_scale=True,
            attn_num_mem_kv=4,
            use_rmsnorm=True,
            scale_residual=True,
            gate_residual=True,
            ff_glu=True,
            ff_glu_mult_bias=True,
            rel_pos_bias=True,
        ),
    )


def continuous(package: str) -> Any:
    """The same package's encoder of numbers."""
    x = import_module(package)
    layers = x.Encoder(dim=128, depth=3, heads=4, use_scalenorm=True, scale_residual=True, dynamic_pos_bias=True)
    return x.ContinuousTransformerWrapper(dim_in=20, dim_out=10, max_seq_len=64, attn_layers=layers)


def of_pictures(package: str) -> Any:
    """The same package's encoder of pictures."""
    x = import_module(package)
    layers = x.Encoder(dim=128, depth=3, heads=4)
    return x.ViTransformerWrapper(
        image_size=32, patch_size=8, num_classes=10, num_register_tokens=4, attn_layers=layers
    )
