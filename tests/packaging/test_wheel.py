"""The wheel holds the three packages and nothing else, and works in an empty environment."""

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.markdown import programs

PACKAGES = ["core/gradtape", "webgpu/gradtape_webgpu", "server/gradtape_server"]
LEFT_OUT = {"__pycache__"}


def packed(root: Path) -> set[str]:
    """The files that belong into the wheel, by their names in it."""
    names = set()
    for package in PACKAGES:
        folder = root / package
        for path in folder.rglob("*"):
            if path.is_file() and not LEFT_OUT & set(path.parts):
                names.add(path.relative_to(folder.parent).as_posix())
    return names


def test_holds_the_packages_and_nothing_else(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    info = {name for name in names if name.startswith("gradtape-0.1.0.dist-info/")}
    assert names - info == packed(root)
    assert {name.partition("/")[2] for name in info} >= {"METADATA", "RECORD", "licenses/LICENSE"}


def test_holds_no_tests_and_no_leavings(wheel: Path) -> None:
    stray = re.compile(
        r"(^|/)(tests?|conftest\.py|test_[^/]*|.*\.(pyc|orig|rej|swp|log|sqlite3))(/|$)"
    )
    assert [name for name in zipfile.ZipFile(wheel).namelist() if stray.search(name)] == []


def test_carries_the_page_when_released(wheel: Path, wheel_with_page: Path, root: Path) -> None:
    page = root / "web" / "dist"
    built = {path.relative_to(page).as_posix() for path in page.rglob("*") if path.is_file()}
    more = set(zipfile.ZipFile(wheel_with_page).namelist()) - set(zipfile.ZipFile(wheel).namelist())
    assert "index.html" in built
    assert more == {f"gradtape_server/page/{name}" for name in built}


def test_is_one_wheel_for_every_machine(wheel: Path) -> None:
    assert wheel.name == "gradtape-0.1.0-py3-none-any.whl"


def test_needs_numpy_alone(wheel: Path) -> None:
    metadata = zipfile.ZipFile(wheel).read("gradtape-0.1.0.dist-info/METADATA").decode()
    required = re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)
    assert [line for line in required if "extra ==" not in line] == ["numpy>=2"]


@pytest.fixture(scope="module")
def empty_environment(wheel: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment that holds the wheel and the locked NumPy."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    lock = (root / "tests/locks/serve.txt").read_text()
    numpy = "".join(re.findall(r"^numpy==.*(?:\n    .*)*\n", lock, re.MULTILINE))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{numpy}{wheel.as_uri()} --hash=sha256:{digest}\n")
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-qq", "--require-hashes", "-r", str(wanted)]
    subprocess.run(install, check=True)
    return python


def test_runs_the_first_program_of_the_readme(
    empty_environment: Path, root: Path, tmp_path: Path
) -> None:
    first = programs(root / "README.md")[0]
    program = tmp_path / "first.py"
    program.write_text(first.code)
    command = [str(empty_environment), "-W", "error", program.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (first.output, "")


def test_brings_its_types_along(empty_environment: Path) -> None:
    code = (
        "import importlib.resources as r; print(r.files('gradtape').joinpath('py.typed').is_file())"
    )
    done = subprocess.run([str(empty_environment), "-c", code], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr
