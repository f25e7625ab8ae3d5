"""What every request passes through first, and where the most frequent ones end.

Reading a snippet that is in memory is answered right here, without routing, models or tasks: it
is what nearly all requests are. Everything else goes on to the application. Both ways get the same
headers, request id and counting.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradtape_server.http.clients import reader_of
from gradtape_server.http.headers import ALWAYS, INERT
from gradtape_server.http.problems import problem
from gradtape_server.http.rate_limits import retry_after
from gradtape_server.http.requests import matches
from gradtape_server.pages.files import file_response
from gradtape_server.services import Services
from gradtape_server.settings import HEALTH_PATHS
from gradtape_server.telemetry import logs

_SNIPPETS = "/api/v1/snippets/"
_KINDS = {
    "": "page",
    "docs": "page",
    "e": "page",
    "learn": "page",
    "api": "api",
    "oembed": "api",
    "healthz": "health",
    "readyz": "health",
    "metrics": "health",
    **dict.fromkeys(("assets", "data", "engine", "python", "runtime", "sandbox"), "file"),
}
_ALWAYS = [(name.encode(), value.encode()) for name, value in ALWAYS.items()]
_INERT = [(name.encode(), value.encode()) for name, value in INERT.items()]
HSTS = (b"strict-transport-security", b"max-age=63072000")
# On a 304 only what can have changed; the rest the client has (RFC 9110, 15.4.5).
_ON_304 = {b"cache-control", b"etag", b"access-control-allow-origin", b"x-content-type-options"}


def kind_of(path: str) -> str:
    """What is asked for, in one of a few words: a label must not be the client's to choose.

    >>> kind_of("/s/222222222222"), kind_of("/api/v1/snippets/222222222222.py"), kind_of("/x")
    ('page', 'export', 'other')
    """
    if path.startswith(_SNIPPETS):
        return "export" if "." in path or path.endswith("/fork") else "snippet"
    if path.startswith("/s/"):
        return "preview" if path.endswith("/preview.png") else "page"
    return _KINDS.get(path.split("/", 2)[1], "other") if path.startswith("/") else "other"


class Front:
    """Wraps the application; `state.services` is the same object that the routes use."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._prefix = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        origin = services.settings.sandbox_origin
        is_https = (services.settings.public_url or "").startswith("https://")
        self._everywhere = [HSTS] if is_https else []
        self._sandbox_host = origin.partition("://")[2].encode() if origin else None

    def count_by(self, connections: Callable[[], int]) -> None:
        """Say in the metrics how many connections are open."""
        self._services.connections = connections

    def stop_soon(self) -> None:
        """Say from now on that this process is not ready; it goes on answering."""
        self._services.stopping = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        request_id = f"{self._prefix}-{next(self._numbers)}"
        logs.REQUEST.set(request_id)
        named = (b"x-request-id", request_id.encode())
        services = self._services
        method: str = scope["method"]
        path: str = scope["path"]
        status = 500
        try:
            if method in ("GET", "HEAD") and path not in HEALTH_PATHS:
                wait = self._read_allowance(scope)
                if wait:
                    services.metrics.event("limited")
                    refusal = problem(
                        429, "too many requests; wait a little", None, retry_after(wait)
                    )
                    status = 429
                    await refusal(scope, receive, self._with_headers(send, [status], method, named))
                    return
                if path.startswith(_SNIPPETS) and self._sandbox_host is None:
                    entry = services.cache.get(path[len(_SNIPPETS) :])
                    if entry is not None and entry.stored.body is not None:
                        status = await self._answer(entry, scope, send, method, named)
                        return
            seen = [500]
            if method == "HEAD":
                scope = {**scope, "method": "GET"}
            onward = self._with_headers(send, seen, method, named)
            file = services.page.files.get(path[1:])
            if self._is_foreign(scope, path):
                refusal = problem(404, "this origin serves only the sandbox")
                await refusal(scope, receive, onward)
            elif file is not None and scope["method"] == "GET":
                await file_response(Request(scope), file)(scope, receive, onward)
            else:
                await self._app(scope, receive, onward)
            status = seen[0]
        finally:
            seconds = time.perf_counter() - start
            known = method if method in ("GET", "HEAD", "POST", "PATCH", "DELETE") else "other"
            services.metrics.request(known, status, seconds)
            services.metrics.route(kind_of(path), status)
            if services.settings.log_requests:
                logs.event(
                    "request", method=known, path=path, status=status, ms=round(seconds * 1e3, 2)
                )
            elif status >= 500:
                logs.event("failed request", logging.WARNING, method=known, status=status)

    def _read_allowance(self, scope: Scope) -> float:
        per_minute = self._services.settings.reads_per_minute
        client = scope.get("client")
        if not per_minute or client is None:
            return 0.0
        return self._services.reads.take_now(reader_of(client[0]), per_minute)

    def _is_foreign(self, scope: Scope, path: str) -> bool:
        """Whether the sandbox's own origin is asked for something that is not the sandbox."""
        if self._sandbox_host is None or path.startswith("/sandbox/"):
            return False
        return any(
            name == b"host" and value == self._sandbox_host for name, value in scope["headers"]
        )

    async def _answer(
        self, entry: Any, scope: Scope, send: Send, method: str, named: tuple[bytes, bytes]
    ) -> int:
        headers, body, status = entry.headers, entry.stored.body, 200
        for name, value in scope["headers"]:
            if name == b"if-none-match" and matches(value, entry.etag):
                headers = [header for header in headers if header[0] in _ON_304]
                body, status = b"", 304
                break
        if method == "HEAD":
            body = b""
        headers = [*headers, *self._everywhere, named]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return status

    def _with_headers(
        self, send: Send, seen: list[int], method: str, named: tuple[bytes, bytes]
    ) -> Send:
        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen[0] = message["status"]
                headers = list(message.get("headers", []))
                there = {name for name, _ in headers}
                headers += [header for header in _ALWAYS if header[0] not in there]
                headers += [header for header in _INERT if header[0] not in there]
                headers += [*self._everywhere, named]
                message = {**message, "headers": headers}
            elif method == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        return send_on
