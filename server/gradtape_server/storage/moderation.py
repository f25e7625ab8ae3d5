"""Finding snippets by who stored them, when, and what they say; for operators alone."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import sqlalchemy as sa

from gradtape_server.storage.database import Database
from gradtape_server.storage.tables import snippets


@dataclass(frozen=True)
class Wanted:
    """Which snippets are looked for; None: any."""

    client: str | None = None  # as `created_by` names it
    since: int | None = None
    until: int | None = None
    text: str | None = None  # in the title or in the code, in any case
    most: int | None = None


@dataclass(frozen=True)
class Found:
    """One snippet, as an operator sees it."""

    id: str
    created_at: int
    created_by: str
    bytes: int
    title: str
    gone: str | None


async def find(database: Database, wanted: Wanted) -> AsyncIterator[Found]:
    """The snippets that are looked for, the newest first."""
    columns = snippets.c
    query = sa.select(snippets).order_by(columns.created_at.desc(), columns.id)
    if wanted.client is not None:
        query = query.where(columns.created_by == wanted.client)
    if wanted.since is not None:
        query = query.where(columns.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.created_at < wanted.until)
    count = 0
    # Row by row, which PostgreSQL does inside a transaction alone.
    level = "AUTOCOMMIT" if database.is_sqlite else "READ COMMITTED"
    engine = database.engine.execution_options(isolation_level=level)
    async with engine.connect() as connection:
        async for row in await connection.stream(query):
            title, code = _read(row.body)
            if wanted.text is not None and wanted.text.casefold() not in (title + code).casefold():
                continue
            size = len(row.body or b"")
            yield Found(row.id, row.created_at, row.created_by, size, title, row.gone)
            count += 1
            if count == wanted.most:
                return


def _read(body: bytes | None) -> tuple[str, str]:
    if body is None:
        return "", ""
    try:
        manifest = json.loads(zlib.decompress(body))
    except (ValueError, zlib.error):  # `check` says so
        return "(damaged)", ""
    code = manifest["code"]
    return manifest.get("title", ""), code if isinstance(code, str) else "\n".join(code.values())
