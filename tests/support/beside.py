"""A second process for tests that mostly wait for programs of their own: `pytest.mark.beside`.

The journeys wait for a browser, the numeric tests of other processors for an interpreter; one core
idled meanwhile. What is marked runs in a second pytest from the start, one test after the other in
the order of the mark's argument, beside all that is not marked; the first one takes over its
reports at the end of its own tests. Which tests may meet is so written down and not left to chance,
and no test, server or driver runs twice.

Everything runs in one process, as always, where only marked or only unmarked tests are selected,
and with `-s` or `--pdb`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LONGEST_SILENCE = 3000  # seconds; stands behind the limits that the tests have themselves


def place(item: pytest.Item) -> float | None:
    """The argument of an item's mark."""
    mark = item.get_closest_marker("beside")
    return None if mark is None else mark.args[0]


class Beside:
    """Plugin of the first process: starts the second one and takes over its reports."""

    process: subprocess.Popen[str] | None = None

    @pytest.hookimpl(trylast=True)  # behind what deselects
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: place(item) or 0)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        marked = [item.nodeid for item in session.items if place(item) is not None]
        options = session.config.option
        alone = options.collectonly or options.usepdb or options.capture == "no"
        if alone or len(marked) in (0, len(session.items)):
            return
        self.folder = tempfile.TemporaryDirectory(prefix="beside-")
        self.reports = Path(self.folder.name, "reports")
        self.log = Path(self.folder.name, "log")
        self.reports.touch()
        words = [str(self.reports), f"--tb={options.tbstyle}", *marked]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.beside", *words],
                cwd=session.config.rootpath,
                env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
                stdin=subprocess.PIPE,  # its end tells the second process that the first one ended
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.lines = self.follow()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if self.process is None or place(item) is None:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for data in self.lines:
            if data is None:
                break
            if isinstance(data["longrepr"], list):  # where it was skipped, as a line of JSON
                data["longrepr"] = tuple(data["longrepr"])
            report = item.config.hook.pytest_report_from_serializable(config=item.config, data=data)
            item.ihook.pytest_runtest_logreport(report=report)
        else:  # it ended, or is silent, before this test did
            told = f"the second process gave no report; it said:\n{self.log.read_text()[-8000:]}"
            report = pytest.TestReport(
                item.nodeid, item.location, dict(item.keywords), "failed", told, "call"
            )
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def follow(self) -> Iterator[dict[str, Any] | None]:
        """The reports as they come, and None at the end of each test."""
        assert self.process is not None
        heard = time.monotonic()
        with open(self.reports) as file:
            line = ""
            while time.monotonic() - heard < LONGEST_SILENCE:
                ended = self.process.poll() is not None  # asked first: then all is written
                line += file.readline()
                if line.endswith("\n"):
                    yield json.loads(line)
                    heard, line = time.monotonic(), ""
                elif ended:
                    return
                else:
                    time.sleep(0.1)

    def pytest_unconfigure(self) -> None:
        """Ends the second process, and with it the programs that its tests started."""
        if self.process is None:
            return
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.folder.cleanup()


class Reporting:
    """Plugin of the second process: writes each report as a line, and a line at a test's end."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "a", buffering=1)

    def pytest_configure(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self.config.hook
        data = hook.pytest_report_to_serializable(config=self.config, report=report)
        self.file.write(json.dumps(data) + "\n")

    def pytest_runtest_logfinish(self) -> None:
        self.file.write("null\n")


def interrupt_at_end_of(pipe: int) -> None:
    """Interrupts this process, as Ctrl-C does, when the other end of the pipe is closed."""
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
    watch = threading.Thread(target=interrupt_at_end_of, args=(os.dup(0),), daemon=True)
    watch.start()
    _, path, *words = sys.argv
    options = ["-v", "-o", f"cache_dir={path}.cache"]  # the first process keeps what failed last
    sys.exit(pytest.main([*options, *words], plugins=[Reporting(path)]))
