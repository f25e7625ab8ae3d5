"""Whether every row holds what its id names, and giving room back that became free."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gradtape.snippet.identity import full_name
from gradtape.snippet.wheels import BadWheel, describe
from gradtape_server.storage.database import Database
from gradtape_server.storage.snippets import unpacked
from gradtape_server.storage.tables import engines, snippets
from gradtape_server.storage.troubles import StorageDamaged

AT_ONCE = 500  # rows read with one question


@dataclass
class Checked:
    """How much was looked at, and what is wrong with it."""

    snippets: int = 0
    gone: int = 0
    engines: int = 0
    wrong: list[str] = field(default_factory=list)


async def check(database: Database) -> Checked:
    """Hold every snippet and every engine against its sha256, also while servers run."""
    found = Checked()
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            verdict = (await connection.execute(sa.text("PRAGMA integrity_check(10)"))).scalars()
            found.wrong += [f"the file: {line}" for line in verdict if line != "ok"]
        await _check_snippets(connection, found)
        await _check_engines(connection, found)
    return found


async def _check_snippets(connection: AsyncConnection, found: Checked) -> None:
    columns, last = snippets.c, ""
    query = sa.select(columns.id, columns.sha256, columns.body).order_by(columns.id).limit(AT_ONCE)
    while True:
        rows = (await connection.execute(query.where(columns.id > last))).all()
        for row in rows:
            digest = bytes(row.sha256).hex()
            if len(row.sha256) != 32 or not full_name(digest).startswith(row.id):
                found.wrong.append(f"snippet {row.id}: its id is not of its sha256 {digest}")
            if row.body is None:
                found.gone += 1
                continue
            found.snippets += 1
            try:
                unpacked(row.body, digest, row.id)
            except StorageDamaged:
                found.wrong.append(f"snippet {row.id}: its content has not the sha256 {digest}")
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


async def _check_engines(connection: AsyncConnection, found: Checked) -> None:
    names = (await connection.execute(sa.select(engines.c.wheel_sha256))).scalars().all()
    for name in names:
        query = sa.select(engines).where(engines.c.wheel_sha256 == name)
        row = (await connection.execute(query)).one()
        wheel = bytes(row.wheel)
        found.engines += 1
        if hashlib.sha256(wheel).hexdigest() != name:
            found.wrong.append(f"engine {name}: its wheel has another sha256")
            continue
        try:
            is_same = describe(row.filename, wheel).source_sha256 == row.source_sha256
        except BadWheel:
            is_same = False
        if not is_same:
            found.wrong.append(f"engine {name}: its sources are not those that are listed")


async def vacuum(database: Database) -> tuple[int, int]:
    """Give back to the disk what is free inside the database; its bytes before and after."""
    before = await _size(database)
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            # The log first: pages of what was taken down may still stand in it.
            await connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
            await connection.execute(sa.text("VACUUM"))
            await connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            await connection.execute(sa.text("VACUUM snippets"))
    return before, await _size(database)


async def _size(database: Database) -> int:
    if database.path is not None:
        return database.path.stat().st_size
    return await database.used_bytes()


async def truncate_log(database: Database) -> None:
    """Write SQLite's log over, so that what was taken down does not stand in it."""
    if database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
