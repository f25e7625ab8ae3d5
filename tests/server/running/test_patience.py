"""Nobody can keep others waiting: each wait has an end, each network so many connections.

The attackers come from 127.1.0.1, another network than the client that is to be served.
"""

import contextlib
import socket
import statistics
import time
import urllib.request

import pytest

from gradtape.snippet import canonical
from tests.server.support import machines

ATTACKER = "127.1.0.1"
MOST = 40


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with little patience and few connections, and a file larger than any buffer."""
    folder = tmp_path_factory.mktemp("patience")
    (folder / "page" / "assets").mkdir(parents=True)
    (folder / "page" / "index.html").write_text("<html><head></head><body></body></html>")
    (folder / "page" / "assets" / "large.bin").write_bytes(bytes(64 * 1024 * 1024))
    settings = {
        "GRADTAPE_HEADER_SECONDS": "1",
        "GRADTAPE_BODY_SECONDS": "1",
        "GRADTAPE_WRITE_SECONDS": "1",
        "GRADTAPE_MOST_CONNECTIONS": str(MOST),
        "GRADTAPE_MOST_CONNECTIONS_PER_CLIENT": str(MOST // 2),
        "GRADTAPE_PAGE_DIR": str(folder / "page"),
    }
    with machines.Server("--data-dir", str(folder / "data"), environment=settings) as running:
        yield running


def attack(server, source=ATTACKER):
    return socket.create_connection(("127.0.0.1", server.port), 10, (source, 0))


DRIPPED = [
    b"GET /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n",
    b"DELETE /api/v1/engines HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n",
    b"POST /api/v1/snippets HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3e8\r\n",
]


@pytest.mark.parametrize("head", DRIPPED)
def test_a_body_in_drops_is_cut_off_on_every_route(server, head):
    with attack(server) as connection:
        connection.sendall(head)
        start = time.monotonic()
        with contextlib.suppress(OSError):  # until it hangs up
            while time.monotonic() - start < 8:
                connection.sendall(b"x")
                time.sleep(0.1)
        assert time.monotonic() - start < 6


def test_a_reader_that_does_not_read_is_cut_off(server):
    with attack(server) as connection:
        connection.sendall(b"GET /assets/large.bin HTTP/1.1\r\nhost: a\r\n\r\n")
        time.sleep(4)
        received = 0
        connection.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(1_000_000):
                received += len(piece)
        assert received < 64 * 1024 * 1024


def test_a_reader_that_reads_slowly_and_steadily_gets_everything(server):
    """Slower than the write timeout as a whole, quicker than its least progress."""
    with attack(server) as connection:
        connection.sendall(
            b"GET /assets/large.bin HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
        )
        received = 0
        for _ in range(12):
            received += len(connection.recv(1_000_000))
            time.sleep(0.25)
        while piece := connection.recv(1_000_000):
            received += len(piece)
        assert received > 64 * 1024 * 1024


def test_a_network_has_so_many_connections_and_leaves_the_rest_to_others(server):
    held = [attack(server) for _ in range(MOST)]
    try:
        told = [one for one in held if _says(one, b"HTTP/1.1 429 ")]
        assert len(told) == MOST - MOST // 2
        assert server.is_ready()
    finally:
        for connection in held:
            connection.close()


def _says(connection, words):
    connection.settimeout(0.2)
    with contextlib.suppress(TimeoutError):
        return connection.recv(1000).startswith(words)
    return False


def test_health_is_answered_when_every_connection_is_taken(server):
    """Many networks hold all there are; what is left answers health, and nothing else."""
    held = [attack(server, f"127.{number}.0.1") for number in range(1, 30) for _ in range(2)]
    try:
        assert server.is_ready()
        with attack(server, "127.0.0.1") as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            answer = connection.recv(1000)
        assert answer.startswith(b"HTTP/1.1 503 ") and b"too many connections" in answer
    finally:
        for connection in held:
            connection.close()


def test_a_client_is_served_beside_a_thousand_idle_and_dripping_sockets(server, manifest):
    request = urllib.request.Request(
        f"{server.url}/api/v1/snippets",
        canonical(manifest()),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        address = answer.headers["location"].replace("/s/", f"{server.url}/api/v1/snippets/")
    held = []
    try:
        seconds = []
        for number in range(1000):
            with contextlib.suppress(OSError):
                connection = attack(server)
                held.append(connection)
                connection.sendall(DRIPPED[number % len(DRIPPED)] if number % 2 else b"GET / H")
            if number % 10 == 0:
                start = time.monotonic()
                with urllib.request.urlopen(address, timeout=5) as answer:
                    assert answer.status == 200
                seconds.append(time.monotonic() - start)
        print(f"p99 beside the attack: {1000 * statistics.quantiles(seconds, n=100)[98]:.1f} ms")
        assert server.is_ready()
    finally:
        for connection in held:
            connection.close()


@pytest.mark.parametrize("hosts", [b"", b"host: a\r\nhost: b\r\n"])
def test_a_request_has_exactly_one_host(server, hosts):
    with attack(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + hosts + b"\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_an_old_client_need_not_name_a_host(server):
    with attack(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
