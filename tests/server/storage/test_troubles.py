"""A disk or a database that fails: each cause has its own answer, its own log line, and readiness.

SQLite's errors are its own: the file system under it is made to fail, by limits that the test sets
or by a small library between SQLite and the system that fails one call with one number.
"""

import contextlib
import errno
import json
import os
import signal
import sqlite3
import time
import urllib.error
import urllib.request

import pytest

from gradtape.snippet import canonical
from tests.server.support import machines
from tests.server.support.failing_disk import FailingDisk

API = "/api/v1/snippets"


def post(url, value):
    request = urllib.request.Request(
        url + API, canonical(value), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def told_in(log, event):
    lines = [json.loads(line) for line in log.read_text().splitlines() if line[0] == "{"]
    return [line for line in lines if line["event"] == event]


@pytest.mark.parametrize(
    ("calls", "number", "status", "words"),
    [
        ("write", errno.EIO, 503, "the server's disk fails"),
        ("fsync", errno.EIO, 503, "the server's disk fails"),
        ("write", errno.ENOSPC, 507, "the disk is full"),
        ("write", errno.EROFS, 503, "the server's disk"),
    ],
)
def test_a_failing_disk_is_told_by_its_cause(
    failing_library, tmp_path, manifest, calls, number, status, words
):
    log = tmp_path / "log"
    disk = FailingDisk(failing_library, tmp_path / "switch", calls, number)
    server = machines.Server("--data-dir", str(tmp_path / "data"), environment=disk.environment)
    with server.start(log):
        assert post(server.url, manifest(0))[0] == 201
        disk.fail()
        code, told = post(server.url, manifest(1))
        assert code == status and words in told["detail"] and "nothing was stored" in told["detail"]
        assert status_of(server.url + "/readyz") == 503
        assert status_of(server.url + "/readyz/reads") == 200
        (line,) = told_in(log, "storage trouble")
        assert line["errno"] == number and line["reason"] == os.strerror(number)
        assert line["database_says"].startswith("SQLITE_") and line["request"]
        disk.work()
        machines.wait_for("it to be ready again", server.is_ready, 10)
        assert post(server.url, manifest(1))[0] == 201
        assert told_in(log, "storage works again")


def test_a_damaged_file_is_told_and_not_called_full(make_sqlite_client, manifest, tmp_path):
    client = make_sqlite_client(cache_seconds=0.0)
    for number in range(30):
        client.post(API, json=manifest(number))
    services = client.app._services
    client.portal.call(services.database.engine.dispose)
    path = tmp_path / "data" / "snippets.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    answer = client.post(API, json=manifest(99))
    assert answer.status_code == 503 and "is damaged" in answer.json()["detail"]
    assert client.get("/readyz").status_code == 503


def test_a_file_that_vanished_is_missed_at_once_and_not_made_anew(tmp_path, manifest):
    data = tmp_path / "data"
    words = ("--data-dir", str(data))
    with machines.Server(*words) as server:
        assert post(server.url, manifest(0))[0] == 201
        for file in data.glob("snippets.sqlite3*"):
            file.unlink()
        code, told = post(server.url, manifest(1))
        assert code == 503 and "database file is gone" in told["detail"]
        assert status_of(server.url + "/readyz") == 503
        server.stop()
    refused = machines.gradtape("serve", "--port", "0", *words)
    assert refused.returncode == 2 and "database file is gone" in refused.stderr
    assert "gradtape admin restore" in refused.stderr
    assert not (data / "snippets.sqlite3").exists()


def test_the_database_is_its_owners_alone(tmp_path):
    data = tmp_path / "data"
    for words in (("migrate",), ("backup", tmp_path / "copy")):
        assert machines.gradtape("admin", *words, "--data-dir", data).returncode == 0
    for path in (data, *data.glob("snippets.sqlite3*"), tmp_path / "copy"):
        assert path.stat().st_mode & 0o077 == 0, path


def frozen(process):
    """A block in which a process, and all that it started, stands still."""

    @contextlib.contextmanager
    def block():
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    return block()


def test_a_frozen_redis_costs_no_answer_its_time(tmp_path, manifest):
    with machines.running_redis(tmp_path) as (url, process):
        limits = {"GRADTAPE_CREATES_PER_MINUTE": "100"}
        words = ("--data-dir", str(tmp_path / "data"), "--redis", url)
        with machines.Server(*words, environment=limits) as server, frozen(process):
            for number in range(4):
                start = time.monotonic()
                assert post(server.url, manifest(number))[0] == 201
                assert time.monotonic() - start < 3


def test_a_frozen_postgresql_is_told_within_three_seconds(tmp_path, manifest):
    """A relay between the two stops passing anything on, as a frozen machine would."""
    cluster = machines.Postgres()
    try:
        url = cluster.create("frozen")
        with machines.Gate(cluster.port) as gate:
            url = url.replace(f":{cluster.port}/", f":{gate.port}/")
            with machines.Server("--data-dir", str(tmp_path), "--database", url) as server:
                told = post(server.url, manifest(0))[1]
                gate.shut()
                seconds = []
                for number in range(1, 6):
                    start = time.monotonic()
                    assert post(server.url, manifest(number))[0] == 503
                    seconds.append(time.monotonic() - start)
                assert max(seconds) < 3.5 and min(seconds) < 0.5  # the breaker answers at once
                assert status_of(server.url + "/healthz") == 200
                gate.open()
                machines.wait_for("it to be ready again", server.is_ready, 20)
                assert post(server.url, manifest(9))[0] == 201
                assert status_of(f"{server.url}{API}/{told['id']}") == 200
    finally:
        cluster.remove()
