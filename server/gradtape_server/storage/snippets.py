"""The store of snippets: equal content is one row, and its id is a prefix of its sha256."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gradtape.snippet.identity import ALPHABET, FULL_LENGTH, full_name
from gradtape_server.storage.database import Database
from gradtape_server.storage.group_commit import GroupCommit, Row
from gradtape_server.storage.tables import snippets


@dataclass(frozen=True)
class Added:
    """The answer to a create. The token is there only for whoever created the row."""

    id: str
    sha256: str
    created: bool
    delete_token: str | None = None
    taken_down: str | None = None  # the reason why this content may not be stored


@dataclass(frozen=True)
class Stored:
    """A row: the canonical manifest, or why it is gone."""

    id: str
    sha256: str
    body: bytes | None
    gone: str | None = None
    reason: str | None = None


_PLAUSIBLE = re.compile(rf"[{ALPHABET}]{{1,{FULL_LENGTH}}}")


def is_plausible(identifier: str) -> bool:
    """Whether this could be an id; what could not is never shown to the database."""
    return _PLAUSIBLE.fullmatch(identifier) is not None


class SnippetStore:
    """Snippets by id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shortest_id = database.settings.shortest_id
        insert = sqlite.insert if database.is_sqlite else postgresql.insert
        # Compiled once by SQLAlchemy's cache; "nothing" covers both an equal content and a clash.
        self._insert = (
            insert(snippets).on_conflict_do_nothing().returning(snippets.c.delete_token_sha256)
        )
        self._commits = GroupCommit(self._insert_all)

    async def _insert_all(self, rows: list[Row]) -> set[bytes]:
        async def insert(connection: AsyncConnection) -> set[bytes]:
            found = await connection.execute(self._insert, rows)
            return {bytes(token) for token in found.scalars()}

        return await self._database.write(insert)

    async def add(self, body: bytes, parent: str | None, created_by: str) -> Added:
        """Store a canonical manifest, or find the row that has it already."""
        digest = hashlib.sha256(body).digest()
        name = full_name(digest.hex())
        token = secrets.token_urlsafe(24)
        row: Row = {
            "sha256": digest,
            "body": zlib.compress(body, 6),
            "parent": parent,
            "created_at": int(time.time()),
            "created_by": created_by,
            "delete_token_sha256": hashlib.sha256(token.encode()).digest(),
        }
        for length in range(self._shortest_id, FULL_LENGTH + 1):
            row["id"] = identifier = name[:length]
            if await self._commits.add(row):
                return Added(identifier, digest.hex(), True, token)
            known = await self._by_digest(digest)
            if known is None:
                continue  # another content has this id: one letter more
            if bytes(known.delete_token_sha256 or b"") == row["delete_token_sha256"]:
                # The first try was stored, then its connection was lost before it could say so.
                return Added(known.id, digest.hex(), True, token)
            if known.gone == "withdrawn":
                await self._revive(row)
                return Added(known.id, digest.hex(), True, token)
            if known.gone:
                return Added(known.id, digest.hex(), False, taken_down=known.gone_reason or "")
            return Added(known.id, digest.hex(), False)
        raise AssertionError("a sha256 has one name")

    async def _by_digest(self, digest: bytes) -> Any:
        columns = snippets.c
        query = sa.select(
            columns.id, columns.delete_token_sha256, columns.gone, columns.gone_reason
        ).where(columns.sha256 == digest)

        async def ask(
            connection: AsyncConnection,
        ) -> Any:
            return (await connection.execute(query)).first()

        return await self._database.read(ask)

    async def _revive(self, row: Mapping[str, object]) -> None:
        fresh = {key: row[key] for key in ("body", "created_at", "created_by")}
        change = (
            sa.update(snippets)
            .where(snippets.c.sha256 == row["sha256"], snippets.c.gone == "withdrawn")
            .values(**fresh, delete_token_sha256=row["delete_token_sha256"])
            .values(gone=None, gone_reason=None)
        )

        async def update(connection: AsyncConnection) -> None:
            await connection.execute(change)

        await self._database.write(update)

    async def get(self, identifier: str) -> Stored | None:
        """The row of an id; None for an id that never was."""
        if not is_plausible(identifier):
            return None
        columns = snippets.c
        query = sa.select(columns.sha256, columns.body, columns.gone, columns.gone_reason).where(
            columns.id == identifier
        )

        async def ask(connection: AsyncConnection) -> Stored | None:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            body = zlib.decompress(row.body) if row.body is not None else None
            return Stored(identifier, bytes(row.sha256).hex(), body, row.gone, row.gone_reason)

        return await self._database.read(ask)

    async def withdraw(self, identifier: str, token: str) -> bool:
        """Remove the content on its author's word; False where the token is not this row's."""
        if not is_plausible(identifier):
            return False
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        change = (
            sa.update(snippets)
            .where(snippets.c.id == identifier, snippets.c.delete_token_sha256 == digest)
            .where(snippets.c.gone.is_(None))
            .values(body=None, gone="withdrawn", gone_reason="withdrawn by its author")
        )

        async def update(connection: AsyncConnection) -> int:
            return (await connection.execute(change)).rowcount

        if await self._database.write(update):
            return True
        # Repeating a withdrawal is not an error: the first answer may have been lost.
        query = sa.select(snippets.c.id).where(
            snippets.c.id == identifier,
            snippets.c.delete_token_sha256 == digest,
            snippets.c.gone == "withdrawn",
        )

        async def ask(connection: AsyncConnection) -> bool:
            return (await connection.execute(query)).first() is not None

        return await self._database.read(ask)

    async def take_down(self, identifier: str, reason: str) -> bool:
        """Remove the content for good: the sha256 stays, so that it cannot come back."""
        change = (
            sa.update(snippets)
            .where(snippets.c.id == identifier)
            .values(body=None, gone="taken down", gone_reason=reason[:500])
        )

        async def update(connection: AsyncConnection) -> int:
            return (await connection.execute(change)).rowcount

        return await self._database.write(update) > 0

    async def count(self) -> int:
        """How many snippets stand."""
        query = sa.select(sa.func.count()).select_from(snippets).where(snippets.c.gone.is_(None))

        async def ask(connection: AsyncConnection) -> int:
            return int(await connection.scalar(query) or 0)

        return await self._database.read(ask)
