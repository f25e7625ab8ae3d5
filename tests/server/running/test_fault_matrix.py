"""The fault matrix: while clients write, something breaks for a second and is mended.

Whatever was acknowledged must be there afterwards, byte for byte; whatever was not must have been
refused in words (503, 507) and be taken when it is sent again. Each row is printed (`-s`).
"""

import collections
import contextlib
import errno
import http.client
import json
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

from gradtape.snippet import canonical
from tests.server.support import machines
from tests.server.support.failing_disk import FailingDisk

API = "/api/v1/snippets"
WRITERS = 3
BROKEN_SECONDS = 1.0
ENOUGH = 5  # acknowledged before, and after


class Load:
    """Clients that create one snippet after the other, and what they were told."""

    def __init__(self, url, manifest):
        self.url, self.manifest = url, manifest
        self.acknowledged = {}  # id → bytes
        self.statuses = collections.Counter()
        self.slowest = 0.0
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(first,)) for first in range(WRITERS)
        ]

    def _write(self, number):
        while not self._stop.is_set():
            content = canonical(self.manifest(number))
            begun = time.monotonic()
            status, told = create(self.url, content)
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.statuses[status] += 1
            if status in (200, 201):
                self.acknowledged[told["id"]] = content
                number += WRITERS
            else:
                time.sleep(0.05)  # and the same again: a create can be repeated

    def go_on(self):
        """Until some more were acknowledged."""
        wanted = len(self.acknowledged) + ENOUGH
        machines.wait_for("more creates", lambda: len(self.acknowledged) >= wanted)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()


def create(url, content):
    request = urllib.request.Request(url + API, content, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
    except (OSError, http.client.HTTPException):
        return 0, {}


def read(url, identifier):
    """The bytes under an id; None where there are none."""
    with contextlib.suppress(urllib.error.HTTPError):
        with urllib.request.urlopen(f"{url}{API}/{identifier}", timeout=30) as answer:
            return answer.read()
    return None


# Each gives the server's words and environment, what breaks, and what mends it.


def a_disk(calls, number):
    @contextlib.contextmanager
    def fault(request, folder):
        library = request.getfixturevalue("failing_library")
        disk = FailingDisk(library, folder / "switch", calls, number)
        yield [], disk.environment, disk.fail, disk.work

    return fault


@contextlib.contextmanager
def a_cluster(name):
    cluster = machines.Postgres()
    try:
        yield cluster, cluster.create(name)
    finally:
        cluster.remove()


def a_postgresql_stopped(mode):
    @contextlib.contextmanager
    def fault(request, folder):
        with a_cluster("stopped") as (cluster, url):
            yield ["--database", url], {}, lambda: cluster.stop(mode), cluster.start

    return fault


@contextlib.contextmanager
def a_postgresql_frozen(request, folder):
    with a_cluster("frozen") as (cluster, url), machines.Gate(cluster.port) as gate:
        url = url.replace(f":{cluster.port}/", f":{gate.port}/")
        yield ["--database", url], {}, gate.shut, gate.open


@contextlib.contextmanager
def a_postgresql_that_hangs_up(request, folder):
    with a_cluster("cut") as (_, url):
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        command = [machines.program("psql"), "-q", "-c", cut, url]

        def hang_up():
            subprocess.run(command, check=True, capture_output=True)

        yield ["--database", url], {}, hang_up, lambda: None


def a_redis(signal_sent, mended_by):
    @contextlib.contextmanager
    def fault(request, folder):
        with machines.running_redis(folder) as (url, process):
            limits = {"GRADTAPE_CREATES_PER_MINUTE": "100000"}

            def mend():
                if mended_by is not None:
                    process.send_signal(mended_by)

            yield ["--redis", url], limits, lambda: process.send_signal(signal_sent), mend

    return fault


#: fault → how it is made, and the statuses that clients may see
FAULTS = {
    "SQLite, EIO on write": (a_disk("write", errno.EIO), {503}),
    "SQLite, EIO on fsync": (a_disk("fsync", errno.EIO), {503}),
    "SQLite, disk full": (a_disk("write", errno.ENOSPC), {507}),
    "SQLite, read-only disk": (a_disk("write", errno.EROFS), {503}),
    "PostgreSQL, stopped fast": (a_postgresql_stopped("fast"), {503}),
    "PostgreSQL, crashed": (a_postgresql_stopped("immediate"), {503}),
    "PostgreSQL, frozen": (a_postgresql_frozen, {503}),
    "PostgreSQL, connections cut": (a_postgresql_that_hangs_up, {503}),
    "Redis, killed": (a_redis(signal.SIGKILL, None), set()),
    "Redis, frozen": (a_redis(signal.SIGSTOP, signal.SIGCONT), set()),
}


@pytest.fixture(scope="module")
def table():
    """The rows, printed at the end."""
    rows = []
    yield rows
    print(f"\n{'fault':<28} acknowledged  refused  lost  wrong  slowest answer")
    for fault, acknowledged, refused, lost, wrong, slowest in rows:
        print(
            f"{fault:<28} {acknowledged:>12}  {refused:>7}  {lost:>4}  {wrong:>5}  {slowest:.1f} s"
        )


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_acknowledged_is_there_after_a_fault(request, tmp_path, manifest, table, name):
    fault, refusals = FAULTS[name]
    with fault(request, tmp_path) as (words, environment, break_it, mend_it):
        # Nothing is answered from the server's memory, so what is read is what was kept.
        environment = {**environment, "GRADTAPE_CACHE_SECONDS": "0"}
        words = ["--data-dir", str(tmp_path / "data"), *words]
        with machines.Server(*words, environment=environment) as server:
            with Load(server.url, manifest) as load:
                load.go_on()
                break_it()
                time.sleep(BROKEN_SECONDS)
                mend_it()
                machines.wait_for("it to be ready again", server.is_ready)
                load.go_on()
            kept = {name: read(server.url, name) for name in load.acknowledged}
        lost = [name for name, content in kept.items() if content is None]
        wrong = [n for n, content in kept.items() if content not in (None, load.acknowledged[n])]
        refused = sum(n for status, n in load.statuses.items() if status not in (200, 201))
        table.append((name, len(kept), refused, len(lost), len(wrong), load.slowest))
        assert not lost and not wrong
        assert set(load.statuses) <= {200, 201, *refusals}, load.statuses
        assert load.slowest < 10
