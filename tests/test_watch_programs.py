"""Programs that end oddly, as real processes: under `paramwise watch` they do what they do under python."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

TRAINED = """
import torch
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
def step():
    optimizer.zero_grad()
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
step()
"""

WHERE_IT_IS = """
import os, sys
print(__name__, __file__, sys.argv, sys.path[:2], sys.modules.get("sitecustomize"), sys.flags)
print(sorted(key for key in os.environ if "PARAMWISE" in key), os.environ.get("PYTHONPATH"))
print([type(one).__name__ for one in sys.path_hooks], any("paramwise/torch/watch/start" in one for one in sys.path))
"""

WITHOUT_TORCH = {
    "what a program sees of itself": WHERE_IT_IS,
    "an exit code": "import sys; sys.exit(7)",
    "an exit code too large": "import sys; sys.exit(300)",
    "an exit with text": "import sys; print('out'); sys.exit('the text')",
    "an exit with an object": "raise SystemExit(['a', 1])",
    "os._exit": "import os; print('never flushed', end=''); os._exit(3)",
    "a traceback": "def f(n):\n    return f(n - 1) if n else 1 / 0\nf(4)",
    "a recursion without end": "def f(): return f()\nf()",
    "an EOFError": "raise EOFError('no more')",
    "a BrokenPipeError": "raise BrokenPipeError(32, 'Broken pipe')",
    "a KeyboardInterrupt": "raise KeyboardInterrupt",
    "an exception of its own": "class Odd(BaseException): pass\nraise Odd('base')",
    "an exception in a thread": "import threading\nthreading.Thread(target=lambda: 1 / 0, name='t').start()",
    "a thread at exit": (
        "import threading, time\ndef late():\n    time.sleep(0.5); print('late')\nthreading.Thread(target=late).start()"
    ),
    "output at exit": "import atexit, sys\natexit.register(print, 'at exit')\nsys.exit(4)",
    "an exception at exit": "import atexit\natexit.register(lambda: 1 / 0)",
    "a syntax error": "def f(:\n    pass",
    "a file that is not text": "\x00\x01",
    "what comes on stdin": "import sys; print(sys.stdin.read().upper(), sys.stdin.isatty(), input)",
    "stdin that ends": "input('prompt ')\ninput('again ')",
    "a folder that it changes": "import os; os.mkdir('there'); os.chdir('there'); print(os.getcwd()); raise OSError",
    "a signal to itself": "import os, signal; print('before', flush=True); os.kill(os.getpid(), signal.SIGTERM)",
    "an abort": "import os; os.abort()",
    "a closed stderr": "import os, sys; os.close(2); print('still here'); 1 / 0",
    "a closed stdout": "import sys; print('x'); sys.stdout.close(); sys.exit(2)",
    "a fork": "import os\nif os.fork() == 0:\n    print('child', flush=True); os._exit(5)\nprint(os.wait()[1])",
    "another python": (
        "import os, sys\nif 'again' not in sys.argv:\n"
        "    os.execv(sys.executable, [sys.executable, __file__, 'again'])\n" + WHERE_IT_IS
    ),
    "another python with an environment of its own": (
        "import os, sys\nif 'again' not in sys.argv:\n"
        "    os.environ['PYTHONPATH'] = '/nowhere'\n"
        "    os.execve(sys.executable, [sys.executable, __file__, 'again'], {**os.environ, 'MINE': '1'})\n"
        + WHERE_IT_IS
    ),
    "a child that prints its environment": (
        "import subprocess, sys\n"
        "show = 'import os, sys; print(sorted(os.environ), os.environ.get(\"PYTHONPATH\"), sys.path)'\n"
        "print(subprocess.run([sys.executable, '-c', show], capture_output=True, text=True))\n"
        "print(subprocess.run([sys.executable, '-c', show], env={'A': '1'}, capture_output=True, text=True))\n"
    ),
    "a program that is not there": "import subprocess\nsubprocess.run(['/no/such/program'], env={'A': '1'})",
    "pickles of its own classes": (
        "import pickle\nclass Own: pass\nprint(pickle.dumps(Own()), Own.__module__)\n"
        "import __main__; print(__main__.Own is Own)"
    ),
    "processes that are spawned": (
        "import multiprocessing as mp, os, sys\n"
        "def work(n):\n    print(__name__, n, flush=True); sys.exit(n)\n"
        "if __name__ == '__main__':\n"
        "    child = mp.get_context('spawn').Process(target=work, args=(6,)); child.start(); child.join()\n"
        "    print(child.exitcode)"
    ),
    "warnings": "import warnings\nwarnings.warn('once'); warnings.warn('once')",
    "random numbers": "import random; random.seed(1); print(random.random())",
}

WITH_TORCH = {
    "a step, then os._exit": f"{TRAINED}\nimport os; os._exit(9)",
    "a forward of a wrong shape": f"{TRAINED}\nmodel(torch.ones(1, 3))",
    "an optimizer of nothing": f"{TRAINED}\ntorch.optim.SGD([], lr=0.1)",
    "an optimizer of what is not a leaf": f"{TRAINED}\ntorch.optim.AdamW([model.weight * 2])",
    "a line in two parts after a step": (
        f"{TRAINED}\nimport sys, time\n"
        "print('one', end=' ', file=sys.stderr, flush=True); time.sleep(0.5); print('line', file=sys.stderr)"
    ),
    "a closure that fails": f"{TRAINED}\ndef closure(): raise EOFError('in the closure')\noptimizer.step(closure)",
    "random numbers of torch": f"torch = __import__('torch'); torch.manual_seed(1){TRAINED}\nprint(torch.rand(3))",
    "a rate that is a list, or None, or absent": (
        f"{TRAINED}\nfor rate in ([0.1, 0.2], None):\n    optimizer.param_groups[0]['lr'] = rate\n"
        "    optimizer.step = type(optimizer).step.__get__(optimizer)\n"
        "    try: step()\n    except Exception as error: print(type(error), error)\n"
        "del optimizer.param_groups[0]['lr']\nstep()"
    ),
    "a fork after the first step": (
        f"{TRAINED}\nimport os, sys\nsys.stdout.flush()\nif os.fork() == 0:\n    step(); print(model.weight.shape)\n"
        "else: print(os.wait()[1])"
    ),
    "a group added by keyword to an optimizer without a hash": (
        f"{TRAINED}\nclass Own(torch.optim.SGD):\n"
        "    __hash__ = None\n"
        "    def add_param_group(self, param_group): super().add_param_group(param_group=param_group)\n"
        "optimizer = Own(model.parameters(), lr=0.1)\nstep()\n"
        "optimizer.add_param_group(param_group={'params': [torch.nn.Parameter(torch.ones(1))]})\nstep()\n"
        "print(len(optimizer.param_groups), repr(optimizer))"
    ),
    "a compiled step": (
        f"{TRAINED}\ncompiled = torch.compile(optimizer.step, backend='eager', fullgraph=True)\n"
        "with torch._dynamo.config.patch(error_on_recompile=True):\n"
        "    for _ in range(3): compiled()\n"
        "print(model.weight.tolist())"
    ),
    "a compiled model in double precision": (
        f"{TRAINED}\nmodel = torch.nn.Sequential(torch.nn.Linear(2, 2)).double()\n"
        "compiled = torch.compile(model, backend='eager', fullgraph=True)\n"
        "optimizer = torch.optim.Adam(model.parameters())\n"
        "with torch._dynamo.config.patch(error_on_recompile=True):\n"
        "    for _ in range(3):\n"
        "        compiled(torch.ones(1, 2, dtype=torch.float64)).sum().backward(); optimizer.step()\n"
    ),
}


def run(command: Sequence[str], folder: Path, **options: object) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE", "LOCAL_RANK")}
    environment = {**own, "OMP_NUM_THREADS": "1", **options.pop("env", {})}  # type: ignore[dict-item]
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        input="one\n",
        **options,  # type: ignore[call-overload]
    )


def without_report(text: str) -> str:
    """What the program itself wrote: a report without findings is a line each."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("paramwise: "))


