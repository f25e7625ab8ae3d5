"""`gradtape serve` and `gradtape admin`, as the command line calls them."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gradtape.cli import Refused
from gradtape.cli.terminal import safe
from gradtape.snippet.wheels import BadWheel
from gradtape_server.running.admin import ACTIONS, OF_FILES
from gradtape_server.running.serve import CannotListen, bound, bound_file
from gradtape_server.running.serve import serve as serve_until_stopped
from gradtape_server.settings import Settings
from gradtape_server.storage.backup import BadBackup
from gradtape_server.storage.database import Database
from gradtape_server.storage.opening import Unusable, explained, prepare
from gradtape_server.storage.schema_version import migrate

_FLAGS = {
    "data_dir": "data_dir",
    "database": "database_url",
    "redis": "redis_url",
    "public_url": "public_url",
    "sandbox_origin": "sandbox_origin",
}


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings: flags before environment variables before defaults."""
    given = {
        name: value
        for flag, name in _FLAGS.items()
        if (value := getattr(arguments, flag, None)) is not None
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = "; ".join(map(_told, error.errors()))
        raise Refused(f"a setting is not valid: {lines}") from None


def _told(problem: Any) -> str:
    """What is wrong with a setting, and where it was set."""
    message = problem["msg"].removeprefix("Value error, ")
    name = ".".join(map(str, problem["loc"]))
    return f"{name} (GRADTAPE_{name.upper()}): {message}" if name else message


def serve(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    settings = settings_of(arguments)
    if wrong := Settings.misspelt():
        raise Refused("; ".join(wrong))
    if arguments.workers < 1:
        raise Refused(f"got --workers {arguments.workers}; must be at least 1")
    try:
        sockets = (
            [bound_file(Path(arguments.uds))]
            if arguments.uds
            else bound(arguments.host, arguments.port)
        )
        # Once before any process starts, so that what is wrong is said once and in words.
        asyncio.run(prepare(settings))
    except (CannotListen, Unusable) as error:
        raise Refused(str(error)) from None
    settings = _shared_out(settings, arguments.workers)
    # Who reaches a socket file is this machine's own proxy.
    proxies = "*" if arguments.uds else arguments.forwarded_allow_ips
    return serve_until_stopped(settings, sockets, arguments.workers, proxies)


def _shared_out(settings: Settings, workers: int) -> Settings:
    """The settings of each process: without Redis each counts for itself, so it gets a share."""
    if workers == 1 or settings.redis_url is not None:
        return settings
    print(
        f"gradtape: without --redis each of the {workers} processes counts for itself, so each "
        "allows its share of the limits on creates; with it they count together",
        file=sys.stderr,
        flush=True,
    )
    names = ("creates_per_minute", "creates_per_minute_in_all", "renders_per_minute")
    shares = {name: -(-getattr(settings, name) // workers) for name in names}
    return settings.model_copy(update=shares)


def admin(arguments: argparse.Namespace) -> int:
    """One administrative action; 1 where it found something wrong."""
    settings = settings_of(arguments)
    arguments.failed = False
    try:
        if arguments.action in OF_FILES:
            path = settings.sqlite_path
            if path is None:
                raise Refused("the database is PostgreSQL; copy it with pg_dump and pg_restore")
            answer = OF_FILES[arguments.action](arguments, path)
        else:
            with explained(settings):
                answer = asyncio.run(_with_database(settings, arguments))
    except (BadWheel, BadBackup, Unusable, OSError) as error:
        raise Refused(str(error)) from None
    if arguments.json:
        print(json.dumps(answer))
    else:
        for name, value in answer.items():
            print(safe(f"{name}: {value}"))
    return int(arguments.failed)


async def _with_database(settings: Settings, arguments: argparse.Namespace) -> dict[str, Any]:
    path, action = settings.sqlite_path, arguments.action
    makes_one = action in ("migrate", "add-engine")
    if not makes_one and path is not None and not path.is_file():
        raise Refused(
            f"there is no database at {path}; --data-dir (GRADTAPE_DATA_DIR) names its folder, and "
            "gradtape serve makes one"
        )
    database = Database(settings)
    try:
        database.make_file()
        if action not in ("migrate", "status"):
            await migrate(database)
        return await ACTIONS[action](database, arguments)
    finally:
        await database.close()
