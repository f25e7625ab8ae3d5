"""Running the application: one process, or several where the database and the limits allow it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator

import uvicorn

from gradtape_server.app import create_app
from gradtape_server.running.protocol import bounded_protocol
from gradtape_server.settings import Settings
from gradtape_server.telemetry import logs
from gradtape_server.telemetry.metrics import sharing


def server_config(settings: Settings, forwarded_allow_ips: str) -> uvicorn.Config:
    """uvicorn's configuration for one process."""
    return uvicorn.Config(
        create_app(settings),
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


class CannotListen(Exception):
    """Nobody can listen at this address; the message says why and what to do."""


def bound(host: str, port: int) -> list[socket.socket]:
    """Sockets at every address that the host has. Raises CannotListen."""
    try:
        places = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise CannotListen(
            f"there is no host {host!r}: {error.strerror}; --host takes another"
        ) from None
    sockets: list[socket.socket] = []
    for family, kind, _, _, address in dict.fromkeys(places):
        try:
            listening = socket.socket(family, kind)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind(address)
        except OSError as error:
            # A machine without IPv6 may still know an address of that kind for localhost.
            absent = error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
            if absent and len(places) > 1:
                continue
            instead = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--host"
            raise CannotListen(
                f"cannot listen on {host}, port {port}: {os.strerror(error.errno or 0)}; "
                f"{instead} takes another"
            ) from None
        sockets.append(listening)
    if not sockets:
        raise CannotListen(f"no address of {host} is this machine's; --host takes another")
    return sockets


def serve(
    settings: Settings, sockets: list[socket.socket], workers: int, forwarded_allow_ips: str
) -> int:
    """Serve until told to stop; the exit code."""
    logs.configure()
    host, port = sockets[0].getsockname()[:2]
    host = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else host
    shown = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    with contextlib.nullcontext() if workers == 1 else sharing():
        config = server_config(settings, forwarded_allow_ips)
        if workers > 1:
            print(
                f"gradtape: serving {shown} with {workers} processes", file=sys.stderr, flush=True
            )
            return _several(config, sockets, workers)
        server = OrderlyServer(config)
        print(f"gradtape: serving {shown} (Ctrl+C stops)", file=sys.stderr, flush=True)
        server.run(sockets)
        return 0 if server.started else 1


def _end_with(parent: int) -> None:
    """End this process when the other end of the pipe closes: however its parent ended."""

    def wait() -> None:
        os.read(parent, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _several(config: uvicorn.Config, sockets: list[socket.socket], workers: int) -> int:
    """A parent that owns the sockets; children that serve them and are replaced when they end."""
    alive, held = os.pipe()
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
                os.close(held)
                _end_with(alive)
                server = OrderlyServer(config)
                server.run(sockets)
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
