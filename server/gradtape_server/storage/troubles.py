"""What goes wrong under a store, told apart: each cause has its own words and its own log line."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from gradtape_server.telemetry import logs


class StorageUnavailable(Exception):
    """The database does not answer; try again in a few seconds."""


class StorageFull(Exception):
    """There is no room for another snippet: the disk or the quota is full."""


class StorageBroken(Exception):
    """The disk or the file under the database is at fault; an operator has to look at it."""


class StorageDamaged(Exception):
    """What is stored under an id is not what the id names; it is not shown to anybody."""


NO_ANSWER = "the database does not answer"
DISK_FULL = "the disk is full"
DISK_FAILS = "the server's disk fails"
READ_ONLY = "the server's disk can only be read"
DAMAGED = "the server's database is damaged"
GONE = "the server's database file is gone"

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: StorageFull(DISK_FULL),
    sqlite3.SQLITE_IOERR: StorageBroken(DISK_FAILS),
    sqlite3.SQLITE_READONLY: StorageBroken(READ_ONLY),
    sqlite3.SQLITE_CORRUPT: StorageBroken(DAMAGED),
    sqlite3.SQLITE_NOTADB: StorageBroken(DAMAGED),
    sqlite3.SQLITE_BUSY: StorageUnavailable("the database is busy"),
    sqlite3.SQLITE_LOCKED: StorageUnavailable("the database is busy"),
    sqlite3.SQLITE_CANTOPEN: StorageBroken("the server's database cannot be opened"),
}
# PostgreSQL's states for "going away", "starting", "too many clients", "lost": worth a retry.
_OF_POSTGRESQL = {
    "53100": StorageFull("the database's disk is full"),
    "57P": StorageUnavailable(NO_ANSWER),
    "08": StorageUnavailable(NO_ANSWER),
    "53300": StorageUnavailable("every connection to the database is busy"),
    "25006": StorageBroken("the database can only be read"),
    "XX001": StorageBroken(DAMAGED),
    "XX002": StorageBroken(DAMAGED),
    "58030": StorageBroken("the database's disk fails"),
}
_LOST = ("connection", "closed", "shutting down")


def kind_of(error: BaseException) -> Exception | None:
    """The trouble that a driver's error means; None for a mistake of ours."""
    # The driver's own errors come bare while it connects, and wrapped after that.
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(driver_error, "sqlite_errorcode", None)
    if code is not None:
        return _OF_SQLITE.get(code & 0xFF)  # the upper bits say more of the same
    state = getattr(driver_error, "sqlstate", None) or ""
    for beginning, trouble in _OF_POSTGRESQL.items():
        if state.startswith(beginning):
            return trouble
    if isinstance(error, (OSError, asyncio.TimeoutError)):
        return StorageUnavailable(NO_ANSWER)
    if isinstance(error, sa.exc.TimeoutError):
        return StorageUnavailable("every connection to the database is busy")
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return StorageUnavailable(NO_ANSWER)
    text = str(error).lower()
    if isinstance(error, DBAPIError) and any(word in text for word in _LOST):
        return StorageUnavailable(NO_ANSWER)
    return None


def name_of(error: BaseException) -> str:
    """What the database itself calls it, such as SQLITE_IOERR_FSYNC or 53100."""
    driver_error = getattr(error, "orig", None) or error
    named = getattr(driver_error, "sqlite_errorname", None)
    return str(named or getattr(driver_error, "sqlstate", None) or type(driver_error).__name__)


def probe(folder: Path) -> OSError | None:
    """What the system says when a little is written here to the disk, as SQLite would write it.

    SQLite says that the disk fails and keeps the system's reason to itself.
    """
    path = folder / f".probe-{os.getpid()}"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, b"gradtape")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)
    except OSError as error:
        return error
    return None


class TroubleLog:
    """Writes a trouble down when it begins and once a minute while it lasts."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._told: tuple[str, float] = ("", 0.0)

    def begins(self, trouble: Exception, error: BaseException) -> None:
        """Log what happened, with the system's own number for it where there is one."""
        words, now = str(trouble), time.monotonic()
        if self._told[0] == words and now - self._told[1] < 60:
            return
        self._told = (words, now)
        cause = None if self._path is None else probe(self._path.parent)
        number = getattr(cause, "errno", None) or getattr(error, "errno", None)
        logs.event(
            "storage trouble",
            logging.ERROR,
            trouble=words,
            database_says=name_of(error),
            errno=number,
            reason=os.strerror(number) if number else str(getattr(error, "orig", None) or error),
        )

    def ends(self) -> None:
        """Log that a write works again, where one did not."""
        if self._told[0]:
            logs.event("storage works again", after=self._told[0])
            self._told = ("", 0.0)
