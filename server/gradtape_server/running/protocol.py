"""uvicorn's HTTP protocol with an end to its patience, and with room kept for health checks.

uvicorn waits for ever: for the rest of a head, for a body that no route reads, for a client that
does not take its answer. So one client could hold every connection. Here each wait has a deadline,
each network so many connections, and the last few are kept for questions about health.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from uvicorn.middleware.proxy_headers import _TrustedHosts
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gradtape_server.http.clients import network_of
from gradtape_server.settings import HEALTH_PATHS, Settings

RESERVED = 32  # connections beyond the most, on which only health is answered
RESERVED_PER_NETWORK = 4
RESERVED_SECONDS = 2.0
LEAST_PROGRESS = 64 * 1024  # bytes of an answer that a client takes within `write_seconds`


def _refusal(status: str, text: str) -> bytes:
    head = "content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: "
    return f"HTTP/1.1 {status}\r\n{head}{len(text) + 1}\r\n\r\n{text}\n".encode("ascii")


_TOO_LARGE = _refusal("431 Request Header Fields Too Large", "the request's head is too large")
_SLOW_HEAD = _refusal("408 Request Timeout", "the request's head did not come in time")
_SLOW_BODY = _refusal("408 Request Timeout", "the request's body did not come in time")
_BAD_HOST = _refusal("400 Bad Request", "a request has exactly one Host header")
_FULL = _refusal("503 Service Unavailable", "too many connections; try again")
_TOO_MANY = _refusal("429 Too Many Requests", "too many connections from one network")


@dataclass(frozen=True)
class Patience:
    """How long each part of a request may take, in seconds, and how much there may be of it."""

    head: float
    body: float
    write: float
    answer: float
    head_bytes: int


class Guard:
    """The connections of one process: whose they are, and which of them wait in vain."""

    def __init__(self, settings: Settings, forwarded_allow_ips: str) -> None:
        self.patience = Patience(
            head=settings.header_seconds,
            body=settings.body_seconds,
            write=settings.write_seconds,
            answer=settings.answer_seconds,
            head_bytes=settings.most_header_bytes,
        )
        self.most = settings.most_connections
        self.most_per_network = settings.most_connections_per_client
        self.proxies = _TrustedHosts(forwarded_allow_ips)
        self.open: set[GuardedProtocol] = set()
        self.draining = False
        self._of_network: Counter[str] = Counter()
        self._reserved: Counter[str] = Counter()
        # Often enough that no deadline is missed by more than a quarter.
        self._pause = min(0.5, self.patience.head / 4, self.patience.body / 4)

    def admit(self, connection: GuardedProtocol) -> bytes | None:
        """Count a new connection in; what to tell it where there is no room for it."""
        host = connection.client[0] if connection.client else ""
        # A proxy's connections are everybody's; it has limits of its own.
        network = None if not host or host in self.proxies else network_of(host)
        if network is not None and 0 < self.most_per_network <= self._of_network[network]:
            return _TOO_MANY
        if len(self.open) >= self.most:
            taken = self._reserved.total()
            own = self._reserved[network or ""]
            if taken >= RESERVED or (network is not None and own >= RESERVED_PER_NETWORK):
                return _FULL
            connection.only_health = True
            self._reserved[network or ""] += 1
        if not self.open:
            connection.loop.call_later(self._pause, self._sweep, connection.loop)
        self.open.add(connection)
        connection.network = network
        if network is not None:
            self._of_network[network] += 1
        return None

    def release(self, connection: GuardedProtocol) -> None:
        """Count a connection out that is closed."""
        if connection not in self.open:
            return
        self.open.discard(connection)
        if connection.only_health:
            _less(self._reserved, connection.network or "")
        if connection.network is not None:
            _less(self._of_network, connection.network)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in tuple(self.open):
            connection.check(now)
        if self.open:
            loop.call_later(self._pause, self._sweep, loop)


def _less(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]


class GuardedProtocol(HttpToolsProtocol):
    """One connection. `check` ends it where it waits for longer than it may."""

    guard: Guard  # set by `guarded_protocol`

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.network: str | None = None
        self.only_health = False
        self.is_fresh = True  # nothing was answered on it yet
        self._in_head = True
        self._head_bytes = 0
        # Since when the next head, the present body and the present answer are waited for.
        self._head_since: float | None = None
        self._body_since: float | None = None
        self._answer_since: float | None = None
        self._unsent = 0  # bytes of answers that were there at the last progress, and when it was
        self._unsent_since = 0.0

    def connection_made(self, transport: Any) -> None:
        """Count it in, or say that there is no room."""
        super().connection_made(transport)
        self._head_since = self.loop.time()
        refusal = self.guard.admit(self)
        if refusal is not None:
            self._end(refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it out."""
        self.guard.release(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, while the head is within its size."""
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_since is None:  # a further request on a connection that was idle
                self._head_since = self.loop.time()
        super().data_received(data)
        # A body may follow in the same piece: the size is judged while the head is open.
        if self._in_head and self._head_bytes > self.guard.patience.head_bytes:
            self._end(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Judge the head, and answer it."""
        self._in_head = False
        self._head_bytes = 0
        self._head_since = None
        self._body_since = self.loop.time()
        # Each line also had a colon, a space and two bytes for its end.
        lines = hosts = 0
        for name, value in self.headers:
            lines += len(name) + len(value) + 4
            hosts += name == b"host"
        if lines + len(self.url) > self.guard.patience.head_bytes:
            self._end(_TOO_LARGE)
        elif hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            self._end(_BAD_HOST)
        elif self.only_health and self.url.partition(b"?")[0].decode("latin-1") not in HEALTH_PATHS:
            self._end(_FULL)
        else:
            super().on_headers_complete()
            if self.only_health or self.guard.draining:
                self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """The body is whole."""
        super().on_message_complete()
        self._in_head = True
        self._body_since = None

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answer_since = self.loop.time()
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """The answer is handed over; the client may still have to take it."""
        self.is_fresh = False
        self._answer_since = None
        super().on_response_complete()

    def resume_writing(self) -> None:
        """The client has taken most of what waited for it, so more of the answer may follow."""
        self._unsent_since = self.loop.time()
        super().resume_writing()

    def check(self, now: float) -> None:
        """End the connection where it has waited for longer than it may."""
        patience = self.guard.patience
        if self._is_stuck(now):
            self.transport.abort()
        elif self.transport.is_closing():
            return
        elif self.only_health and self._head_since and now - self._head_since > RESERVED_SECONDS:
            self._end(_SLOW_HEAD)
        elif self._head_since is not None and now - self._head_since > patience.head:
            self._end(_SLOW_HEAD)
        # A second more: a route that reads the body says it better.
        elif self._body_since is not None and now - self._body_since > patience.body + 1:
            self._end(_SLOW_BODY)
        elif self._answer_since is not None and now - self._answer_since > patience.answer:
            self.transport.abort()

    def _is_stuck(self, now: float) -> bool:
        """Whether the client does not take what it is sent, or only in drops."""
        unsent = self.transport.get_write_buffer_size()
        more_or_none = unsent == 0 or unsent > self._unsent
        if more_or_none or self._unsent - unsent >= LEAST_PROGRESS:
            self._unsent, self._unsent_since = unsent, now
            return False
        return now - self._unsent_since > self.guard.patience.write

    def _end(self, answer: bytes) -> None:
        """Say why, where an answer has not begun, and hang up."""
        if self.transport is None or self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started:
                self.transport.abort()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.write(answer)
        self.transport.close()


def guarded_protocol(guard: Guard) -> type[GuardedProtocol]:
    """The protocol class of one process's connections."""
    return type("GuardedProtocol", (GuardedProtocol,), {"guard": guard})
