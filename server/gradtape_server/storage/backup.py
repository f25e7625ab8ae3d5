"""Copying an SQLite database while servers use it, and putting a copy back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gradtape_server.storage.occupancy import unoccupied
from gradtape_server.storage.schema_version import revisions


class BadBackup(ValueError):
    """The file is not a whole database of snippets."""


def check(path: Path) -> int:
    """How many snippets a database file holds. Raises BadBackup unless it is one, and is sound."""
    if not path.is_file():
        raise BadBackup(f"{path} is not a file")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BadBackup(f"{path} is damaged: {verdict}")
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            if revision not in revisions():
                raise BadBackup(f"{path} has the tables of another version, {revision}")
            names = {row[1] for row in database.execute("PRAGMA table_info(snippets)")}
            if missing := {"id", "sha256", "body", "gone", "delete_token_sha256"} - names:
                raise BadBackup(f"{path} is not a database of snippets: no {min(missing)}")
            return int(database.execute("SELECT count(*) FROM snippets").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise BadBackup(f"{path} is not a database of snippets: {error}") from None


def is_sound(path: Path) -> bool:
    """Whether a file is a whole database of snippets."""
    try:
        check(path)
    except BadBackup:
        return False
    return True


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
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600))  # its owner's alone
        yield partial
    except (sqlite3.Error, FileNotFoundError) as error:
        raise BadBackup(f"cannot write {target}: {error}") from None
    finally:
        partial.unlink(missing_ok=True)


def beside(target: Path, before: str) -> Path:
    """A name for what is kept of a database before something is done to it."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return target.with_name(f"{target.stem}.before-{before}-{now}{target.suffix}")


def restore(source: Path, target: Path) -> tuple[int, Path | None]:
    """Put a copy in the database's place; how many snippets, and where the old one is kept.

    What is gone stays gone: content that was withdrawn or taken down in the old database does not
    return with a copy that is older than its end. Servers must be stopped.
    """
    count = check(source)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = None
    with unoccupied(target) as is_free, _partial(target) as partial:
        if not is_free:
            raise BadBackup(f"a server uses {target}; stop it first, or its writes would be lost")
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(partial)) as fresh:
            copy.backup(fresh)
        if target.is_file():
            kept = beside(target, "restore")
            if is_sound(target):
                backup(target, kept)
                _carry_over(kept, partial)
            else:  # what is left of it, for whoever can read it
                shutil.copy2(target, kept)
        # The old write-ahead log belongs to the old file and would be replayed into the new one.
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        partial.replace(target)
    return count, kept


def _carry_over(old: Path, new: Path) -> None:
    """Let what is gone in the old database be gone in the new one, and who is blocked stay so."""
    with closing(sqlite3.connect(new)) as database:
        database.execute("PRAGMA secure_delete = ON")
        database.execute("ATTACH ? AS old", (str(old),))
        database.execute(
            "UPDATE snippets SET body = NULL, (gone, gone_reason) = "
            "(SELECT gone, gone_reason FROM old.snippets o WHERE o.sha256 = snippets.sha256) "
            "WHERE sha256 IN (SELECT sha256 FROM old.snippets WHERE gone IS NOT NULL)"
        )
        shared = "id, sha256, parent, created_at, created_by, gone, gone_reason"
        database.execute(
            f"INSERT OR IGNORE INTO snippets ({shared}) "
            f"SELECT {shared} FROM old.snippets WHERE gone = 'taken down'"
        )
        tables = {
            (schema, row[0])
            for schema in ("main", "old")
            for row in database.execute(f"SELECT name FROM {schema}.sqlite_master")
        }
        if {("main", "blocks"), ("old", "blocks")} <= tables:
            database.execute("INSERT OR IGNORE INTO blocks SELECT * FROM old.blocks")
        database.commit()
        database.execute("DETACH old")
