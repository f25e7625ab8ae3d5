"""Programs such as people have end as they do under TensorFlow, natively and in the tab.

`programs/` holds one for each subject of the official guides and tutorials, written here. The
import lines alone are changed; seeds, losses and values are TensorFlow's (`goldens/tutorials.json`,
recorded by `make goldens`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import gradtape as tf
from tests.tutorials import running

HERE = Path(__file__).resolve().parent
RECORDED: dict[str, Any] = json.loads(
    (HERE.parent / "goldens" / "tutorials.json").read_text(encoding="utf-8")
)
#: sums in another order move the last digits, and training carries them on
RELATIVE, ABSOLUTE = 2e-4, 2e-6
#: what a tab lacks
NOT_IN_TAB = {"saved_weights": "h5py"}


@pytest.fixture(autouse=True)
def own_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that sets a dtype policy sets it for itself."""
    monkeypatch.setattr(tf.keras.mixed_precision, "_chosen", [])


def test_each_program_is_recorded() -> None:
    assert list(RECORDED) == running.names() and len(RECORDED) >= 60


@pytest.mark.parametrize("name", running.names())
def test_it_ends_as_it_does_under_tensorflow(name: str) -> None:
    results = running.run(name, "gradtape")
    assert running.differences(results, RECORDED[name], RELATIVE, ABSOLUTE) == []


@pytest.fixture(scope="module")
def in_tab(
    node: str, wheel: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What each program ended with in one tab's Python."""
    runtime = root / "web" / "pyodide"
    if not (runtime / "dist" / "pyodide-lock.json").is_file():
        pytest.fail("the tab's Python is not here yet; `make runtime` fetches it")
    folder = tmp_path_factory.mktemp("tutorials")
    for path in [*running.PROGRAMS.glob("*.py"), HERE / "in_tab.py", HERE / "running.py"]:
        shutil.copy(path, folder)
    command = [node, str(runtime / "run_node.mjs"), str(folder / "in_tab.py")]
    done = subprocess.run([*command, "--wheel", str(wheel)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", running.names())
def test_it_ends_as_it_does_under_tensorflow_in_the_tab(name: str, in_tab: dict[str, Any]) -> None:
    if name in NOT_IN_TAB:
        assert NOT_IN_TAB[name] in in_tab[name]  # the error says what is missing
    else:
        assert not isinstance(in_tab[name], str), in_tab[name]
        assert running.differences(in_tab[name], RECORDED[name], RELATIVE, ABSOLUTE) == []


def test_the_comparison_sees_a_different_number() -> None:
    assert running.differences({"a": [1.0, "x"]}, {"a": [1.00001, "x"]}, 1e-3, 0.0) == []
    assert running.differences({"a": [1.0, "x"]}, {"a": [1.1, "x"]}, 1e-3, 0.0)
    assert running.differences({"a": [1.0]}, {"a": [1.0, 2.0]}, 1e-3, 0.0)
    assert running.differences({"a": [1.0, "x"]}, {"a": [1.0, "y"]}, 1e-3, 0.0)
    assert running.differences({"a": 1.0}, {"b": 1.0}, 1e-3, 0.0)
