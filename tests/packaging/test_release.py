"""The released wheel in an empty environment, far from the working tree, is a whole server."""

import hashlib
import json
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
def installed(wheel_with_page: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a new, empty environment after `pip install "gradtape[server]"`.

    pip takes only what the lock holds, so this also shows that the lock covers the extra.
    """
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    digest = hashlib.sha256(wheel_with_page.read_bytes()).hexdigest()
    released = f"gradtape[server] @ {wheel_with_page.as_uri()} --hash=sha256:{digest}\n"
    wanted = folder / "wanted.txt"
    wanted.write_text((root / "tests/locks/serve.txt").read_text() + released)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--require-hashes"]
    subprocess.run([*pip, "-r", str(wanted)], check=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where that environment's own `gradtape serve` runs, far from the working tree."""
    port = free_port()
    data = tmp_path_factory.mktemp("data")
    settings = {"PATH": os.environ["PATH"], "HOME": str(data), "XDG_DATA_HOME": str(data)}
    command = [str(installed / "gradtape"), "serve", "--port", str(port)]
    log = data / "server.log"
    with log.open("w") as written:
        server = subprocess.Popen(command, cwd=data, env=settings, stdout=written, stderr=written)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_is_healthy_and_ready(address: str) -> None:
    for path, text in (("healthz", b"ok\n"), ("readyz", b"ready\n")):
        with urllib.request.urlopen(f"{address}/{path}") as answer:
            assert answer.read() == text


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


def test_publishes_the_engine_that_its_page_runs(address: str, root: Path) -> None:
    (wheel,) = (root / "web/dist/engine").glob("*/gradtape-*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    with urllib.request.urlopen(f"{address}/api/v1/engines") as answer:
        (engine,) = json.load(answer)["engines"]
    assert engine["wheel_sha256"] == digest
    with urllib.request.urlopen(address + engine["url"]) as answer:
        assert answer.read() == wheel.read_bytes()


def test_a_program_is_shared_and_verified_by_the_installed_command(
    installed: Path, address: str, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import gradtape as tf\nx = tf.Variable(3.0)\n"
        "with tf.GradientTape() as tape:\n    y = x * x\nprint(tape.gradient(y, x).numpy())\n"
    )
    settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def gradtape(*words: str) -> str:
        command = [str(installed / "gradtape"), *words]
        done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    link = gradtape("share", program.name, "--server", address).strip()
    assert link.startswith(f"{address}/s/")
    verdict = gradtape("run", link, "--verify", "--trust").splitlines()
    assert verdict == ["EXACT: 1 result, worst 0 ulp", "  EXACT   dy/dx: identical bits"]
