"""What the routes work with: the stores, the limits, the caches. One object per application."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from cachetools import LRUCache
from fastapi import Request

from gradtape.snippet.wheels import Engine
from gradtape_server.http.clients import client_key, reader_of
from gradtape_server.http.headers import ALWAYS, BRIEFLY, INERT
from gradtape_server.http.problems import Refusal
from gradtape_server.http.rate_limits import Buckets, MemoryBuckets, RedisBuckets, retry_after
from gradtape_server.pages.built_page import Page
from gradtape_server.pages.rendered import Rendered, RenderedCache
from gradtape_server.settings import Settings
from gradtape_server.storage.cache import Entry, SnippetCache
from gradtape_server.storage.database import Database
from gradtape_server.storage.engines import EngineStore
from gradtape_server.storage.installation import InstallationStore
from gradtape_server.storage.snippets import SnippetStore, Stored
from gradtape_server.storage.troubles import StorageFull
from gradtape_server.telemetry.metrics import Metrics

MOST_PREVIEWS = 256
ROOM_SECONDS = 5  # for which it is trusted that there is room, or none
_MANIFEST_HEADERS = [
    (name.encode(), value.encode())
    for name, value in {
        **ALWAYS,
        **INERT,
        "access-control-allow-origin": "*",
        "cache-control": BRIEFLY,
        "content-type": "application/json",
        "x-robots-tag": "noindex",
    }.items()
]


class Services:
    """Made with the application, opened by its lifespan."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings)
        self.snippets = SnippetStore(self.database)
        self.engines = EngineStore(self.database)
        self.cache = SnippetCache(settings.cache_bytes, settings.cache_seconds)
        self.reads = MemoryBuckets()
        self.installation = InstallationStore(self.database)
        self.salt = settings.address_salt or ""  # until `open`, the one that was set
        self._engines: tuple[float, list[Engine]] = (-math.inf, [])
        self._blocked: tuple[float, dict[str, str]] = (-math.inf, {})
        self.writes: Buckets = (
            RedisBuckets(settings.redis_url) if settings.redis_url else MemoryBuckets()
        )
        self.metrics = Metrics()
        self.page = Page(settings)
        self.rendered = RenderedCache(settings.rendered_bytes)
        self._background: set[asyncio.Future[object]] = set()
        self.published: float | None = None  # which build's engines are stored
        self.stopping = False
        self.connections: Callable[[], int] = lambda: 0  # how many are open; the server knows
        # When room was looked for, and whether there was some.
        self._room: tuple[float, StorageFull | None] = (-math.inf, None)
        self.previews: LRUCache[str, bytes] = LRUCache(MOST_PREVIEWS)
        # Work off the event loop; more threads would only take turns.
        self.drawing = asyncio.Semaphore(2)
        self.reading = asyncio.Semaphore(2)

    async def open(self) -> None:
        """Read what the database knows of this installation."""
        self.salt = self.settings.address_salt or await self.installation.salt()

    async def close(self) -> None:
        """Let go of every connection."""
        await self.writes.close()
        await self.database.close()

    async def spend(self, request: Request, kind: str, per_minute: int, in_all: int = 0) -> None:
        """Take a token of this client, and one of everybody's; raises the 429 where none is."""
        buckets = [(f"{kind}:{self.client_of(request)}", per_minute), (f"{kind}:all", in_all)]
        for key, size in buckets:
            if size <= 0:
                continue
            wait = await self.writes.take(key, size)
            if wait > 0:
                self.metrics.event("limited")
                raise Refusal(
                    429,
                    f"too many requests; at most {size} a minute are allowed; "
                    f"wait {max(1, round(wait))} s",
                    headers=retry_after(wait),
                )

    def in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something whose end nobody waits for."""
        task = asyncio.ensure_future(work)
        self._background.add(task)  # asyncio itself would forget it half-way
        task.add_done_callback(self._background.discard)

    def client_of(self, request: Request) -> str:
        """Who asks, as limits and rows name it: the network's salted hash."""
        address = request.client.host if request.client else "unknown"
        return client_key(address, self.salt)

    async def require_welcome(self, request: Request) -> None:
        """Raise the 403 for a client that an operator has blocked."""
        now = time.monotonic()
        if now - self._blocked[0] > self.settings.cache_seconds:
            self._blocked = (now, await self.installation.blocked())
        reason = self._blocked[1].get(self.client_of(request))
        if reason is not None:
            raise Refusal(403, f"nothing is stored from your network: {reason}")

    async def render(
        self, request: Request, key: Hashable, write: Callable[[], str | bytes]
    ) -> Rendered:
        """A page or an export, from memory or written now; raises the 429 for too many of those."""
        found = self.rendered.get(key)
        if found is not None:
            return found
        most = self.settings.pages_per_minute
        if most:
            address = request.client.host if request.client else "unknown"
            wait = self.reads.take_now(f"pages:{reader_of(address)}", most)
            if wait > 0:
                self.metrics.event("limited")
                raise Refusal(
                    429,
                    f"too many pages that nobody asked for before; at most {most} a minute are "
                    f"allowed; wait {max(1, round(wait))} s",
                    headers=retry_after(wait),
                )
        return await self.rendered.make(key, write)

    async def kept_engines(self) -> list[Engine]:
        """The engines that are kept here, as they were a few seconds ago."""
        now = time.monotonic()
        if now - self._engines[0] > self.settings.cache_seconds:
            self._engines = (now, await self.engines.all())
        return self._engines[1]

    async def require_room(self) -> None:
        """Raise StorageFull where the quota is used up or the disk is nearly full."""
        free = self.database.free_bytes()
        if free is not None and free < self.settings.least_free_bytes:
            raise StorageFull("the server's disk is nearly full")
        now = time.monotonic()
        if now - self._room[0] > ROOM_SECONDS:
            self._room = (now, await self._quota_trouble())
        if self._room[1] is not None:
            raise StorageFull(*self._room[1].args)

    async def _quota_trouble(self) -> StorageFull | None:
        quota = self.settings.quota_bytes
        if await self.database.used_bytes() <= quota:
            return None
        # A database does not shrink where content was taken down; what stands is what counts.
        if await self.database.content_bytes() <= quota:
            return None
        return StorageFull("the server's quota for snippets is used up")

    async def find(self, identifier: str) -> Entry:
        """The snippet that stands under an id; raises the 404 or the 410."""
        entry = self.cache.get(identifier)
        if entry is None:
            stored = await self.snippets.get(identifier)
            if stored is None:
                raise Refusal(404, "there is no such snippet here; check the link")
            entry = self.remember(stored)
        self.require_standing(entry.stored)
        return entry

    def require_standing(self, stored: Stored) -> None:
        """Raise the 410 for a snippet whose content is gone."""
        if stored.body is None:
            reason = f": {stored.reason}" if stored.reason else ""
            verb = "has" if stored.gone == "expired" else "was"
            raise Refusal(410, f"this snippet {verb} {stored.gone}{reason}")

    def remember(self, stored: Stored) -> Entry:
        """Put a row into the cache, with the headers its manifest is answered with."""
        etag = f'"{stored.sha256}"'.encode()
        length = str(len(stored.body or b"")).encode()
        headers = [*_MANIFEST_HEADERS, (b"etag", etag), (b"content-length", length)]
        return self.cache.put(stored, etag, headers)


async def services_of(request: Request) -> Services:
    """The services of the application that got the request."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services
