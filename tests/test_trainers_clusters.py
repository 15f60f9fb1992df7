"""Ray Train and DeepSpeed: five steps with a plan equal those by hand, and a resume the whole run, in two processes."""

from pathlib import Path
from typing import Any

import pytest

import clusters
import ranks

DEEPSPEED = """
import ast, sys, warnings
warnings.simplefilter("ignore")
from trained_in_clusters import deepspeed_here, deepspeed_holds
folder, rank, configs = sys.argv[1:]
with deepspeed_here(folder, int(rank)):
    for number, config in enumerate(ast.literal_eval(configs)):
        deepspeed_holds(f"{folder}/{number}", int(rank), **config)
"""


def zero(stage: int, **more: Any) -> dict[str, Any]:
    return {"zero_optimization": {"stage": stage}, **more}


# without ZeRO, ZeRO whole, sharded by optimizer state, gradients and parameters; and with copies of bfloat16
CONFIGS = [zero(0), zero(1), zero(2), zero(3), zero(0, bf16={"enabled": True}), zero(1, bf16={"enabled": True})]


@pytest.mark.slow
def test_deepspeed(tmp_path: Path) -> None:
    environment = clusters.environment("deepspeed")
    ranks.run(DEEPSPEED, [[str(tmp_path), str(rank), repr(CONFIGS)] for rank in range(2)], [environment] * 2)


RAY = """
import sys, warnings
warnings.simplefilter("ignore")
from trained_in_clusters import ray_here, ray_holds
with ray_here():
    ray_holds(sys.argv[1])
"""


@pytest.mark.slow
def test_ray(tmp_path: Path) -> None:
    ranks.run(RAY, [[str(tmp_path)]], [clusters.environment("ray")])
