"""The released wheel alone, without the working tree, serves the playground's page."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(wheel_with_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server runs that knows the wheel's files only."""
    folder = tmp_path_factory.mktemp("installed")
    install = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(folder), str(wheel_with_page)], check=True)
    port = free_port()
    command = [sys.executable, "-P", "-m", "gradtape", "serve", "--port", str(port)]
    data = str(tmp_path_factory.mktemp("data"))
    settings = {**os.environ, "PYTHONPATH": str(folder), "GRADTAPE_DATA_DIR": data}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=data, env=settings, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, (folder / "server.log").read_text()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_serves_the_page_that_the_wheel_carries(address: str, root: Path) -> None:
    with urllib.request.urlopen(f"{address}/") as answer:
        page = answer.read().decode()
    assert answer.status == 200
    assert 'id="site"' in page
    assert "<title>" in page


def test_serves_the_files_that_the_page_loads(address: str, root: Path) -> None:
    (script,) = (root / "web/dist/assets").glob("index-*.js")
    with urllib.request.urlopen(f"{address}/assets/{script.name}") as answer:
        assert answer.read() == script.read_bytes()