def both(tmp_path: Path, files: dict[str, str], command: Sequence[str], **options: object) -> str:
    """Run alone and under watch, each in a folder of its own with the same name; gives the report's lines."""
    ran = []
    watch = ["-m", "paramwise", "watch", "--ignore", "PW206", "--ignore", "PW701"]  # not what these tests are about
    for name, before in (("alone", []), ("watched", watch)):
        folder = tmp_path / name / "here"
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        ran.append(run([*before, *command], folder, **options))
        for stream in ("stdout", "stderr"):
            text = getattr(ran[-1], stream).replace(str(folder), "FOLDER")
            text = re.sub("0x[0-9a-f]+", "ADDRESS", text)
            setattr(ran[-1], stream, re.sub(r"W\d{4} [\d:.]+ \d+", "WHEN AND WHO", text))  # torch's log
    alone, watched = ran
    assert watched.stdout == alone.stdout
    assert without_report(watched.stderr) == alone.stderr
    assert watched.returncode == alone.returncode
    return "".join(line for line in watched.stderr.splitlines(keepends=True) if line.startswith("paramwise: "))


@pytest.mark.parametrize("name", WITHOUT_TORCH)
def test_a_program_without_torch(name: str, tmp_path: Path) -> None:
    report = both(tmp_path, {"program.py": WITHOUT_TORCH[name]}, ["program.py", "--fail-on", "x"])
    assert report == "paramwise: no optimizer took a step: no Python that reads PYTHONPATH loaded torch\n"


