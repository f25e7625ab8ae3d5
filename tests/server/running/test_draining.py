"""Told to stop, a server says so first, and nobody whom it took is cut off."""

import concurrent.futures
import contextlib
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.server.support import machines


@pytest.mark.parametrize("workers", [1, 3])
def test_stopping_resets_no_connection(tmp_path, workers):
    """Clients that come without a pause are answered or refused, and never reset."""
    words = ("--data-dir", str(tmp_path), "--workers", str(workers))
    drain = {"GRADTAPE_DRAIN_SECONDS": "0.5"}
    answered, cut_off = [], []
    refused = threading.Event()

    def ask():
        while not refused.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            try:
                connection.request("GET", "/version")
                answered.append(connection.getresponse().read())
            except ConnectionRefusedError:
                refused.set()
            except (OSError, http.client.HTTPException) as error:
                cut_off.append(repr(error))
            finally:
                connection.close()

    with machines.Server(*words, environment=drain) as server:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            jobs = [pool.submit(ask) for _ in range(8)]
            time.sleep(0.5)
            before = len(answered)
            server.process.terminate()
            for job in jobs:
                job.result(timeout=30)
        assert server.process.wait(20) == 0
    assert len(answered) > before > 0
    assert cut_off == []


def test_readiness_goes_first_and_requests_are_answered_meanwhile(tmp_path):
    drain = {"GRADTAPE_DRAIN_SECONDS": "2"}
    with machines.Server("--data-dir", str(tmp_path), environment=drain) as server:
        server.process.terminate()

        def has_said():
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{server.url}/readyz", timeout=5).close()
                return False
            return True

        machines.wait_for("it to say that it stops", has_said, 2)
        with urllib.request.urlopen(f"{server.url}/version", timeout=5) as answer:
            assert answer.status == 200
            assert answer.headers["connection"] == "close"
        assert server.process.wait(20) == 0


def test_who_stands_in_the_queue_is_answered(tmp_path):
    """The process is frozen while clients connect, so they stand in the queue of its socket."""
    with machines.Server("--data-dir", str(tmp_path)) as server:
        server.process.send_signal(19)
        waiting = [socket.create_connection(("127.0.0.1", server.port), 10) for _ in range(20)]
        for connection in waiting:
            connection.sendall(b"GET /version HTTP/1.1\r\nhost: a\r\n\r\n")
        server.process.terminate()
        server.process.send_signal(18)
        for connection in waiting:
            with connection:
                assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert server.process.wait(20) == 0
