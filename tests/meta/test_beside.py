"""The second process of the tests: it runs what is marked beside the rest, and ends with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CONFTEST = """
from tests.support.beside import Beside

def pytest_configure(config):
    config.addinivalue_line("markers", "beside(place)")
    config.pluginmanager.register(Beside())
"""

MEETING = """
import pathlib, time, pytest

def meet(own, other):
    pathlib.Path(own).touch()
    while not pathlib.Path(other).exists():
        time.sleep(0.01)

@pytest.mark.beside(2)
@pytest.mark.parametrize("word", ["a [b], c::d"])
def test_later(word):
    assert pathlib.Path("marked").exists()
    print("a pipe, a kettle")
    assert word == "x"

@pytest.mark.beside(2)
def test_left_out():
    pytest.skip("for this reason")

@pytest.mark.beside(1)
def test_marked():
    meet("marked", "unmarked")

def test_unmarked():
    meet("unmarked", "marked")
"""

LEFT = """
import os, pathlib, subprocess, sys, time, pytest

@pytest.fixture(scope="module")
def server():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()
    pathlib.Path("ended").touch()

@pytest.mark.beside(1)
def test_marked(server):
    pathlib.Path("begun").touch()
    time.sleep(600)

def test_unmarked():
    while not pathlib.Path("begun").exists():
        time.sleep(0.01)
    HOW
"""


@pytest.fixture
def started(tmp_path: Path, root: Path):
    """Starts pytest on a file of tests, as a developer does."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")

    settings = {"PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    running = []

    def start(tests: str, *words: str) -> subprocess.Popen[str]:
        (tmp_path / "test_them.py").write_text(tests)
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-v", *words],
            cwd=tmp_path,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        with process:
            process.kill()


def appears(path: Path) -> bool:
    """Whether a file is made within five minutes."""
    end = time.monotonic() + 300
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    return path.exists()


def test_what_is_marked_runs_beside_the_rest_and_is_reported(started) -> None:
    told, _ = started(MEETING).communicate(timeout=300)
    assert "test_unmarked PASSED" in told and "test_marked PASSED" in told
    assert "test_later[a [b], c::d] FAILED" in told and "a pipe, a kettle" in told
    assert "test_left_out SKIPPED (for this reason)" in told
    assert "1 failed, 2 passed, 1 skipped" in told
    assert told.index("test_unmarked ") < told.index("test_marked ") < told.index("test_later")


def test_what_is_selected_alone_runs_in_one_process(started, tmp_path: Path) -> None:
    (tmp_path / "unmarked").touch()
    told, _ = started(MEETING, "-k", "not unmarked", "-x").communicate(timeout=300)
    assert "1 failed, 1 passed, 1 deselected" in told


@pytest.mark.parametrize("how", ["assert False", "time.sleep(600)"])
def test_it_ends_with_the_first_process(how: str, started, tmp_path: Path) -> None:
    running = started(LEFT.replace("HOW", how), "-x")
    if "sleep" in how:  # and is killed, without time to end anything
        assert appears(tmp_path / "begun")
        running.send_signal(signal.SIGKILL)
    running.communicate(timeout=300)
    assert appears(tmp_path / "ended")


def test_the_end_of_the_second_process_is_told(started) -> None:
    ending = MEETING.replace("print(", "import os; os._exit(7); print(")
    told, _ = started(ending).communicate(timeout=300)
    assert "test_marked PASSED" in told and "test_left_out FAILED" in told
    assert "the second process gave no report" in told and "2 failed, 2 passed" in told
