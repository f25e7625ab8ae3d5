"""Real servers for the tests: PostgreSQL, Redis and gradtape itself, each on a port of its own.

PostgreSQL refuses to run as root, so as root its processes run as the user `postgres` that
Debian's package makes.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name: str) -> str:
    """The path of a program; some stand outside of everybody's search path."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    elsewhere = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    found = shutil.which(name, path=path) or max(elsewhere, default=None)
    assert found, f"{name} is not installed; `make programs` installs it"
    return found


def wait_for(what: str, ready, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"{what} was not ready after {seconds} s"
        time.sleep(0.02)


def end_session(leader: subprocess.Popen[Any]) -> None:
    """End at once every process of the session that this one leads, whether or not it lives."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)
    leader.wait()


class Postgres:
    """A cluster of its own.

    Its folder is not one of pytest's: those are closed to other users, and closed again whenever
    another pytest starts.
    """

    def __init__(self) -> None:
        self.folder = folder = Path(tempfile.mkdtemp(prefix="gradtape-postgres-"))
        self.port = free_port()
        self._as = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-A", "trust", "-U", "test", "-D", str(folder / "data"), "--no-sync")
        self.start()

    def _run(self, name: str, *words: str) -> None:
        done = subprocess.run(
            [program(name), *words], capture_output=True, text=True, cwd="/", **self._as
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c max_connections=60"
        )
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.folder / "data"))

    def remove(self) -> None:
        """Stop it where it runs, and leave nothing."""
        with contextlib.suppress(AssertionError):
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def empty(self, url: str) -> None:
        """Drop every table of a database."""
        change = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", change, url)

    def create(self, name: str) -> str:
        """A new, empty database; its URL."""
        words = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "test", name)
        self._run("createdb", *words)
        return f"postgresql://test@127.0.0.1:{self.port}/{name}"


class Gate:
    """A relay before a server, which can stop passing anything on without closing anything."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._passing = threading.Event()
        self._passing.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def shut(self) -> None:
        """Let nothing through."""
        self._passing.clear()

    def open(self) -> None:
        """Let everything through, what waited first."""
        self._passing.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += [client, server]
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                self._passing.wait()
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_: object) -> None:
        self.open()
        self._listening.close()
        for one in self._sockets:
            one.close()


@contextlib.contextmanager
def running_redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The URL and the process of a Redis that keeps nothing."""
    port = free_port()
    words = ["--port", str(port), "--save", "", "--bind", "127.0.0.1", "--dir", str(folder)]
    process = subprocess.Popen([program("redis-server"), *words], stdout=subprocess.DEVNULL)

    def ready() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        wait_for("redis-server", ready)
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.terminate()
        process.wait()


def gradtape(
    *words: object,
    core: Path = ROOT / "core",
    stdin: Any = subprocess.DEVNULL,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """The command, run to its end; `core` is the folder of the engine that is installed."""
    folders = [str(core), *(str(ROOT / name) for name in ("server", "webgpu"))]
    return subprocess.run(
        [sys.executable, "-m", "gradtape", *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), **(environment or {})},
        stdin=stdin,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Server:
    """`gradtape serve` as a process."""

    def __init__(
        self,
        *words: str,
        environment: dict[str, str] | None = None,
        port: int = 0,
        before: tuple[str, ...] = (),  # words that start the command in surroundings of its own
    ):
        self.before = before
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.words = words
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("core", "server")),
            "GRADTAPE_CREATES_PER_MINUTE": "0",
            "GRADTAPE_CREATES_PER_MINUTE_IN_ALL": "0",
            "GRADTAPE_READS_PER_MINUTE": "0",
            "GRADTAPE_LEAST_FREE_BYTES": "0",
            "GRADTAPE_DRAIN_SECONDS": "0",
            **(environment or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, log: Path | None = None) -> Server:
        output = log.open("ab") if log else subprocess.DEVNULL
        serve = [sys.executable, "-m", "gradtape", "serve", "--port", str(self.port)]
        command = [*self.before, *serve, *self.words]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=output,
            start_new_session=True,
        )
        if log:
            output.close()
        try:
            wait_for("gradtape serve", self.is_ready)
        except BaseException:
            self.kill()
            raise
        return self

    def is_ready(self) -> bool:
        assert self.process is None or self.process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def children(self) -> list[int]:
        """The processes that it has started and that live."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in listed.split()]

    def kill(self) -> None:
        """End it and all that it started as a power cut would: no handler runs."""
        assert self.process is not None
        end_session(self.process)

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=20)

    def __enter__(self) -> Server:
        return self.start() if self.process is None else self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.kill()


class Respawner:
    """A process that has everything imported and forks a server whenever it is asked to.

    Starting Python and importing takes seconds; fifty starts would take minutes.
    """

    PROGRAM = """
import os, sys
from gradtape.cli import main
import gradtape_server.running.commands
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(main(sys.argv[1:]))
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""

    def __init__(self, *words: str) -> None:
        self.server = Server(*words)
        command = ["serve", "--port", str(self.server.port), *words]
        self._process = subprocess.Popen(
            [sys.executable, "-c", self.PROGRAM, *command],
            env=self.server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def start(self) -> int:
        """Start a server; its process id, once it is ready."""
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        wait_for("the server", self.server.is_ready)
        return child

    def kill(self, child: int) -> None:
        """End it as a power cut would."""
        os.kill(child, signal.SIGKILL)
        assert self._process.stdout.readline().strip() == str(int(signal.SIGKILL))

    def __enter__(self) -> Respawner:
        return self

    def __exit__(self, *_: object) -> None:
        end_session(self._process)
        self._process.stdin.close()
        self._process.stdout.close()
