"""uvicorn's HTTP protocol with a limit on the head of a request: its size and its patience.

uvicorn waits for the rest of a request's head for ever and keeps all of it, so a client that sends
one byte a second, or headers without end, would hold a connection and its memory.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n"
    b"the request's head is too large\n"
)
_TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\n"
    b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n"
    b"the request's head did not come in time\n"
)


def bounded_protocol(most_bytes: int, seconds: float) -> type[HttpToolsProtocol]:
    """A protocol class with these limits."""

    class BoundedProtocol(HttpToolsProtocol):
        """Watches every request from its first byte to the end of its head."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._in_head = True
            self._head_bytes = 0
            self._deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._deadline = self.loop.call_later(seconds, self._too_slow)

        def data_received(self, data: bytes) -> None:
            if self._in_head:
                self._head_bytes += len(data)
                if self._deadline is None:  # a further request on a connection that was idle
                    self._deadline = self.loop.call_later(seconds, self._too_slow)
            super().data_received(data)
            # A body may follow in the same piece: the size is judged while the head is open.
            if self._in_head and self._head_bytes > most_bytes:
                self._end(_TOO_LARGE)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._in_head = True

        def on_headers_complete(self) -> None:
            self._in_head = False
            self._head_bytes = 0
            self._calm()
            # Each line also had a colon, a space and two bytes for its end.
            lines = sum(len(name) + len(value) + 4 for name, value in self.headers)
            if lines + len(self.url) > most_bytes:
                self._end(_TOO_LARGE)
                return
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._in_head = True

        def connection_lost(self, exc: Exception | None) -> None:
            self._calm()
            super().connection_lost(exc)

        def _calm(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _too_slow(self) -> None:
            self._deadline = None
            self._end(_TOO_SLOW)

        def _end(self, answer: bytes) -> None:
            if self.transport is not None and not self.transport.is_closing():
                self.transport.write(answer)
                self.transport.close()

    return BoundedProtocol
