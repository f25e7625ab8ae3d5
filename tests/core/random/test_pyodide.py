"""In the tab's Python every program of cases.py draws the very bits that it draws natively."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "support"


def test_a_tab_draws_the_same_bits(
    node: str,
    wheel: Path,
    root: Path,
    tmp_path: Path,
    run_natively: Callable[[Path], str],
) -> None:
    runtime = root / "web" / "pyodide"
    if not (runtime / "dist/compiled/packages-lock.json").is_file():
        pytest.fail("the tab's Python is not here yet; `make runtime` fetches it")
    for name in ("cases.py", "digests.py"):
        shutil.copy(HERE / name, tmp_path)
    program = str(tmp_path / "digests.py")
    command = [node, str(runtime / "run_node.mjs"), program, "--wheel", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == run_natively(HERE / "digests.py").splitlines()