QUICK = {"a step, then os._exit", "a closure that fails", "a fork after the first step", "a compiled step"}
"""Those that stand for the others where there is little time: each loads torch twice."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in WITH_TORCH]
)
def test_a_program_with_torch(name: str, tmp_path: Path) -> None:
    report = both(tmp_path, {"program.py": WITH_TORCH[name]}, ["program.py"])
    assert report.startswith("paramwise: SGD of Linear: no findings\n")


@pytest.mark.parametrize(
    "command",
    [["-m", "package", "--json", "x"], ["package/__main__.py"], ["-c", "import package.other"], ["package"]],
    ids=" ".join,
)
def test_a_package(command: list[str], tmp_path: Path) -> None:
    files = {"package/__init__.py": "", "package/__main__.py": WHERE_IT_IS, "package/other.py": WHERE_IT_IS}
    both(tmp_path, files, command)


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    both(tmp_path, {"other.py": ""}, ["program.py"])


@pytest.mark.parametrize("own", ["print('mine', __file__, __name__)", "raise ValueError('mine')", "import nowhere"])
def test_a_sitecustomize_of_its_own_and_a_path(own: str, tmp_path: Path) -> None:
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(own)
    paths = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(tmp_path / "path")])
    (tmp_path / "program.py").write_text(WHERE_IT_IS)
    once, alone, watched = (
        run([*command, "program.py"], tmp_path, env={"PYTHONPATH": paths})
        for command in (["-c", ""], [], ["-m", "paramwise", "watch"])
    )
    assert watched.stdout == once.stdout + alone.stdout  # the one who watches is a Python, too
    assert without_report(watched.stderr) == once.stderr + alone.stderr


def start(program: str, tmp_path: Path, *, watched: bool, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    (tmp_path / "program.py").write_text(program)
    command = [sys.executable, *(["-m", "paramwise", "watch"] if watched else []), *before, "program.py"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


COUNTS = (
    "import signal, time\ngot = []\n"
    "for one in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):\n"
    "    signal.signal(one, lambda number, _: got.append(number))\n"
    "print('ready', flush=True)\n"
    "end = time.monotonic() + 60\n"
    "while not got and time.monotonic() < end: time.sleep(0.01)\n"
    "time.sleep(0.5); print(got)\n"
)
WAITS = (  # says so from a thread, so that the signal finds the main one asleep: its traceback names that line
    "import threading, time\nthreading.Timer(0.3, print, ['ready'], {'flush': True}).start()\ntime.sleep(60)"
)
CLEANS_UP = (
    "import time\ntry:\n    print('ready', flush=True); time.sleep(60)\n"
    "except KeyboardInterrupt:\n    time.sleep(0.3); print('cleaned up')\n    raise SystemExit(11)"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1], ids=lambda n: n.name)
@pytest.mark.parametrize("program", [WAITS, COUNTS, CLEANS_UP], ids=["waits", "counts", "cleans up"])
def test_a_signal_to_the_one_who_watches(program: str, number: signal.Signals, tmp_path: Path) -> None:
    ends = []
    for watched in (False, True):
        process = start(program, tmp_path, watched=watched)
        process.send_signal(number)
        out, err = process.communicate(timeout=100)
        ends.append((process.returncode, out, without_report(err)))
    assert ends[0] == ends[1]


def test_a_killed_program_is_killed(tmp_path: Path) -> None:
    process = start(COUNTS, tmp_path, watched=True)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    process.communicate(timeout=100)
    assert process.returncode == -signal.SIGKILL


def test_an_interrupt_from_the_terminal_reaches_both_once(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "program.py").write_text(COUNTS)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, "-m", "paramwise", "watch", "program.py"])
    seen = b""
    while b"ready" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    while True:
        try:
            more = os.read(terminal, 1000)
        except OSError:
            break
        if not more:
            break
        seen += more
    _, status = os.waitpid(pid, 0)
    assert f"[{int(signal.SIGINT)}]".encode() in seen
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("stream", ["closed", "full"])
def test_a_stderr_that_cannot_be_written_to(stream: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(f"{TRAINED}\nprint('trained')")
    redirect = "2>&-" if stream == "closed" else "2>/dev/full"
    command = f'"{sys.executable}" -m paramwise watch --json found.json program.py {redirect}'
    ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, stdout=subprocess.PIPE, text=True, timeout=300)
    assert (ran.stdout, ran.returncode) == ("trained\n", 0)
    assert json.loads((tmp_path / "found.json").read_text())["optimizers"][0]["optimizer"] == "SGD of Linear"


def test_descriptors_that_the_shell_opened_are_the_programs(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import os; print(os.read(7, 100), sorted(os.listdir('/proc/self/fd')))")
    (tmp_path / "data").write_text("data")
    outs = []
    for watch in ("", "-m paramwise watch"):
        ran = subprocess.run(
            ["sh", "-c", f'"{sys.executable}" {watch} program.py 7<data'], cwd=tmp_path, capture_output=True, text=True
        )
        outs.append(ran.stdout)
    assert outs[0] == outs[1] != ""


WRONG = """
import os, sys, time
import torch
model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1))
optimizer = torch.optim.SGD(model[0].parameters(), lr=0.1)
for step in range(200):
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    print(step, flush=True)
    time.sleep(0.02)
