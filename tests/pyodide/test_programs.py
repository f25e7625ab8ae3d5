"""The wheel runs in the tab's Python (Pyodide, here under Node) and prints what it prints natively.

The programs are a first one and every example of the gallery.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.printed import differences

HERE = Path(__file__).resolve().parent
EXAMPLES = sorted((HERE.parents[1] / "web" / "examples").glob("[0-9]*.py"))
PROGRAMS = [HERE / "first.py", *EXAMPLES]


@pytest.fixture(scope="module")
def printed(
    node: str, wheel: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each program printed in one tab's Python, by its file name."""
    runtime = root / "web" / "pyodide"
    if not (runtime / "dist/compiled/packages-lock.json").is_file():
        pytest.fail("the tab's Python is not here yet; `make runtime` fetches it")
    folder = tmp_path_factory.mktemp("programs")
    for program in PROGRAMS:
        shutil.copy(program, folder)
        for beside in program.parent.iterdir():
            if beside.is_file() and beside.suffix not in {".py", ".mjs", ".md"}:
                shutil.copy(beside, folder)
    everything = shutil.copy(HERE / "every_program.py", folder)
    command = [node, str(runtime / "run_node.mjs"), str(everything), "--wheel", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_prints_what_it_prints_natively(
    program: Path, printed: dict[str, str], run_natively: Callable[[Path], str]
) -> None:
    wanted = run_natively(program)
    assert wanted
    assert differences(printed[program.name], wanted, relative=1e-3, absolute=1e-5) == []


def test_the_comparison_sees_a_different_number() -> None:
    text = "loss 0.25 after 10 steps\n"
    assert differences("loss  0.2500001 after 10 steps\n", text, relative=1e-3, absolute=0) == []
    assert differences("loss 0.26 after 10 steps\n", text, relative=1e-3, absolute=0)
    assert differences("loss 0.25 after 11 steps\n", text, relative=1e-1, absolute=0)
    assert differences("lost 0.25 after 10 steps\n", text, relative=1e-1, absolute=0)
    assert differences("", text, relative=1e-1, absolute=0)
