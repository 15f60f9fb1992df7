"""The integration and the main job with transformers 4.57, the last of version 4, in an environment of its own."""

import os
import subprocess
import venv
from pathlib import Path

import pytest

from test_finetune_processes import tiny

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_trainer_of_transformers_4_57(tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=True)
    python = str(tmp_path / "bin" / "python")
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("transformers")]
    (tmp_path / "constraints.txt").write_text("\n".join(pins))
    asked = ["transformers~=4.57.0", "torch", "accelerate", "pytest", "lazy_loader", "pydantic", "rich", "typer"]
    asked += ["xxhash", "safetensors", "numpy", "scikit-learn"]
    install = [python, "-m", "pip", "install", "--quiet", "-c", str(tmp_path / "constraints.txt"), *asked]
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    installed = subprocess.run(install, env=alone, capture_output=True, text=True)
    if installed.returncode != 0:
        pytest.skip(f"transformers 4.57 cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}"}
    tests = [str(ROOT / "tests" / "test_integrations_transformers.py"), "--noconftest", "-p", "no:cacheprovider"]
    run = subprocess.run([python, "-m", "pytest", *tests], env=env, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    tiny(tmp_path)
    job = [python, "-m", "paramwise", "finetune", "--model", "model", "--data", "data.tsv", "--epochs", "1"]
    run = subprocess.run(job, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "after training" in run.stdout
    version = [python, "-c", "import transformers; print(transformers.__version__)"]
    assert subprocess.run(version, capture_output=True, text=True, check=True).stdout.startswith("4.57")
