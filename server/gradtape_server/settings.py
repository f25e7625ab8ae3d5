"""Everything that can be set, with its default: by environment variable `GRADTAPE_<NAME>` or flag.

Nothing needs to be set. The defaults are one process, one SQLite file and limits for a small
public server.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gradtape.snippet.identity import FULL_LENGTH, ID_LENGTH
from gradtape.snippet.schema import LARGEST_MANIFEST

MEBIBYTE = 1024 * 1024
# What operators' machines ask; answered whoever else is there, and however much they ask for.
HEALTH_PATHS = frozenset({"/healthz", "/readyz", "/readyz/reads"})


def default_data_dir() -> Path:
    """Where this user's programs keep their data."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "gradtape"


Rate = Annotated[int, Field(ge=0, le=100_000_000)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Size = Annotated[int, Field(ge=0)]


# Read by other parts than the server, so not misspelt.
NOT_SETTINGS = frozenset({"GRADTAPE_GPU_ADAPTER", "GRADTAPE_PAGE", "GRADTAPE_PEERS"})


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
    security_contact: str | None = None  # in /.well-known/security.txt; mailto:, https: or tel:
    metrics_token: str | None = None  # whoever reads /metrics shows it; None: no /metrics

    # Limits; 0 lifts a rate. A bucket holds one minute's worth.
    creates_per_minute: Rate = 30  # per client
    creates_per_minute_in_all: Rate = 1200
    reads_per_minute: Rate = 6000  # per client and process
    renders_per_minute: Rate = 60  # previews drawn, per client
    pages_per_minute: Rate = 300  # pages and exports written anew, per client and process
    # More than a manifest may have: JSON need not be canonical when it comes.
    most_body_bytes: Annotated[int, Field(ge=1024, le=16 * MEBIBYTE)] = LARGEST_MANIFEST + 65_536
    body_seconds: Seconds = 15.0  # in which a request's body has to be there
    header_seconds: Seconds = 10.0  # in which a request's head has to be there
    most_header_bytes: Annotated[int, Field(ge=1024, le=MEBIBYTE)] = 16 * 1024
    write_seconds: Seconds = 30.0  # in which a client has to take 64 KiB of its answer, or the rest
    answer_seconds: Seconds = 600.0  # in which a request has to be answered to its end
    most_connections: Annotated[int, Field(ge=1, le=1_000_000)] = 1000  # per process
    # Per process; 0: no limit. Those of a proxy that is believed do not count.
    most_connections_per_client: Annotated[int, Field(ge=0)] = 100
    # Between saying "not ready" and stopping.
    drain_seconds: Annotated[float, Field(ge=0, le=600)] = 2.0
    quota_bytes: Size = 20_000 * MEBIBYTE  # of the whole database
    least_free_bytes: Size = 200 * MEBIBYTE  # on the disk that holds SQLite's file
    cache_bytes: Size = 64 * MEBIBYTE  # of snippets kept in memory, per process
    rendered_bytes: Size = 64 * MEBIBYTE  # of pages and exports kept in memory, per process
    # After how long a take-down is seen by every process.
    cache_seconds: Annotated[float, Field(ge=0, le=3600)] = 10.0

    # Privacy: client addresses leave memory only as truncated, salted hashes. None: the salt that
    # was made with the database, so that an operator can tell what came from one network.
    address_salt: str | None = None

    shortest_id: Annotated[int, Field(ge=1, le=FULL_LENGTH)] = ID_LENGTH
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
        if re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+/[^/?#].*", value):
            raise ValueError(
                f"got {value!r}; the page's files and its sandbox stand at the root of a host, so "
                "it needs a host name of its own, like https://gradients.host"
            )
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+/?", value):
            raise ValueError(f"got {value!r}; must be like https://host or http://host:port")
        return value.rstrip("/").lower()

    @field_validator("metrics_token", "address_salt", "purge_command", "security_contact")
    @classmethod
    def _none_is_empty(cls, value: str | None) -> str | None:
        """Nothing, as a file of variables says it; an empty token would let everybody in."""
        return value or None

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: str | None) -> str | None:
        if value is not None and len(value) < 16:
            raise ValueError("must have at least 16 characters, so that nobody guesses it")
        return value

    @field_validator("security_contact")
    @classmethod
    def _contact(cls, value: str | None) -> str | None:
        """An address as RFC 9116 wants it, on one line of its own."""
        if value is not None and not re.fullmatch(r"(mailto:|https://|tel:)[!-~]+", value):
            raise ValueError(f"got {value!r}; must begin with mailto:, https:// or tel:")
        return value

    @model_validator(mode="after")
    def _page_of_the_sandbox(self) -> Self:
        """The sandbox says which page may frame it, so on its own origin it has to know."""
        if self.sandbox_origin and not self.public_url:
            raise ValueError("sandbox_origin is set; set public_url too, the page's own address")
        if self.sandbox_origin and self.sandbox_origin == self.public_url:
            raise ValueError("sandbox_origin is the public_url; it must be another host")
        if self.purge_command and not self.public_url:
            raise ValueError("purge_command is set; set public_url too, which caches know it by")
        return self

    @classmethod
    def misspelt(cls) -> list[str]:
        """What is wrong with the names of environment variables that look like settings."""
        known = {f"GRADTAPE_{name.upper()}" for name in cls.model_fields}
        wrong = []
        for name in sorted(os.environ):
            if name.startswith("GRADTAPE_") and name not in known and name not in NOT_SETTINGS:
                near = difflib.get_close_matches(name, known, 1)
                instead = f"; is {near[0]} meant?" if near else ""
                wrong.append(f"{name} is no setting{instead}")
        return wrong

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
