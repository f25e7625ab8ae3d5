"""Copying an SQLite database while servers use it, and putting a copy back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gradtape_server.storage.occupancy import unoccupied


class BadBackup(ValueError):
    """The file is not a whole database of snippets."""


def check(path: Path) -> int:
    """How many snippets a database file holds. Raises BadBackup unless it is sound."""
    if not path.is_file():
        raise BadBackup(f"{path} is not a file")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BadBackup(f"{path} is damaged: {verdict}")
            return int(database.execute("SELECT count(*) FROM snippets").fetchone()[0])
    except sqlite3.Error as error:
        raise BadBackup(f"{path} is not a database of snippets: {error}") from None


def backup(source: Path, target: Path) -> int:
    """Copy the database to a new file that appears only when it is whole; how many snippets."""
    if target.exists():
        raise FileExistsError(f"{target} exists; choose another name or move it away")
    if not source.is_file():
        raise FileNotFoundError(f"there is no database at {source}")
    with _partial(target) as partial:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        count = check(partial)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    return count


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A name beside the target for a file that is not whole yet, and is gone if it never is."""
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        yield partial
    except sqlite3.Error as error:
        raise BadBackup(f"cannot write {target}: {error}") from None
    finally:
        partial.unlink(missing_ok=True)


def restore(source: Path, target: Path) -> int:
    """Put a copy in the database's place; how many snippets. Servers must be stopped."""
    count = check(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with unoccupied(target) as is_free, _partial(target) as partial:
        if not is_free:
            raise BadBackup(f"a server uses {target}; stop it first, or its writes would be lost")
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(partial)) as fresh:
            copy.backup(fresh)
        # The old write-ahead log belongs to the old file and would be replayed into the new one.
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        partial.replace(target)
    return count
