"""Running the application: one process, or several where the database and the limits allow it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator

import uvicorn

from gradtape_server import logs
from gradtape_server.app import create_app
from gradtape_server.metrics import sharing
from gradtape_server.protocol import bounded_protocol
from gradtape_server.settings import Settings


def server_config(
    settings: Settings, host: str, port: int, forwarded_allow_ips: str = "127.0.0.1"
) -> uvicorn.Config:
    """uvicorn's configuration for one process."""
    return uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        http=bounded_protocol(settings.most_header_bytes, settings.header_seconds),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=True,
        forwarded_allow_ips=forwarded_allow_ips,
        limit_concurrency=settings.most_connections,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )


class OrderlyServer(uvicorn.Server):
    """A server for which being told to stop is a good end: uvicorn's own dies of the signal."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal, at once at the second."""
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(settings: Settings, host: str, port: int, workers: int, allow_ips: str) -> int:
    """Serve until told to stop; the exit code."""
    logs.configure()
    with contextlib.nullcontext() if workers == 1 else sharing():
        return _serve(settings, host, port, workers, allow_ips)


def _serve(settings: Settings, host: str, port: int, workers: int, allow_ips: str) -> int:
    config = server_config(settings, host, port, allow_ips)
    shown = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::') else host}:{port}"
    if workers == 1:
        server = OrderlyServer(config)
        print(f"gradtape: serving {shown} (Ctrl+C stops)", file=sys.stderr, flush=True)
        server.run()
        return 0 if server.started else 1
    return _several(config, shown, workers)


def _several(config: uvicorn.Config, shown: str, workers: int) -> int:
    """A parent that owns the socket; children that serve it and are replaced when they end."""
    socket = config.bind_socket()
    print(f"gradtape: serving {shown} with {workers} processes", file=sys.stderr, flush=True)
    children: dict[int, None] = {}

    def start_one() -> None:
        # A signal between the fork and the child's own handlers would reach the parent's handler
        # in the child, and be lost; so it has to wait.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for number in _SIGNALS:
                    signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
                server = OrderlyServer(config)
                server.run([socket])
                code = 0 if server.started else 1
            finally:
                os._exit(code)
        children[child] = None
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    stopping = False

    def stop(number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True
        for child in children:
            os.kill(child, number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for _ in range(workers):
        start_one()
    quick_ends = 0
    while children:
        child, status = os.wait()
        children.pop(child, None)
        if not stopping:
            failed = os.waitstatus_to_exitcode(status) == 1
            quick_ends = quick_ends + 1 if failed else 0
            if quick_ends > 3 * workers:
                stop(signal.SIGTERM, None)
                print("gradtape: the processes do not start; giving up", file=sys.stderr)
                return 1
            start_one()
    return 0
