"""Opening the database, and waiting out its short absences.

Every statement commits by itself: each write of this server is one statement that is right
whether or not it ran before, so it can be repeated after a lost connection without asking.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gradtape_server.settings import Settings

Result = TypeVar("Result")

RETRY_AFTER = [0.05, 0.2, 0.6]  # seconds; a restarting PostgreSQL is usually back by then


class StorageUnavailable(Exception):
    """The database does not answer; try again in a few seconds."""


class StorageFull(Exception):
    """There is no room for another snippet: the disk or the quota is full."""


class Database:
    """An open database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        url = sa.make_url(settings.sqlalchemy_url)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database) if self.is_sqlite and url.database else None
        # SQLite has one writer; queueing here is fairer and cheaper than its busy loop.
        self._writing = asyncio.Lock() if self.is_sqlite else None
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        # Of SQLite's connections each is a thread with a cache of its own, so there are always the
        # same few: connections that come and go would make the memory do so, too.
        more: dict[str, Any] = {"pool_size": 4, "max_overflow": 0}
        if not self.is_sqlite:
            more = {"pool_size": 8, "max_overflow": 8}
            more["connect_args"] = {"timeout": 5, "command_timeout": 20}
        self.engine: AsyncEngine = create_async_engine(
            url, isolation_level="AUTOCOMMIT", pool_timeout=5, **more
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _set_pragmas)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    async def read(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """The result of `work` on a connection, tried again where the connection was lost."""
        for pause in [*RETRY_AFTER, None]:
            try:
                async with self.engine.connect() as connection:
                    return await work(connection)
            except Exception as error:
                trouble = _kind_of(error)
                if trouble is None:
                    raise
                if isinstance(trouble, StorageFull) or pause is None:
                    raise trouble from error
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """The same for one repeatable statement that writes."""
        if self._writing is None:
            return await self.read(work)
        async with self._writing:
            return await self.read(work)

    async def used_bytes(self) -> int:
        """The size of the database."""

        async def ask(connection: AsyncConnection) -> int:
            if self.is_sqlite:
                pages = await connection.scalar(sa.text("PRAGMA page_count"))
                size = await connection.scalar(sa.text("PRAGMA page_size"))
                return int(pages) * int(size)
            return int(
                await connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
            )

        return await self.read(ask)

    def free_bytes(self) -> int | None:
        """What is left on the disk under SQLite's file; None for PostgreSQL, which is elsewhere."""
        return None if self.path is None else shutil.disk_usage(self.path.parent).free

    async def ping(self) -> None:
        """Return when the tables can be read; raises StorageUnavailable otherwise."""

        async def ask(connection: AsyncConnection) -> None:
            await connection.scalar(sa.text("SELECT 1 FROM snippets LIMIT 1"))

        await asyncio.wait_for(self.read(ask), timeout=3)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        # FULL: what was acknowledged is on the disk, also after a power cut.
        "synchronous = FULL",
        "busy_timeout = 10000",
        "cache_size = -8192",
        "journal_size_limit = 67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# PostgreSQL's states for "going away", "starting", "too many clients", "lost": worth a retry.
_TRANSIENT_STATES = ("57P", "08", "53300", "25006")
_FULL_STATES = ("53100",)


def _kind_of(error: BaseException) -> Exception | None:
    """StorageUnavailable or StorageFull where that is what happened, None for a mistake of ours."""
    text = str(error).lower()
    if "database or disk is full" in text or "no space left" in text or "disk i/o error" in text:
        return StorageFull("the disk is full")
    if isinstance(error, (OSError, asyncio.TimeoutError)):
        return StorageUnavailable("the database does not answer")
    if isinstance(error, sa.exc.TimeoutError):
        return StorageUnavailable("every connection to the database is busy")
    # The driver's own errors come bare while it connects, and wrapped after that.
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(driver_error, "sqlstate", None) or ""
    if state.startswith(_FULL_STATES):
        return StorageFull("the database's disk is full")
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or state.startswith(_TRANSIENT_STATES):
        return StorageUnavailable("the database does not answer")
    words = ("connection", "locked", "closed", "unable to open", "readonly", "shutting down")
    if isinstance(error, DBAPIError) and any(word in text for word in words):
        return StorageUnavailable("the database does not answer")
    return None
