"""The store of snippets: equal content is one row, and its id is a prefix of its sha256."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
import zlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gradtape.snippet.identity import ALPHABET, FULL_LENGTH, SHORTEST_ID, full_name
from gradtape_server.storage.database import Database
from gradtape_server.storage.group_commit import Fresh, GroupCommit, Row
from gradtape_server.storage.tables import snippets
from gradtape_server.storage.troubles import StorageDamaged


@dataclass(frozen=True)
class Added:
    """The answer to a create. The token is there only for whoever created the row."""

    id: str
    sha256: str
    created: bool
    delete_token: str | None = None
    expires_at: int | None = None  # in seconds since 1970; None: never
    taken_down: str | None = None  # the reason why this content may not be stored


@dataclass(frozen=True)
class Stored:
    """A row: the canonical manifest, or why it is gone."""

    id: str
    sha256: str
    body: bytes | None
    gone: str | None = None
    reason: str | None = None


EXPIRED = "its author let it stand until then"
_PLAUSIBLE = re.compile(rf"[{ALPHABET}]{{1,{FULL_LENGTH}}}|[0-9a-f]{{64}}")


def is_plausible(identifier: str) -> bool:
    """Whether this could be an id; what could not is never shown to the database."""
    return _PLAUSIBLE.fullmatch(identifier) is not None


def unpacked(body: bytes, sha256: str, identifier: str) -> bytes:
    """The manifest in a row. Raises StorageDamaged where it is not the one with this sha256."""
    try:
        manifest = zlib.decompress(body)
    except zlib.error:
        manifest = b""
    if hashlib.sha256(manifest).hexdigest() != sha256:
        raise StorageDamaged(f"the stored content of {identifier} is damaged")
    return manifest


def _is_over(expires_at: int | None) -> bool:
    return expires_at is not None and expires_at <= time.time()


def _ended(which: sa.ColumnElement[bool]) -> sa.Update:
    change = sa.update(snippets).where(which)
    return change.values(body=None, gone="expired", gone_reason=EXPIRED)


class SnippetStore:
    """Snippets by id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shortest_id = database.settings.shortest_id
        insert = sqlite.insert if database.is_sqlite else postgresql.insert
        # Compiled once by SQLAlchemy's cache; "nothing" covers both an equal content and a clash.
        self._insert = (
            insert(snippets)
            .on_conflict_do_nothing()
            .returning(snippets.c.sha256, snippets.c.delete_token_sha256)
        )
        self._commits = GroupCommit(self._insert_all)

    async def _insert_all(self, rows: list[Row]) -> set[Fresh]:
        async def insert(connection: AsyncConnection) -> set[Fresh]:
            found = await connection.execute(self._insert, rows)
            return {(bytes(digest), bytes(token)) for digest, token in found}

        return await self._database.write(insert)

    async def add(
        self,
        body: bytes,
        parent: str | None,
        created_by: str,
        *,
        token: str | None = None,
        expires_at: int | None = None,
    ) -> Added:
        """Store a canonical manifest, or find the row that has it already.

        Whoever brings a token of their own can ask again after a lost answer, and has it confirmed.
        """
        digest = hashlib.sha256(body).digest()
        name = full_name(digest.hex())
        token = token or secrets.token_urlsafe(24)
        row: Row = {
            "sha256": digest,
            "body": zlib.compress(body, 6),
            "parent": parent,
            "created_at": int(time.time()),
            "created_by": created_by,
            "delete_token_sha256": hashlib.sha256(token.encode()).digest(),
            "expires_at": expires_at,
        }
        length = self._shortest_id
        while length <= FULL_LENGTH:
            row["id"] = name[:length]
            if await self._commits.add(row):
                return Added(name[:length], digest.hex(), True, token, expires_at)
            known = await self._by_digest(digest)
            if known is None:
                length += 1  # another content has this id: one letter more
                continue
            # An id of fewer letters, as ids once were, is found under a longer one too.
            identifier = name[: max(len(known.id), self._shortest_id)]
            if known.gone == "taken down":
                reason = known.gone_reason or ""
                return Added(identifier, digest.hex(), False, taken_down=reason)
            if known.gone or _is_over(known.expires_at):
                if await self._revive(row):
                    return Added(identifier, digest.hex(), True, token, expires_at)
                continue  # somebody else was quicker: it stands again, and the token is theirs
            if bytes(known.delete_token_sha256 or b"") == row["delete_token_sha256"]:
                # An earlier try was stored, and its answer was lost.
                return Added(identifier, digest.hex(), True, token, known.expires_at)
            await self._keep_longer(row, known.expires_at)
            return Added(identifier, digest.hex(), False)
        raise AssertionError("a sha256 has one name")

    async def _keep_longer(self, row: Row, before: int | None) -> None:
        """Let a row stand for as long as any who stored it wants it to."""
        after = row["expires_at"]
        if before is None or (after is not None and after <= before):
            return
        change = (
            sa.update(snippets)
            .where(snippets.c.sha256 == row["sha256"], snippets.c.gone.is_(None))
            .values(expires_at=after)
        )
        if after is not None:  # another may have asked for longer since it was read
            change = change.where(snippets.c.expires_at < after)
        await self._change(change)

    async def _by_digest(self, digest: bytes) -> Any:
        columns = snippets.c
        query = sa.select(
            columns.id,
            columns.delete_token_sha256,
            columns.gone,
            columns.gone_reason,
            columns.expires_at,
        ).where(columns.sha256 == digest)

        async def ask(
            connection: AsyncConnection,
        ) -> Any:
            return (await connection.execute(query)).first()

        return await self._database.read(ask)

    async def _revive(self, row: Row) -> bool:
        """Let withdrawn or expired content stand again; False where another did so first."""
        fresh = ("body", "created_at", "created_by", "delete_token_sha256", "expires_at")
        over = sa.or_(
            snippets.c.gone.in_(("withdrawn", "expired")), snippets.c.expires_at <= time.time()
        )
        change = (
            sa.update(snippets)
            .where(snippets.c.sha256 == row["sha256"], over)
            .where(sa.or_(snippets.c.gone.is_(None), snippets.c.gone != "taken down"))
            .values(gone=None, gone_reason=None, **{key: row[key] for key in fresh})
        )
        return await self._change(change) > 0

    async def _change(self, change: sa.Update) -> int:
        """How many rows a repeatable statement changed."""

        async def update(connection: AsyncConnection) -> int:
            return (await connection.execute(change)).rowcount

        return await self._database.write(update)

    async def get(self, identifier: str) -> Stored | None:
        """The row of an id, of any longer name of it, or of a sha256; None for what never was.

        Raises StorageDamaged where the bytes are not those that the id names.
        """
        row = await self._row_of(identifier)
        if row is None:
            return None
        digest = bytes(row.sha256).hex()
        if row.gone is None and _is_over(row.expires_at):
            as_read = sa.and_(
                snippets.c.sha256 == row.sha256,
                snippets.c.gone.is_(None),
                snippets.c.expires_at == row.expires_at,
            )
            if not await self._change(_ended(as_read)):
                return await self.get(identifier)  # meanwhile somebody let it stand longer
            return Stored(identifier, digest, None, "expired", EXPIRED)
        if row.body is None:
            return Stored(identifier, digest, None, row.gone, row.gone_reason)
        return Stored(identifier, digest, unpacked(row.body, digest, row.id))

    async def get_any(self, identifier: str) -> str | None:
        """The id under which a name's row stands, whatever its content is; None for none."""
        row = await self._row_of(identifier)
        return None if row is None else str(row.id)

    async def _row_of(self, identifier: str) -> Any:
        if not is_plausible(identifier):
            return None
        columns = snippets.c
        query = sa.select(
            *(columns.id, columns.sha256, columns.body),
            *(columns.gone, columns.gone_reason, columns.expires_at),
        )
        is_digest = len(identifier) == 64
        one = columns.sha256 == bytes.fromhex(identifier) if is_digest else columns.id == identifier

        async def ask(connection: AsyncConnection) -> Any:
            row = (await connection.execute(query.where(one))).first()
            shortest = min(self._shortest_id, SHORTEST_ID)
            if row is not None or is_digest or len(identifier) <= shortest:
                return row
            shorter = [identifier[:length] for length in range(shortest, len(identifier))]
            for row in await connection.execute(query.where(columns.id.in_(shorter))):
                if full_name(bytes(row.sha256).hex()).startswith(identifier):
                    return row
            return None

        return await self._database.read(ask)

    async def withdraw(self, identifier: str, token: str) -> bool:
        """Remove the content on its author's word; False where the token is not this row's."""
        own = await self._own(identifier, token)
        if own is None:
            return False
        change = (
            sa.update(snippets)
            .where(own, snippets.c.gone.is_(None))
            .values(body=None, gone="withdrawn", gone_reason="withdrawn by its author")
        )
        if await self._change(change):
            return True
        # Repeating a withdrawal is not an error: the first answer may have been lost.
        return await self._is_there(sa.and_(own, snippets.c.gone == "withdrawn"))

    async def keep_until(self, identifier: str, token: str, end: int | None) -> Stored | None:
        """Let a snippet stand until then on its author's word; the row, which may be gone.

        `end` is in seconds since 1970, None for never. None where the token is not this row's.
        """
        own = await self._own(identifier, token)
        if own is None:
            return None
        stands = sa.or_(snippets.c.expires_at.is_(None), snippets.c.expires_at > int(time.time()))
        change = (
            sa.update(snippets).where(own, snippets.c.gone.is_(None), stands).values(expires_at=end)
        )
        if not await self._change(change) and not await self._is_there(own):
            return None
        return await self.get(identifier)

    async def _own(self, identifier: str, token: str) -> sa.ColumnElement[bool] | None:
        """What is true of a name's row, and only if the token is its own; None without a row."""
        row = await self._row_of(identifier)
        if row is None:
            return None
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        return sa.and_(snippets.c.id == row.id, snippets.c.delete_token_sha256 == digest)

    async def _is_there(self, which: sa.ColumnElement[bool]) -> bool:
        query = sa.select(snippets.c.id).where(which)

        async def ask(connection: AsyncConnection) -> bool:
            return (await connection.execute(query)).first() is not None

        return await self._database.read(ask)

    async def take_down(self, identifier: str, reason: str) -> bool:
        """Remove the content for good: the sha256 stays, so that it cannot come back."""
        row = await self._row_of(identifier)
        if row is None:
            return False
        change = (
            sa.update(snippets)
            .where(snippets.c.id == row.id)
            .values(body=None, gone="taken down", gone_reason=reason[:500])
        )
        return await self._change(change) > 0

    async def end_expired(self) -> int:
        """Remove the content of every snippet whose time is over; how many."""
        is_over = snippets.c.expires_at <= int(time.time())
        return await self._change(_ended(sa.and_(is_over, snippets.c.gone.is_(None))))

    async def count(self) -> int:
        """How many snippets stand."""
        query = sa.select(sa.func.count()).select_from(snippets).where(snippets.c.gone.is_(None))

        async def ask(connection: AsyncConnection) -> int:
            return int(await connection.scalar(query) or 0)

        return await self._database.read(ask)
