"""`gradtape run`, `share` and `verify` on each software GPU: it is named, and it computes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradtape_webgpu.drivers.native import ADAPTER_VARIABLE
from tests.server.support import machines
from tests.webgpu.support import stacks

PROGRAM = """\
import gradtape as tf
import gradtape_webgpu

x = tf.Variable(tf.linspace(0.0, 1.2, 64))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.exp(tf.sin(x)) * tf.tanh(x))
gradient = tape.gradient(y, x)
print("ends:", gradient.numpy()[[0, -1]].round(3))
print(gradtape_webgpu.explain().splitlines()[0])
"""
ENDS = "ends: [1.    1.542]\n"
COMPUTED = " one submit"  # the kernels of the last flush


class Command:
    """The command `gradtape` with one software GPU to choose from."""

    def __init__(self, stack: stacks.Stack) -> None:
        assert Path(stack.loader).is_file(), f"apt-get install {stack.package}"
        self.adapter = stack.adapter
        self._settings = {ADAPTER_VARIABLE: stack.adapter, "VK_ICD_FILENAMES": stack.loader}

    def __call__(self, *words: object) -> subprocess.CompletedProcess[str]:
        return machines.gradtape(*words, environment=self._settings)


@pytest.fixture(params=sorted(stacks.STACKS))
def command(request: pytest.FixtureRequest) -> Command:
    """The command on each stack."""
    return Command(stacks.STACKS[request.param])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that says which kernels ran."""
    file = tmp_path_factory.mktemp("program") / "program.py"
    file.write_text(PROGRAM)
    return file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A share server."""
    with machines.Server("--data-dir", str(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="module")
def link(server: Any, program: Path) -> str:
    """The program, recorded on the CPU and shared."""
    done = Command(stacks.STACKS["lavapipe"])("share", program, "--server", server.url)
    assert done.returncode == 0, done.stderr
    assert "Nothing has run on the GPU yet." in done.stderr
    return done.stdout.strip()


def test_a_program_runs_on_the_gpu_which_is_named(command: Command, program: Path) -> None:
    done = command("run", program, "--device", "gpu")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(ENDS) and COMPUTED in done.stdout
    (named,) = [line for line in done.stderr.splitlines() if line.startswith("the GPU was ")]
    assert command.adapter in named
    told = json.loads(command("run", program, "--device", "gpu", "--json").stdout)
    assert command.adapter in told["adapter"] and COMPUTED in told["output"]
    assert json.loads(command("run", program, "--json").stdout)["adapter"] is None


def test_a_link_recorded_on_the_cpu_is_close_on_the_gpu(command: Command, link: str) -> None:
    done = command("verify", link, "--trust", "--device", "gpu")
    assert done.returncode == 0, done.stderr
    assert COMPUTED in done.stderr and command.adapter in done.stderr
    verdict, result, *differing = done.stdout.splitlines()
    assert verdict.startswith("CLOSE: 1 result, worst ")
    assert 1 <= int(verdict.split()[4]) <= 16
    assert result.startswith("  CLOSE   dy/dx: within the tolerance (")
    # the link's wheel holds the installed engine, so there is no second run and no second report
    assert differing == [
        "what differs between the record and this run:",
        "  run.device: recorded cpu, run webgpu",
    ]


def test_the_same_link_is_exact_on_the_cpu(command: Command, link: str) -> None:
    done = command("verify", link, "--trust")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("EXACT: 1 result, worst 0 ulp\n")
    assert "Nothing has run on the GPU yet." in done.stderr and "the GPU was" not in done.stderr


def test_a_link_recorded_on_the_gpu_is_exact_on_it(
    command: Command, server: Any, program: Path
) -> None:
    shared = command("share", program, "--server", server.url, "--device", "gpu")
    assert shared.returncode == 0 and COMPUTED in shared.stderr, shared.stderr
    assert command.adapter in shared.stderr
    done = command("verify", shared.stdout.strip(), "--trust")
    assert COMPUTED in done.stderr
    assert done.stdout.startswith("EXACT: 1 result, worst 0 ulp\n"), done.stdout


def test_without_a_gpu_it_refuses_in_words(program: Path, link: str) -> None:
    none = Command(stacks.STACKS["swiftshader"]._replace(adapter="no such GPU"))
    for words in (("run", program), ("verify", link, "--trust")):
        done = none(*words, "--device", "gpu")
        assert (done.returncode, done.stdout) == (2, "")
        assert "gradtape: cannot run on the GPU: " in done.stderr
        assert "no adapter named 'no such GPU'" in done.stderr
        assert "run it on the CPU: --device cpu" in done.stderr
        assert "Traceback" not in done.stderr
