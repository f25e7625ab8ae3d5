"""The store of engine wheels: once in, a wheel never changes and never leaves."""

from __future__ import annotations

import asyncio
import hashlib
import time

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gradtape.snippet.wheels import Engine, describe
from gradtape_server.storage.database import Database
from gradtape_server.storage.tables import engines
from gradtape_server.storage.troubles import StorageDamaged


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
        """The file name and the bytes of a wheel. Raises StorageDamaged for other bytes."""
        query = sa.select(engines.c.filename, engines.c.wheel).where(
            engines.c.wheel_sha256 == wheel_sha256
        )

        async def ask(connection: AsyncConnection) -> tuple[str, bytes] | None:
            row = (await connection.execute(query)).first()
            return None if row is None else (row.filename, bytes(row.wheel))

        found = await self._database.read(ask, seconds=20)
        if found is not None:
            digest = await asyncio.to_thread(lambda: hashlib.sha256(found[1]).hexdigest())
            if digest != wheel_sha256:
                raise StorageDamaged(f"the stored engine {wheel_sha256} is damaged")
        return found