"""


def test_a_finding_stops_the_program(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(WRONG)
    ran = run(["-m", "paramwise", "watch", "--fail-on", "error", "program.py"], tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "PW201" in ran.stderr
    assert "the program was stopped at a finding" in ran.stderr
    ran = run(["-m", "paramwise", "watch", "--fail-on", "error", "--keep-going", "program.py"], tmp_path)
    assert ran.returncode == 1
    assert ran.stdout.endswith("199\n")
    assert ran.stderr.count("PW201") == 1


TWO_MODELS = """
import torch
body = torch.nn.ModuleDict({"body": torch.nn.Linear(2, 2), "lm_head": torch.nn.Linear(2, 2)})
critic = torch.nn.ModuleDict({"critic": torch.nn.Linear(2, 1)})
body["body"].bias.requires_grad_(False)
one = torch.optim.SGD(body["lm_head"].parameters(), lr=0.1)
two = torch.optim.SGD([body["body"].weight], lr=0.1)
three = torch.optim.SGD(critic.requires_grad_(False).parameters(), lr=0.1)
warm_up = torch.optim.lr_scheduler.LambdaLR(two, lambda step: step / 2)
for _ in range(3):
    critic["critic"](body["lm_head"](body["body"](torch.ones(1, 2)))).sum().backward()
    for optimizer in (one, two, three): optimizer.step()
    warm_up.step()
"""

EXPECTED = """
[[expect]]
tokens = "lm_head"
trained = true

[[expect]]
names = ["body.weight", "body.bias"]
trained = true

[[expect]]
tokens = "critic"
trained = false

[[expect]]
tokens = "nowhere"
trained = true
"""


@pytest.mark.parametrize(
    "file",
    ["paramwise.toml", *(pytest.param(name, marks=pytest.mark.slow) for name in ("pyproject.toml", "other.toml"))],
)
def test_what_a_file_expects_is_held_whichever_optimizer_trains_it(file: str, tmp_path: Path) -> None:
    text = EXPECTED.replace("[[expect]]", "[[tool.paramwise.expect]]") if file == "pyproject.toml" else EXPECTED
    (tmp_path / file).write_text(text)
    given = ["--rules", file] if file == "other.toml" else []
    program = f"import os; os.chdir('/'); os.remove({str(tmp_path / file)!r})\n{TWO_MODELS}"
    found, ran = found_by(tmp_path, program, "--ignore", "PW501", *given)
    unmet = [(of["message"], of["names"]) for one in found for of in one["findings"] if of["code"] == "PW210"]
    word = "is expected to be trained, and"
    assert set(map(str, unmet)) == {
        str((f"pw.name('body.weight', 'body.bias') {word} 1 of 2 parameters are not", ["body.bias"])),
        str((f"pw.token('nowhere') {word} selects no parameter", [])),
    }
    assert ran.stderr.count("'nowhere'") == 1


def test_a_file_with_a_fault_is_said_before_the_program_starts(tmp_path: Path) -> None:
    (tmp_path / "paramwise.toml").write_text('[[expect]]\ntokens = "lm_head"\n')
    (tmp_path / "program.py").write_text("print('started')")
    ran = run(["-m", "paramwise", "watch", "program.py"], tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "paramwise.toml:1" in ran.stderr
    assert "trained = true" in ran.stderr


RANKS = """
import os, torch, torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
dist.init_process_group("gloo")
model = DistributedDataParallel(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)))
optimizer = torch.optim.SGD([*model.module[0].parameters(), model.module[1].weight], lr=0.1)
for _ in range(2):
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
os.write(1, b"rank " + os.environ["RANK"].encode() + bytes([10]))  # at once: two processes write
dist.destroy_process_group()
"""

SPAWNED = """
import torch, torch.multiprocessing as mp
def work(rank, barrier):
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD([model.weight], lr=0.1)
    model(torch.ones(1, 2)).sum().backward()
    barrier.wait()  # what is found much later by one of them is said apart
    optimizer.step()
if __name__ == "__main__":
    mp.spawn(work, args=(mp.get_context("spawn").Barrier(2),), nprocs=2)
"""


def found_by(tmp_path: Path, program: str, *before: str) -> tuple[list[dict], subprocess.CompletedProcess[str]]:
    (tmp_path / "program.py").write_text(program)
    ran = run(["-m", "paramwise", "watch", "--json", "found.json", *before, "program.py"], tmp_path)
    assert ran.returncode == 0, ran.stderr
    return json.loads((tmp_path / "found.json").read_text())["optimizers"], ran


MANY = """
import torch
model = torch.nn.Sequential(*(torch.nn.Linear(2, 2) for _ in range(9)))
each = {one: torch.optim.SGD([one], lr=0.1) for one in model.parameters()}
def step(one):
    each[one].step()
    each[one].zero_grad()
for one in model.parameters():
    one.register_post_accumulate_grad_hook(step)
model(torch.ones(1, 2)).sum().backward()
"""


def test_many_optimizers_of_one_model_are_said_once(tmp_path: Path) -> None:
    found, ran = found_by(tmp_path, MANY)
    assert (len(found), {len(one["findings"]) for one in found}) == (18, {0})
    assert ran.stderr.count("no findings") == 1


def test_what_an_optimizer_forgets(tmp_path: Path) -> None:
    found, ran = found_by(tmp_path, (Path(__file__).parent / "programs" / "forgotten.py").read_text())
    names = {one["optimizer"].partition(" ")[0]: [of["code"] for of in one["findings"]] for one in found}
    assert len(names) == 15, names
    assert {name for name, codes in names.items() if "PW201" in codes} == {one for one in names if "wrong" in one}
    assert {name for name, codes in names.items() if codes} == {one for one in names if "wrong" in one}
    assert "could not look" not in ran.stderr


REPLACED = """
import torch
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(5):
    if step == 3:
        model = torch.nn.Linear(2, 1)
    optimizer.zero_grad()
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
"""


def test_a_model_that_is_replaced_while_it_trains(tmp_path: Path) -> None:
    (found,), ran = found_by(tmp_path, REPLACED)
    assert "PW201" in [finding["code"] for finding in found["findings"]]
    assert "PW201" in ran.stderr


UNFROZEN = """
import torch
body, head = torch.nn.Linear(2, 2).requires_grad_(False), torch.nn.Linear(2, 1)
model = torch.nn.Sequential(body, head)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
for step in range(120):
    if step == 115: body.requires_grad_(True)
    optimizer.zero_grad()
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
"""


def test_what_is_unfrozen_late_and_held_by_no_optimizer(tmp_path: Path) -> None:
    (found,), _ = found_by(tmp_path, UNFROZEN)
    assert [(one["code"], one["names"]) for one in found["findings"]] == [("PW201", ["0.weight", "0.bias"])]


CHANGES = """
import torch
class Constant:
    def __init__(self, optimizer): self.optimizer = optimizer
    def step(self):
        for group in self.optimizer.param_groups: group["lr"] = 0.01
