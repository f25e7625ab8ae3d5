"""What several folders of tests share: the built wheel, and programs run as a user runs them."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support import shared_state
from tests.support.beside import Beside

ROOT = Path(__file__).resolve().parents[1]

# No test measures time: the 200 ms that an example has otherwise pass on a busy machine.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Beside())


@pytest.fixture(autouse=True)
def nothing_is_left_changed() -> Iterator[None]:
    """Fails the test that leaves a setting of the process changed, which others would meet."""
    shared_state.renew()
    before = shared_state.look()
    yield
    left = shared_state.changes(before)
    if left:
        pytest.fail("This test left changed:\n" + "\n".join(left), pytrace=False)


@pytest.fixture(scope="session")
def root() -> Path:
    """The working tree."""
    return ROOT


def build_wheel(folder: Path, *, page: bool) -> Path:
    """The wheel, built from this working tree into a folder, with the built page or without."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    settings = {**os.environ, "GRADTAPE_PAGE": "yes" if page else "no"}
    done = subprocess.run(
        [*command, "--directory", str(folder)],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the three packages."""
    return build_wheel(tmp_path_factory.mktemp("wheel"), page=False)


@pytest.fixture(scope="session")
def wheel_with_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is released, with the page inside."""
    if not (ROOT / "web/dist/manifest.json").is_file():
        pytest.fail("the page is not built; `make page` builds it")
    return build_wheel(tmp_path_factory.mktemp("release"), page=True)


@pytest.fixture(scope="session")
def node() -> str:
    """A Node.js, the machine's own or the one that `make test` installs."""
    path = shutil.which("node")
    if path is None:
        pytest.fail("no node on the search path; `make test` installs one")
    return path


@pytest.fixture(scope="session")
def run_natively() -> Callable[[Path], str]:
    """A function that runs a program with this Python, warnings as errors, and gives its output.

    Each program runs once, however many tests look at what it printed.
    """

    @functools.cache
    def run(program: Path) -> str:
        command = [sys.executable, "-W", "error", program.name]
        settings = {**os.environ, "MPLBACKEND": "agg", "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command, cwd=program.parent, env=settings, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{program.name} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    return run
