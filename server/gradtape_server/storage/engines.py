"""The store of engine wheels: once in, a wheel never changes and never leaves."""

from __future__ import annotations

import hashlib
import io
import re
import time
import zipfile
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gradtape.snippet.pins import digest_of_sources
from gradtape_server.storage.database import Database
from gradtape_server.storage.tables import engines

LARGEST_WHEEL = 32 * 1024 * 1024
WHEEL_NAME = re.compile(r"gradtape-([0-9A-Za-z][0-9A-Za-z.+_]*)-[0-9A-Za-z.]+-none-any\.whl")


class BadWheel(ValueError):
    """The bytes are not a wheel of gradtape; the message says what is wrong."""


@dataclass(frozen=True)
class Engine:
    """One published engine."""

    version: str
    filename: str
    wheel_sha256: str
    source_sha256: str | None
    size: int


def describe(filename: str, wheel: bytes) -> Engine:
    """The engine that a wheel holds, read from its name and its files; nothing is executed."""
    match = WHEEL_NAME.fullmatch(filename)
    if match is None:
        raise BadWheel(f"got {filename!r}; must be named gradtape-<version>-py3-none-any.whl")
    if len(wheel) > LARGEST_WHEEL:
        raise BadWheel(f"got {len(wheel)} bytes; at most {LARGEST_WHEEL} are allowed")
    try:
        archive = zipfile.ZipFile(io.BytesIO(wheel))
        sources = {
            name.removeprefix("gradtape/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith("gradtape/") and name.endswith(".py")
        }
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadWheel(f"{filename} is not a zip archive: {error}") from None
    if not any(name.startswith("gradtape/") for name in archive.namelist()):
        raise BadWheel(f"{filename} holds no package gradtape")
    digest = hashlib.sha256(wheel).hexdigest()
    return Engine(match[1], filename, digest, digest_of_sources(sources), len(wheel))


class EngineStore:
    """Engines by version and by the sha256 of their wheel."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = (sqlite if database.is_sqlite else postgresql).insert(engines)

    async def add(self, filename: str, wheel: bytes) -> tuple[Engine, bool]:
        """Store a wheel; False beside it when it was there. Raises BadWheel."""
        engine = describe(filename, wheel)
        row = {**engine.__dict__, "created_at": int(time.time()), "wheel": wheel}

        async def insert(connection: AsyncConnection) -> int:
            statement = self._insert.on_conflict_do_nothing()
            return (await connection.execute(statement, row)).rowcount

        return engine, await self._database.write(insert) > 0

    async def all(self) -> list[Engine]:
        """Every engine, the newest first."""
        columns = engines.c
        query = sa.select(
            columns.version,
            columns.filename,
            columns.wheel_sha256,
            columns.source_sha256,
            columns.size,
        ).order_by(columns.created_at.desc(), columns.wheel_sha256)

        async def ask(connection: AsyncConnection) -> list[Engine]:
            return [Engine(*row) for row in await connection.execute(query)]

        return await self._database.read(ask)

    async def wheel(self, wheel_sha256: str) -> tuple[str, bytes] | None:
        """The file name and the bytes of a wheel."""
        query = sa.select(engines.c.filename, engines.c.wheel).where(
            engines.c.wheel_sha256 == wheel_sha256
        )

        async def ask(connection: AsyncConnection) -> tuple[str, bytes] | None:
            row = (await connection.execute(query)).first()
            return None if row is None else (row.filename, bytes(row.wheel))

        return await self._database.read(ask)