model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1))
groups = [{"params": [one], "lr": 0.1 * (at + 1)} for at, one in enumerate(model.parameters())]
optimizer = torch.optim.SGD(groups[:3], lr=0.1)
scheduler = Constant(optimizer)
for step in range(4):
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    if step == 1: optimizer.add_param_group(groups[3])
    if step == 2: scheduler.step()
"""


def test_an_optimizer_is_looked_at_again_when_something_changes(tmp_path: Path) -> None:
    (found,), _ = found_by(tmp_path, CHANGES)
    assert "PW401" in [one["code"] for one in found["findings"]]  # rates made equal after the third step
    assert "PW201" not in [one["code"] for one in found["findings"]]  # the group that was added after the second


def test_ranks_of_a_launcher_are_merged(tmp_path: Path) -> None:
    launcher = str(Path(sys.executable).parent / "torchrun")
    (found,), ran = found_by(tmp_path, RANKS, launcher, "--nproc-per-node", "2", "--master-port", "29581")
    assert sorted(line for line in ran.stdout.splitlines() if line.startswith("rank")) == ["rank 0", "rank 1"]
    assert (found["processes"], [one["code"] for one in found["findings"]]) == (2, ["PW201"])
    assert "SGD of DistributedDataParallel on 2 ranks: 1 finding" in ran.stderr
    assert ran.stderr.count("PW201") == 1


def test_processes_that_are_spawned_are_merged(tmp_path: Path) -> None:
    (found,), ran = found_by(tmp_path, SPAWNED)
    assert (found["processes"], [one["code"] for one in found["findings"]]) == (2, ["PW201"])
    assert "SGD of Linear in 2 processes: 1 finding" in ran.stderr


def test_a_program_on_the_path_and_what_it_starts(tmp_path: Path) -> None:
    script = tmp_path / "start.sh"
    script.write_text(f'#!/bin/sh\ncd /\nenv -u OMP_NUM_THREADS "{sys.executable}" "$1"\n')
    script.chmod(0o755)
    program = tmp_path / "program.py"
    program.write_text(WRONG.replace("200", "2"))
    ran = run(["-m", "paramwise", "watch", "--json", "found.json", "./start.sh", str(program)], tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "0\n1\n")
    assert "PW201" in (tmp_path / "found.json").read_text()


def test_a_json_file_is_found_before_the_program_changes_its_folder(tmp_path: Path) -> None:
    (found,), _ = found_by(tmp_path, f"import os; os.chdir('/')\n{TRAINED}")
    assert found["findings"] == []


def test_a_child_that_lives_on_does_not_keep_the_one_who_watches(tmp_path: Path) -> None:
    lives_on = "['setsid', sys.executable, '-c', 'import time; time.sleep(100)']"
    (tmp_path / "program.py").write_text(f"import subprocess, sys\nprint(subprocess.Popen({lives_on}).pid)")
    with (tmp_path / "out").open("w+") as out:
        command = [sys.executable, "-m", "paramwise", "watch", "program.py"]
        subprocess.run(command, cwd=tmp_path, stdout=out, stderr=out, check=True, timeout=90)
        out.seek(0)
        os.kill(int(out.readline()), signal.SIGKILL)
