"""TensorFlow in a process of its own: started when first asked, and again when it dies."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.fuzz.call import Call

WORKER = Path(__file__).resolve().with_name("worker.py")
PEERS = Path(__file__).resolve().parents[1] / "benchmarks" / "peers.py"
STARTING, ANSWERING = 120.0, 30.0  # seconds


def tensorflows_python() -> str:
    """The Python of TensorFlow's environment, which is made first where there is none."""
    command = [sys.executable, str(PEERS), "tf"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Peer:
    """Evaluates calls in another process; a call that kills it or hangs has that as its outcome."""

    def __init__(self, python: str, library: str = "tensorflow") -> None:
        self._command = [python, str(WORKER), library]
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[str, dict[str, Any]] = {}
        self.version = ""

    def outcome(self, call: Call) -> dict[str, Any]:
        """What comes of the call; the same text is evaluated once."""
        line = json.dumps(call.message)
        if line not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[line] = self._asked(line)
        return self._known[line]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None

    def _asked(self, line: str) -> dict[str, Any]:
        process = self._process or self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            answer = self._read(ANSWERING)
        except BrokenPipeError:
            answer = b""
        if answer:
            return dict(json.loads(answer))
        died = process.poll() is not None or answer == b""
        self.close()
        return {"value": {"error": "Abort" if died else "Hang", "message": "the process is gone"}}

    def _started(self) -> subprocess.Popen[bytes]:
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        quiet.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=quiet,
        )
        hello = self._read(STARTING)
        if not hello:
            raise RuntimeError(f"{' '.join(self._command)} does not start; run it to see why")
        self.version = json.loads(hello)["version"]
        return self._process

    def _read(self, seconds: float) -> bytes | None:
        """One line; None when none comes in time, nothing when the process has ended."""
        assert self._process is not None and self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                return None
        return self._process.stdout.readline()
