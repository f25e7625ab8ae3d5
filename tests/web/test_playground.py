"""The page in a real browser: each file of journeys runs in Chromium against a server of its own.

The journeys are written in JavaScript, because that is what the browser's driver speaks; they say
what they measured, and that is printed with `-s` and when one of them fails.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
JOURNEYS = sorted(path.name for path in HERE.glob("*.test.mjs"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server with the page that was built."""
    if not (root / "web" / "dist" / "index.html").exists():
        pytest.fail("the page is not built; `make page` builds it")
    port = free_port()
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "gradtape", "serve", "--port", str(port)]
    folder = tmp_path_factory.mktemp("server")
    with open(folder / "log", "w+") as log:
        server = subprocess.Popen(
            [*command, "--data-dir", str(folder)], cwd=root, stdout=log, stderr=log
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
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("no Chromium here; `make programs` installs it, or: apt-get install chromium")
    return path


@pytest.mark.parametrize("journey", JOURNEYS)
def test_journey(journey: str, site: str, chromium: str, node: str) -> None:
    environment = {**os.environ, "PAGE_URL": site, "CHROMIUM": chromium, "PYTHON": sys.executable}
    done = subprocess.run(
        [node, "--test", "--test-reporter=spec", str(HERE / journey)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
