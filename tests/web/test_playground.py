"""The page in a real browser: each file of journeys runs in Chromium against a server of its own.

The journeys are written in JavaScript, because that is what the browser's driver speaks; they say
what they measured, and that is printed with `-s` and when one of them fails.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
JOURNEYS = sorted(path.relative_to(HERE).as_posix() for path in HERE.rglob("*.test.mjs"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def serving(root: Path, folder: Path, port: int, *words: str) -> Iterator[str]:
    """The address of a running server with the page that was built."""
    if not (root / "web" / "dist" / "index.html").exists():
        pytest.fail("the page is not built; `make page` builds it")
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "gradtape", "serve", "--port", str(port)]
    with open(folder / "log", "w+") as log:
        server = subprocess.Popen(
            [*command, "--data-dir", str(folder), *words], cwd=root, stdout=log, stderr=log
        )
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                log.seek(0)
                pytest.fail(f"the server did not come up:\n{log.read()}")
            yield address
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server as most people start it: its address and where its data lie."""
    folder = tmp_path_factory.mktemp("server")
    with serving(root, folder, free_port()) as address:
        yield address, str(folder)


@pytest.fixture(scope="session")
def site_of_two(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server that has its sandbox on a second origin; both addresses."""
    port = free_port()
    page, sandbox = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
    words = ("--public-url", page, "--sandbox-origin", sandbox)
    with serving(root, tmp_path_factory.mktemp("server"), port, *words) as address:
        yield address, sandbox


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("no Chromium here; `make programs` installs it, or: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def firefox() -> str:
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        pytest.fail("no Firefox here; `make programs` installs it, or: apt-get install firefox-esr")
    return path


@pytest.mark.beside(1)
@pytest.mark.parametrize("journey", JOURNEYS)
def test_journey(
    journey: str, request: pytest.FixtureRequest, chromium: str, firefox: str, node: str
) -> None:
    programs = {"CHROMIUM": chromium, "FIREFOX": firefox, "PYTHON": sys.executable}
    environment = {**os.environ, **programs}
    if journey == "sandbox/second_origin.test.mjs":
        page, environment["SANDBOX_ORIGIN"] = request.getfixturevalue("site_of_two")
        environment["PAGE_URL"] = page
    else:
        environment["PAGE_URL"], environment["PAGE_DATA"] = request.getfixturevalue("site")
    # Each test in the file has a limit of its own and says what hung; this one stands behind those.
    # The end of the driver's process ends its browser: the pipe between them closes.
    command = [node, "--test", "--test-force-exit", "--test-reporter=spec", str(HERE / journey)]
    running = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = running.communicate(timeout=1200)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    print(told)
    assert running.returncode == 0, told[-14_000:]
