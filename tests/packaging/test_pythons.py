"""`make test-python` finds a Python by name, and takes the runner's versions from the lock."""

from pathlib import Path

import pytest

from tests.machine import pythons


def _program(folder: Path, text: str) -> str:
    folder.mkdir(parents=True)
    program = folder / ("python" if folder.name == "bin" else "python3.98")
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


def test_a_python_is_found_by_name_or_among_those_of_pyenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path / "shims"))
    assert pythons.interpreter("3.98") is None
    _program(tmp_path / "shims", "exit 1")  # the name is there, the Python is not
    assert pythons.interpreter("3.98") is None
    own = _program(tmp_path / "pyenv/versions/3.98.2/bin", "echo 3.98")
    assert pythons.interpreter("3.98") == own == pythons.interpreter("3.98.2")
    assert pythons.main(["3.97"]) == 1


def test_the_runner_is_what_the_lock_holds() -> None:
    lock = (
        "a==1 \\\n    --hash=x \\\n    --hash=y\nb[c]==2 ; python_version > '3' \\\n    --hash=z\n"
    )
    assert pythons.locked(["a"], lock) == "a==1 \\\n    --hash=x \\\n    --hash=y\n"
    assert pythons.locked(["b"], lock).startswith("b[c]==2 ; python")
    wanted = pythons.locked(pythons.RUNNER, pythons.LOCK.read_text("utf-8"))
    names = [line.split("==")[0] for line in wanted.splitlines() if line[0] != " "]
    assert names == pythons.RUNNER and wanted.count("--hash") >= len(names)
