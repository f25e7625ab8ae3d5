"""Everything that can be set, with its default: by environment variable `GRADTAPE_<NAME>` or flag.

Nothing needs to be set. The defaults are one process, one SQLite file and limits for a small
public server.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gradtape.snippet.identity import ID_LENGTH
from gradtape.snippet.schema import LARGEST_MANIFEST

MEBIBYTE = 1024 * 1024
# What operators' machines ask; answered whoever else is there, and however much they ask for.
HEALTH_PATHS = frozenset({"/healthz", "/readyz", "/readyz/reads"})


def default_data_dir() -> Path:
    """Where this user's programs keep their data."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "gradtape"


class Settings(BaseSettings):
    """The settings of one server process."""

    model_config = SettingsConfigDict(env_prefix="GRADTAPE_", extra="ignore")

    # Where things are kept
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str | None = None  # postgresql://user@host/name; None: SQLite in data_dir
    redis_url: str | None = None  # redis://host:port/0; None: rate limits in this process
    page_dir: Path | None = None  # the built page; None: the one in the wheel or the work tree

    # How it is reached from outside
    public_url: str | None = None  # https://host, in links and previews; None: the request's host
    sandbox_origin: str | None = None  # a second origin that serves only /sandbox/
    purge_command: str | None = None  # a program that is told which addresses are gone
    metrics_token: str | None = None  # whoever reads /metrics shows it; None: no /metrics

    # Limits; 0 lifts a rate. A bucket holds one minute's worth.
    creates_per_minute: int = 30  # per client
    creates_per_minute_in_all: int = 1200
    reads_per_minute: int = 6000  # per client and process
    renders_per_minute: int = 60  # previews drawn, per client
    pages_per_minute: int = 300  # pages and exports written anew, per client and process
    most_body_bytes: int = LARGEST_MANIFEST + 64 * 1024  # JSON need not be canonical when it comes
    body_seconds: float = 15.0  # in which a request's body has to be there
    header_seconds: float = 10.0  # in which a request's head has to be there
    most_header_bytes: int = 16 * 1024
    write_seconds: float = 30.0  # in which a client has to take 64 KiB of its answer, or the rest
    answer_seconds: float = 600.0  # in which a request has to be answered to its end
    most_connections: int = 1000  # per process
    most_connections_per_client: int = 100  # per process; 0: no limit. A proxy's own do not count
    drain_seconds: float = 2.0  # between saying "not ready" and stopping
    quota_bytes: int = 20_000 * MEBIBYTE  # of the whole database
    least_free_bytes: int = 200 * MEBIBYTE  # on the disk that holds SQLite's file
    cache_bytes: int = 64 * MEBIBYTE  # of snippets kept in memory, per process
    rendered_bytes: int = 64 * MEBIBYTE  # of pages and exports kept in memory, per process
    cache_seconds: float = 10.0  # after which a take-down is seen by every process

    # Privacy: client addresses leave memory only as truncated, salted hashes. None: the salt that
    # was made with the database, so that an operator can tell what came from one network.
    address_salt: str | None = None

    shortest_id: int = ID_LENGTH
    log_requests: bool = False

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        """The address of a database that this server can use."""
        if value is None or value == "":
            return None
        if not value.startswith(("postgresql://", "postgres://", "sqlite:///")):
            raise ValueError(
                f"got {value.partition(':')[0]!r}; must be like postgresql://user@host/name, or "
                "sqlite:///path; leave it out for SQLite in the data folder"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str | None) -> str | None:
        """The address of a Redis."""
        if value is None or value == "":
            return None
        if not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must be like redis://host:6379/0")
        return value

    @field_validator("public_url", "sandbox_origin")
    @classmethod
    def _bare_origin(cls, value: str | None) -> str | None:
        """An origin, without a path; it is written into headers, so nothing else may pass."""
        if value is None or value == "":
            return None
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+/?", value):
            raise ValueError(f"got {value!r}; must be like https://host or http://host:port")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _page_of_the_sandbox(self) -> Self:
        """The sandbox says which page may frame it, so on its own origin it has to know."""
        if self.sandbox_origin and not self.public_url:
            raise ValueError("sandbox_origin is set; set public_url too, the page's own address")
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address with the asynchronous driver's name in it."""
        url = self.database_url
        if url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'snippets.sqlite3'}"
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+asyncpg://" + url.removeprefix(plain)
        if url.startswith("sqlite:///"):
            return "sqlite+aiosqlite:///" + url.removeprefix("sqlite:///")
        return url

    @property
    def sqlite_path(self) -> Path | None:
        """The file of an SQLite database; None for another kind."""
        path = self.sqlalchemy_url.partition("sqlite+aiosqlite:///")[2]
        return Path(path) if path else None
