"""Bringing a database to this version's tables, by Alembic, once, however many servers start."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from gradtape_server.storage.database import Database

_LOCK = 7_402_315_508  # any number; PostgreSQL knows the lock by it


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The name of the newest revision."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None
    return head


def revisions() -> list[str]:
    """The names of all revisions, the newest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return [step.revision for step in script.walk_revisions()]


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade, or downgrade where the revision is an older one, in one transaction."""

    def change(connection: sa.Connection) -> None:
        if database.path is None:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        now = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(alembic_config())
        wanted = newest() if revision == "head" else revision
        if now == wanted:
            return
        older = [step.revision for step in script.iterate_revisions(now or "base", "base")]
        config = alembic_config(connection)
        if wanted == "base" or wanted in older:
            command.downgrade(config, wanted)
        else:
            command.upgrade(config, wanted)

    database.make_file()
    if database.path is not None:
        async with _alone_with(database.path), database.engine.connect() as connection:
            await connection.run_sync(change)
    else:
        careful = database.engine.execution_options(isolation_level="READ COMMITTED")
        async with careful.begin() as connection:
            await connection.run_sync(change)


@contextlib.asynccontextmanager
async def _alone_with(path: Path) -> AsyncIterator[None]:
    """A lock among all processes that open this SQLite file."""
    with path.with_suffix(".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.02)
        yield


async def current(database: Database) -> str | None:
    """The revision that the database is at; None for an empty one."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(
            lambda c: MigrationContext.configure(c).get_current_revision()
        )
