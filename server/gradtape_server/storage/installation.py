"""What belongs to the installation: the salt of its clients' names, and who may not store."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gradtape_server.storage.database import Database
from gradtape_server.storage.tables import blocks, installation


class InstallationStore:
    """The two small tables beside snippets and engines."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = sqlite.insert if database.is_sqlite else postgresql.insert

    async def salt(self) -> str:
        """What clients' addresses are hashed with, made with the tables and kept to itself."""
        query = sa.select(installation.c.value).where(installation.c.name == "salt")

        async def ask(connection: AsyncConnection) -> str:
            return str(await connection.scalar(query))

        return await self._database.read(ask)

    async def blocked(self) -> dict[str, str]:
        """Client -> reason."""
        query = sa.select(blocks.c.client, blocks.c.reason).order_by(blocks.c.created_at)

        async def ask(connection: AsyncConnection) -> dict[str, str]:
            return {row.client: row.reason for row in await connection.execute(query)}

        return await self._database.read(ask)

    async def block(self, client: str, reason: str) -> None:
        """Let a client store nothing from now on."""
        row = {"client": client, "reason": reason[:500], "created_at": int(time.time())}
        statement = (
            self._insert(blocks)
            .values(row)
            .on_conflict_do_update(index_elements=["client"], set_={"reason": row["reason"]})
        )

        async def insert(connection: AsyncConnection) -> None:
            await connection.execute(statement)

        await self._database.write(insert)

    async def unblock(self, client: str) -> bool:
        """Let it store again; False where it could."""

        async def delete(connection: AsyncConnection) -> int:
            found = await connection.execute(sa.delete(blocks).where(blocks.c.client == client))
            return found.rowcount

        return await self._database.write(delete) > 0
