"""Why a database cannot be used, in words for whoever starts a server or a command."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from asyncpg.exceptions import PostgresError  # type: ignore[import-untyped]

from gradtape_server.settings import Settings
from gradtape_server.storage.database import Database
from gradtape_server.storage.schema_version import migrate
from gradtape_server.storage.troubles import StorageBroken, StorageFull, StorageUnavailable


class Unusable(Exception):
    """The database cannot be used; the message names it, the reason and what to look at."""


@contextlib.contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """A block that uses the database; what the driver raises in it becomes Unusable."""
    url = sa.make_url(settings.sqlalchemy_url)
    try:
        yield
    except (CommandError, RevisionError) as error:
        raise Unusable(
            f"the tables in {_shown(url)} are not known to this version: {error}. A newer gradtape "
            "made them: install that one, or restore a backup"
        ) from error
    except (
        *(OSError, sa.exc.SQLAlchemyError, PostgresError),
        *(StorageUnavailable, StorageFull, StorageBroken),
    ) as error:
        reason = getattr(error, "orig", None) or error.__cause__ or error
        if url.get_backend_name() == "sqlite":
            where, advice = "the folder (--data-dir, GRADTAPE_DATA_DIR)", "its rights and its room"
        else:
            where, advice = "the address (--database, GRADTAPE_DATABASE_URL)", "that it runs"
        raise Unusable(
            f"cannot use the database {_shown(url)}: {reason}; check {where} and {advice}"
        ) from error


def _shown(url: sa.URL) -> str:
    # As a person writes it: without the driver, and with the password hidden.
    plain = url.set(drivername=url.get_backend_name())
    return plain.render_as_string(hide_password=True)


async def prepare(settings: Settings) -> None:
    """Bring the database to this version's tables. Raises Unusable."""
    with explained(settings):
        database = Database(settings)
        try:
            await migrate(database)
        finally:
            await database.close()
