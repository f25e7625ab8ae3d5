"""Opening the database, and waiting out its short absences.

Every statement commits by itself: each write of this server is one statement that is right
whether or not it ran before, so it can be repeated after a lost connection without asking.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gradtape_server.settings import Settings
from gradtape_server.storage.tables import engines, installation, snippets
from gradtape_server.storage.troubles import (
    GONE,
    NO_ANSWER,
    StorageBroken,
    StorageFull,
    StorageUnavailable,
    TroubleLog,
    kind_of,
)

Result = TypeVar("Result")

RETRY_AFTER = [0.05, 0.2, 0.6]  # seconds; a restarting PostgreSQL is usually back by then
PATIENCE = 2.5  # seconds for an answer of PostgreSQL, however often it is asked
PAUSE = 2.0  # seconds in which nobody asks it again after that, but one


class Database:
    """An open database."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.path = settings.sqlite_path
        self.is_sqlite = self.path is not None
        self.trouble: Exception | None = None  # why the last write failed, while none succeeded
        # SQLite has one writer; queueing here is fairer and cheaper than its busy loop.
        self._writing = asyncio.Lock() if self.is_sqlite else None
        self._troubles = TroubleLog(self.path)
        self._file: tuple[int, int] | None = None  # which file SQLite has open
        self._silent_until = 0.0  # by when a database that did not answer is asked again
        self._beaten = 0.0
        self.engine: AsyncEngine = self._open()

    def _open(self) -> AsyncEngine:
        if self.path is None:
            more: dict[str, Any] = {"pool_size": 8, "max_overflow": 8}
            settings = {"application_name": "gradtape"}
            more["connect_args"] = {
                "timeout": 5,
                "command_timeout": 20,
                "server_settings": settings,
            }
            url = sa.make_url(self.settings.sqlalchemy_url)
            return create_async_engine(
                url, isolation_level="AUTOCOMMIT", pool_timeout=PATIENCE, **more
            )
        # mode=rw: a file that vanished is not made anew without a word; `make_file` makes it.
        url = sa.URL.create(
            "sqlite+aiosqlite",
            database=f"file:{quote(str(self.path.absolute()))}",
            query={"mode": "rw", "uri": "true"},
        )
        # Each connection is a thread with a cache of its own, so there are always the same few:
        # connections that come and go would make the memory do so, too.
        engine = create_async_engine(
            url, isolation_level="AUTOCOMMIT", pool_timeout=5, pool_size=4, max_overflow=0
        )
        event.listen(engine.sync_engine, "connect", self._connected)
        return engine

    def make_file(self) -> None:
        """Make SQLite's file, readable by its owner alone, where there has never been one.

        Raises StorageBroken where there was one and it is gone.
        """
        if self.path is None:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists():
            with contextlib.suppress(PermissionError):  # another user's
                self.path.chmod(self.path.stat().st_mode & 0o700)
            return
        mark = self.path.with_suffix(".in-use")
        if mark.exists() and mark.stat().st_size:
            raise StorageBroken(
                f"{GONE}: {self.path} was used by a server and is not there; put a backup in its "
                f"place (gradtape admin restore FILE), or remove {mark.name} beside it to begin "
                "with an empty one"
            )
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    def _connected(self, connection: Any, _record: Any) -> None:
        _set_pragmas(connection)
        assert self.path is not None
        if self._file is None:
            self._file = _identity(self.path)

    def require_file(self) -> None:
        """Raise StorageBroken where SQLite's file was removed or replaced under this process.

        SQLite would go on writing to the file that has no name any more.
        """
        if self._file is not None and self.path is not None:
            if _identity(self.path) != self._file:
                trouble = StorageBroken(GONE)
                self._troubles.begins(trouble, FileNotFoundError(2, str(self.path)))
                raise trouble

    async def close(self) -> None:
        """Close every connection."""
        with contextlib.suppress(TimeoutError):  # a frozen PostgreSQL
            await asyncio.wait_for(self.engine.dispose(), 3)

    async def read(
        self, work: Callable[[AsyncConnection], Awaitable[Result]], seconds: float = PATIENCE
    ) -> Result:
        """The result of `work` on a connection, tried again where the connection was lost.

        Raises StorageUnavailable after so many seconds without an answer from PostgreSQL; and for
        a while after that at once, so that requests do not pile up before it.
        """
        if self.is_sqlite:
            return await self._tried(work)
        now = time.monotonic()
        if now < self._silent_until:
            raise StorageUnavailable(NO_ANSWER)
        if self._silent_until:
            self._silent_until = now + PAUSE  # this one tries for all; the others go on waiting
        task = asyncio.ensure_future(self._tried(work))
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            # Not awaited: to take a question back, a frozen database would have to answer.
            task.cancel()
            task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            self._silent_until = time.monotonic() + PAUSE
            silence = TimeoutError(f"no answer in {seconds} s")
            self._troubles.begins(StorageUnavailable(NO_ANSWER), silence)
            raise StorageUnavailable(NO_ANSWER)
        result = task.result()
        self._silent_until = 0.0
        return result

    async def _tried(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        for pause in [*RETRY_AFTER, None]:
            try:
                async with self.engine.connect() as connection:
                    return await work(connection)
            except Exception as error:
                trouble = kind_of(error)
                if trouble is None:
                    raise
                if not isinstance(trouble, StorageUnavailable) or pause is None:
                    self._troubles.begins(trouble, error)
                    raise type(trouble)(*trouble.args) from error
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """The same for one repeatable statement that writes."""
        self.require_file()
        try:
            if self._writing is None:
                result = await self.read(work)
            else:
                async with self._writing:
                    result = await self.read(work)
        except (StorageFull, StorageBroken) as trouble:
            self.trouble = trouble
            raise
        if self.trouble is not None:
            self.trouble = None
            self._troubles.ends()
        return result

    async def used_bytes(self) -> int:
        """The size of the database, without pages that SQLite will use again."""

        async def ask(connection: AsyncConnection) -> int:
            if self.is_sqlite:
                count, free, size = [
                    int(await connection.scalar(sa.text(f"PRAGMA {name}")))
                    for name in ("page_count", "freelist_count", "page_size")
                ]
                return (count - free) * size
            return int(
                await connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
            )

        return await self.read(ask)

    async def content_bytes(self) -> int:
        """What snippets and engines themselves take, without room that became free between them."""
        body = sa.func.coalesce(sa.func.sum(sa.func.length(snippets.c.body)), 0)
        of_snippets = sa.select(body + sa.func.count() * ROW)
        of_engines = sa.select(sa.func.coalesce(sa.func.sum(engines.c.size), 0))

        async def ask(connection: AsyncConnection) -> int:
            parts = [await connection.scalar(query) for query in (of_snippets, of_engines)]
            return sum(int(part or 0) for part in parts)

        return await self.read(ask, seconds=20)

    def free_bytes(self) -> int | None:
        """What is left on the disk under SQLite's file; None for PostgreSQL, which is elsewhere."""
        return None if self.path is None else shutil.disk_usage(self.path.parent).free

    async def ping(self) -> None:
        """Return when the tables can be read; raises StorageUnavailable or StorageBroken."""

        async def ask(connection: AsyncConnection) -> None:
            await connection.scalar(sa.text("SELECT 1 FROM snippets LIMIT 1"))

        self.require_file()
        await asyncio.wait_for(self.read(ask), timeout=3)

    async def beat(self) -> None:
        """Write a little, so that a disk that fails is known before somebody's snippet is lost.

        At most every five seconds, but each time while the last write failed.
        """
        now = time.monotonic()
        if self.trouble is None and now - self._beaten < 5:
            return

        async def update(connection: AsyncConnection) -> None:
            await connection.execute(
                sa.update(installation)
                .where(installation.c.name == "heartbeat")
                # Another value each time: SQLite does not write what stands there already.
                .values(value=str(time.time_ns()))
            )

        await self.write(update)
        self._beaten = now


ROW = 200  # bytes that a row takes beside its body, roughly


def _identity(path: os.PathLike[str]) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _set_pragmas(connection: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        # FULL: what was acknowledged is on the disk, also after a power cut.
        "synchronous = FULL",
        "busy_timeout = 10000",
        "cache_size = -8192",
        "journal_size_limit = 67108864",
        # What was taken down is written over, and does not stay in free pages.
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
