"""What breaks under a server: power, a full disk, clients. The acknowledged must be there.

Disks and databases that fail for a while are in `test_fault_matrix.py`.
"""

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from gradtape.snippet import canonical

API = "/api/v1/snippets"
ROUNDS = 50


def post(url, value, timeout=10):
    """The status and the answer of a create; status 0 when the connection broke."""
    request = urllib.request.Request(
        url + API, canonical(value), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
    except (OSError, http.client.HTTPException):
        return 0, {}


def get(url, identifier):
    with urllib.request.urlopen(f"{url}{API}/{identifier}", timeout=10) as answer:
        return answer.read()


def test_killed_while_writing_it_keeps_everything_it_acknowledged(
    machines_module, tmp_path, manifest
):
    """kill -9 in the middle of writes, fifty times: rows acknowledged are there, whole."""
    acknowledged = {}
    source = random.Random(4)
    numbers = itertools.count()

    def write(url, stop):
        while not stop.is_set():
            value = manifest(next(numbers))
            status, told = post(url, value)
            if status in (200, 201):
                acknowledged[told["id"]] = canonical(value)
            elif status == 0:
                time.sleep(0.005)

    with machines_module.Respawner("--data-dir", str(tmp_path)) as respawner:
        url = respawner.server.url
        for _ in range(ROUNDS):
            child = respawner.start()
            stop = threading.Event()
            writers = [threading.Thread(target=write, args=(url, stop)) for _ in range(3)]
            for writer in writers:
                writer.start()
            before = len(acknowledged)
            machines_module.wait_for("a create", lambda: len(acknowledged) > before)  # noqa: B023
            time.sleep(source.uniform(0.0, 0.15))
            respawner.kill(child)
            stop.set()
            for writer in writers:
                writer.join()
        assert len(acknowledged) >= ROUNDS
        print(f"{len(acknowledged)} acknowledged in {ROUNDS} rounds")
        with contextlib.closing(sqlite3.connect(tmp_path / "snippets.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            kept = {row[0] for row in database.execute("SELECT id FROM snippets")}
        assert acknowledged.keys() <= kept
        respawner.start()
        for identifier, body in acknowledged.items():
            assert get(url, identifier) == body


def test_a_full_disk_stores_nothing_and_breaks_nothing(make_sqlite_client, manifest, tmp_path):
    """SQLite is forbidden to grow, so that it meets the error that a full disk gives."""
    client = make_sqlite_client()
    kept = client.post(API, json=manifest(0)).json()["id"]
    services = client.app._services

    async def limit(pages):
        async with services.database.engine.connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def large(number):
        noise = random.Random(number).randbytes(30_000).hex()
        return {**manifest(number), "code": {"main.py": f"x = '{noise}'"}}

    client.portal.call(limit, 1)  # SQLite takes this as: no more than there are
    answers = [client.post(API, json=large(number)) for number in range(1, 6)]
    assert {answer.status_code for answer in answers} <= {201, 507}
    refused = [answer for answer in answers if answer.status_code == 507]
    assert refused and refused[0].json()["detail"] == "the disk is full; nothing was stored"
    assert client.get(f"{API}/{kept}").content == canonical(manifest(0))
    client.portal.call(limit, 1_000_000)
    assert client.post(API, json=large(9)).status_code == 201
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "snippets.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


SMALL_DISK = """
set -e
mkdir -p "$0"
mount -t tmpfs -o size=4m tmpfs "$0"
head -c 2000000 /dev/zero > "$0/ballast"
exec "$@"
"""


def test_a_disk_that_really_is_full_stores_nothing_and_recovers(
    machines_module, tmp_path, manifest
):
    """The server's folder is a file system of 4 MiB, in a namespace of its own."""
    alone = ("unshare", "--user", "--map-root-user", "--mount")
    if subprocess.run([*alone, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    disk = tmp_path / "disk"
    before = (*alone, "sh", "-c", SMALL_DISK, str(disk))
    acknowledged = {}

    def large(number):
        noise = random.Random(number).randbytes(30_000).hex()
        return {**manifest(number), "code": {"main.py": f"x = '{noise}'"}}

    with machines_module.Server("--data-dir", str(disk), before=before) as server:
        statuses = []
        for number in range(100):
            status, told = post(server.url, large(number))
            statuses.append(status)
            if status == 201:
                acknowledged[told["id"]] = canonical(large(number))
            elif len(statuses) - len(acknowledged) >= 5:
                break
        assert set(statuses) == {201, 507} and acknowledged
        assert told["detail"] == "the disk is full; nothing was stored"
        for identifier, body in acknowledged.items():
            assert get(server.url, identifier) == body
        (Path(f"/proc/{server.process.pid}/root{disk}") / "ballast").unlink()
        assert post(server.url, large(1000))[0] == 201


@pytest.fixture(scope="module")
def quick_server(machines_module, tmp_path_factory):
    """A server that waits one second for a request's head and for its body."""
    patience = {"GRADTAPE_HEADER_SECONDS": "1", "GRADTAPE_BODY_SECONDS": "1"}
    folder = str(tmp_path_factory.mktemp("quick"))
    with machines_module.Server("--data-dir", folder, environment=patience) as server:
        yield server


def talk(server, *pieces, pause=0.0):
    """What the server sends back until it hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for piece in pieces:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(piece)
            time.sleep(pause)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65_536):
                answer += piece
        return answer


def test_a_client_that_sends_its_head_drop_by_drop_is_cut_off(quick_server):
    start = time.monotonic()
    drops = [b"GET /healthz HTTP/1.1\r\n", *[b"x-a: b\r\n"] * 30]
    answer = talk(quick_server, *drops, pause=0.1)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - start < 8


def test_a_client_that_says_nothing_is_cut_off(quick_server):
    assert talk(quick_server).startswith(b"HTTP/1.1 408 ")


def test_a_client_that_holds_back_its_body_is_cut_off(quick_server):
    head = (
        b"POST /api/v1/snippets HTTP/1.1\r\nhost: localhost\r\n"
        b"content-type: application/json\r\ncontent-length: 1000\r\n\r\n"
    )
    answer = talk(quick_server, head, b"{")
    assert answer.startswith(b"HTTP/1.1 408 ") and b"the body was not there after 1 s" in answer


def test_slow_clients_do_not_keep_others_waiting(quick_server):
    slow = [socket.create_connection(("127.0.0.1", quick_server.port)) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nx: ")
        assert quick_server.is_ready()
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nhost: a\r\nx-a: " + b"y" * 20_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: a\r\n" + b"x-a: b\r\n" * 3000 + b"\r\n",
        b"GET /" + b"z" * 20_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nx-a: " + b"y" * 2_000_000,
    ],
)
def test_an_oversized_head_is_refused(quick_server, head):
    answer = talk(quick_server, head)
    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""
    assert quick_server.is_ready()


def test_requests_after_each_other_on_one_connection_are_answered(quick_server):
    one = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", quick_server.port), timeout=10) as connection:
        answers = b""
        for count, requests in enumerate((one, one, one * 2), 1):  # the last two at once
            connection.sendall(requests)
            while answers.count(b"\r\n\r\nok\n") < count + (requests != one):
                piece = connection.recv(65_536)
                assert piece, answers
                answers += piece
            time.sleep(0.6)


def test_a_body_without_end_is_cut_off(quick_server):
    head = (
        b"POST /api/v1/snippets HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n"
        b"content-type: application/json\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = talk(quick_server, head, *[chunk] * 40)
    assert answer.startswith(b"HTTP/1.1 413 ") or answer == b""
    assert quick_server.is_ready()


def test_told_to_stop_it_finishes_and_exits_cleanly(machines_module, tmp_path, manifest):
    log = tmp_path / "log"
    server = machines_module.Server("--data-dir", str(tmp_path)).start(log)
    assert post(server.url, manifest())[0] == 201
    assert server.stop() == 0
    events = [json.loads(line) for line in log.read_text().splitlines() if line[0] == "{"]
    assert [event["event"] for event in events if event["event"] in ("started", "stopped")] == [
        "started",
        "stopped",
    ]
    assert not [event for event in events if "exception" in event]


def test_several_processes_serve_one_port_and_a_dead_one_is_replaced(
    machines_module, tmp_path, manifest
):
    words = ("--data-dir", str(tmp_path), "--workers", "2")
    token = {"GRADTAPE_METRICS_TOKEN": "a secret of operators"}
    server = machines_module.Server(*words, environment=token).start()
    with server:
        # It answers as soon as one of the two does.
        machines_module.wait_for("both processes", lambda: len(server.children()) == 2)
        children = server.children()
        found = [post(server.url, manifest(number)) for number in range(10)]
        assert {status for status, _ in found} == {201}
        os.kill(children[0], signal.SIGKILL)
        machines_module.wait_for("a new process", lambda: children[0] not in server.children())
        machines_module.wait_for("both processes", lambda: len(server.children()) == 2)
        machines_module.wait_for("the other processes", server.is_ready)
        for number, (_, told) in enumerate(found):
            assert get(server.url, told["id"]) == canonical(manifest(number))
        # Whichever process is asked, it answers for all of them, the dead one included.
        token = {"authorization": "Bearer a secret of operators"}
        for _ in range(6):
            question = urllib.request.Request(f"{server.url}/metrics", headers=token)
            with urllib.request.urlopen(question, timeout=10) as answer:
                text = answer.read().decode()
            assert 'gradtape_requests_total{method="POST",status="201"} 10.0' in text
            assert 'gradtape_events_total{event="created"} 10.0' in text
        assert server.stop() == 0


def test_a_server_that_a_test_gives_up_leaves_no_process_behind(machines_module, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        with machines_module.Server("--data-dir", str(tmp_path), "--workers", "2") as server:
            machines_module.wait_for("both processes", lambda: len(server.children()) == 2)
            children = server.children()
            raise KeyboardInterrupt
    machines_module.wait_for("their end", lambda: not any(map(is_running, children)))


def is_running(process):
    """Whether a process computes; one that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
