"""Ray and DeepSpeed in the processes that tests start: how to begin and end with them, and five steps with each."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

import paramwise as pw
import test_trainers_parity as parity


@contextlib.contextmanager
def deepspeed_here(folder: str, rank: int) -> Iterator[None]:
    """One of two processes that DeepSpeed's launcher would start."""
    import deepspeed

    # compiled for a minute else; DeepSpeed does without it where it has no compiler for it
    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE="2")
    dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2)
    deepspeed.init_distributed(dist_backend="gloo")
    yield
    dist.destroy_process_group()


@contextlib.contextmanager
def ray_here() -> Iterator[None]:
    """A cluster of this machine alone."""
    import ray

    ray.init(num_cpus=2, include_dashboard=False, logging_level="warning")
    yield
    ray.shutdown()


def ray_holds(folder: str) -> None:
    """Parity and resume in two workers of Ray."""
    import ray.train.torch

    def prepared(optimizer_of: Any) -> tuple[Any, Any]:
        model = ray.train.torch.prepare_model(parity.bert())
        return model, optimizer_of(model)

    def loop(_: Any) -> None:
        parity.holds(prepared, Path(folder) / "state.safetensors")

    scaling = ray.train.ScalingConfig(num_workers=2)
    ray.train.torch.TorchTrainer(loop, train_loop_config={}, scaling_config=scaling).fit()


def deepspeed_holds(folder: str, rank: int, **config: Any) -> None:
    """Parity, groups, audit and resume with a configuration of DeepSpeed; the state by name where it is kept so."""
    import deepspeed

    def make(optimizer_of: Callable[[Any], Any]) -> Any:
        model = parity.bert()
        common = {"train_micro_batch_size_per_gpu": 4, "zero_allow_untested_optimizer": True}
        return deepspeed.initialize(model=model, optimizer=optimizer_of(model), config={**common, **config})[0]

    def run(engine: Any, steps: range) -> list[torch.Tensor]:
        for step in steps:
            engine.backward(engine(**parity.batch(10 * step + rank)).loss)
            engine.step()
        return [whole(parameter) for parameter in engine.module.parameters()]

    def whole(parameter: Any) -> torch.Tensor:
        emptied = hasattr(parameter, "ds_shape")
        value = deepspeed.utils.safe_get_full_fp32_param(parameter) if emptied else parameter
        return value.detach().clone()  # type: ignore[no-any-return]

    def decays(plan: pw.Plan) -> dict[Any, Any]:
        return {group.names: group.settings["weight_decay"] for group in plan.groups}

    def same(some: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
        return all(torch.equal(one, other) for one, other in zip(some, others, strict=True))

    expected = run(make(parity.by_hand), range(5))
    engine = make(parity.planned)
    optimizer = engine.optimizer
    run(engine, range(2))
    engine.save_checkpoint(f"{folder}/checkpoint")
    assert same(run(engine, range(2, 5)), expected)
    assert not pw.audit(engine).codes
    wanted = {
        group.names: group.settings["weight_decay"] for group in pw.plan(parity.bert(), "no_decay_1d", lr=1).groups
    }
    found = {group.names: group.settings["weight_decay"] for group in pw.read_groups(engine.module, engine).groups}
    assert found == wanted
    if isinstance(optimizer, torch.optim.Optimizer):
        pw.save_state(optimizer, engine, f"{folder}/state.safetensors")
        pw.load_state(optimizer, engine, f"{folder}/state.safetensors")
    else:
        for refused in (
            lambda: pw.save_state(optimizer, engine, f"{folder}/state.safetensors"),
            lambda: pw.load_state(engine, engine, f"{folder}/state.safetensors"),
            lambda: pw.metrics(engine, engine),
        ):
            with contextlib.suppress(pw.InputError):
                refused()
                raise AssertionError(f"{config}: not refused")
    resumed = make(parity.planned)
    resumed.load_checkpoint(f"{folder}/checkpoint")
    assert same(run(resumed, range(2, 5)), expected)
