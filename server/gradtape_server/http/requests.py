"""Reading what a client sent, within limits, and knowing what it may be answered."""

from __future__ import annotations

import asyncio
import re

from fastapi import Request
from starlette.requests import ClientDisconnect

from gradtape_server.http.problems import Refusal
from gradtape_server.settings import Settings

_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")


async def read_json_body(request: Request, settings: Settings) -> bytes:
    """The body of a JSON request, counted while it comes. Raises the 415, 413 or 408."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # Also what keeps other sites' forms out: a browser asks before it sends JSON across sites.
        raise Refusal(415, "the content type must be application/json")
    most = settings.most_body_bytes
    close = {"connection": "close"}  # the rest of the body must not be taken for a next request
    too_large = Refusal(413, f"the body is larger than {most} bytes", headers=close)
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:12]) > most:
        raise too_large
    pieces, size = [], 0
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > most:
                    raise too_large
                pieces.append(piece)
    except TimeoutError:
        message = f"the body was not there after {settings.body_seconds:g} s"
        raise Refusal(408, message, headers=close) from None
    except ClientDisconnect:
        raise Refusal(400, "the body ended early") from None
    return b"".join(pieces)


def require_same_site(request: Request, settings: Settings) -> None:
    """Refuse a writing request that another site's page made the browser send.

    The own site is the host that was asked for, and the public address: a proxy may ask for
    another host than its visitors do.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Refusal(403, "another site may not write here; open the page itself")
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = {f"{scheme}://{request.headers.get('host', '')}" for scheme in ("http", "https")}
    if origin not in own and origin != settings.public_url:
        raise Refusal(403, "another site may not write here; open the page itself")


def base_url(request: Request, settings: Settings) -> str:
    """The server's address as the client knows it, without a slash at its end."""
    if settings.public_url:
        return settings.public_url
    host = request.headers.get("host", "")
    # The Host header is the client's to choose; only something that is a host may be repeated.
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else "http://localhost"


def varies(settings: Settings) -> list[str]:
    """The request's headers that links in an answer depend on, for its Vary header."""
    return [] if settings.public_url else ["Host", "X-Forwarded-Proto"]


def matches(wanted: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header names this entity tag."""
    if wanted == etag:
        return True
    tags = [tag.strip().removeprefix(b"W/") for tag in wanted.split(b",")]
    return etag in tags or b"*" in tags
