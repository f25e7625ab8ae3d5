"""Running the application: one process, or several where the database and the limits allow it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from gradtape_server.app import create_app
from gradtape_server.front import Front
from gradtape_server.running.protocol import Guard, guarded_protocol
from gradtape_server.settings import Settings
from gradtape_server.telemetry import logs
from gradtape_server.telemetry.metrics import sharing


def make_server(settings: Settings, forwarded_allow_ips: str) -> OrderlyServer:
    """The server of one process, not yet started."""
    guard = Guard(settings, forwarded_allow_ips)
    front = create_app(settings)
    front.count_by(lambda: len(guard.open))
    config = uvicorn.Config(
        front,
        http=guarded_protocol(guard),
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=True,
        forwarded_allow_ips=forwarded_allow_ips,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    return OrderlyServer(config, front, guard, settings.drain_seconds)


class OrderlyServer(uvicorn.Server):
    """A server that ends without cutting anybody off; being told to stop is a good end.

    Told by SIGTERM, it says first that it is not ready, and goes on answering for the time that a
    balancer takes to notice. Then it answers those who stand in the queue of the socket, which
    would be reset when the last process closes it.
    """

    def __init__(
        self, config: uvicorn.Config, front: Front, guard: Guard, drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._front = front
        self._guard = guard
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Note that it is time to stop; whoever presses Ctrl+C does not want to wait."""
        if sig == signal.SIGINT:
            self._drain_seconds = 0
        self._front.stop_soon()
        self._guard.draining = True
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then stop as uvicorn does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._drain_seconds
        while loop.time() < end and not self.force_exit:
            await asyncio.sleep(0.05)
        await self._take_queued(sockets or [])
        end = loop.time() + 1
        while loop.time() < end and any(one.is_fresh for one in self._guard.open):
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)

    async def _take_queued(self, sockets: list[socket.socket]) -> None:
        """Stop listening, and take over whoever was in the queue by then."""
        kept = [listening.dup() for listening in sockets]  # closing a server closes its socket
        for server in self.servers:
            server.close()
        await asyncio.sleep(0)
        for listening in kept:
            listening.setblocking(False)
            with contextlib.suppress(OSError):  # an empty queue is BlockingIOError
                while True:
                    connection, _ = listening.accept()
                    await asyncio.get_running_loop().connect_accepted_socket(
                        self._protocol, connection
                    )
            listening.close()

    def _protocol(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol

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


def bound_file(path: Path) -> socket.socket:
    """A socket file, for whoever has the rights of its folder. Raises CannotListen."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket():
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
                other.connect(str(path))
            raise CannotListen(f"another process listens on {path}; --uds takes another")
    except OSError:  # left over from a process that ended
        path.unlink()
    try:
        listening.bind(str(path))
        path.chmod(0o660)
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {path}: {os.strerror(error.errno or 0)}; --uds takes another"
        ) from None
    return listening


def serve(
    settings: Settings, sockets: list[socket.socket], workers: int, forwarded_allow_ips: str
) -> int:
    """Serve until told to stop; the exit code."""
    logs.configure()
    shown = _shown(sockets[0])
    _allow_many_files()
    with contextlib.nullcontext() if workers == 1 else sharing():
        server = make_server(settings, forwarded_allow_ips)
        if workers > 1:
            print(
                f"gradtape: serving {shown} with {workers} processes", file=sys.stderr, flush=True
            )
            return _several(server, sockets, workers)
        print(f"gradtape: serving {shown} (Ctrl+C stops)", file=sys.stderr, flush=True)
        server.run(sockets)
        return 0 if server.started else 1


def _shown(listening: socket.socket) -> str:
    """Where people find it."""
    if listening.family == socket.AF_UNIX:
        return str(listening.getsockname())
    host, port = listening.getsockname()[:2]
    host = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0", "::") else host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _end_with(parent: int) -> None:
    """End this process when the other end of the pipe closes: however its parent ended."""

    def wait() -> None:
        os.read(parent, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _allow_many_files() -> None:
    """Raise the soft limit on open files, which is often as low as the connections are many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # a sandbox may forbid it
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _several(server: OrderlyServer, sockets: list[socket.socket], workers: int) -> int:
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
        # Whoever closes the socket last resets its queue: that has to be a process that answers.
        for listening in sockets:
            listening.close()
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
