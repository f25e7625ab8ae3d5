"""`gradtape serve` and `gradtape admin`, as the command line calls them."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gradtape.cli import Refused
from gradtape.snippet.identity import ID_PATTERN
from gradtape.snippet.wheels import BadWheel, engine_in
from gradtape_server.running.serve import CannotListen, bound
from gradtape_server.running.serve import serve as serve_until_stopped
from gradtape_server.settings import Settings
from gradtape_server.storage import backup as copies
from gradtape_server.storage.database import Database
from gradtape_server.storage.engines import EngineStore
from gradtape_server.storage.opening import Unusable, explained, prepare
from gradtape_server.storage.schema_version import current, migrate, newest, revisions
from gradtape_server.storage.snippets import SnippetStore

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
    if arguments.workers < 1:
        raise Refused(f"got --workers {arguments.workers}; must be at least 1")
    try:
        sockets = bound(arguments.host, arguments.port)
        # Once before any process starts, so that what is wrong is said once and in words.
        asyncio.run(prepare(settings))
    except (CannotListen, Unusable) as error:
        raise Refused(str(error)) from None
    return serve_until_stopped(settings, sockets, arguments.workers, arguments.forwarded_allow_ips)


def admin(arguments: argparse.Namespace) -> int:
    """One administrative action."""
    settings = settings_of(arguments)
    try:
        if arguments.action in ("backup", "restore"):
            answer = _copy(arguments, settings)
        else:
            with explained(settings):
                work = _with_database(settings, _ACTIONS[arguments.action], arguments)
                answer = asyncio.run(work)
    except (BadWheel, copies.BadBackup, Unusable, OSError) as error:
        raise Refused(str(error)) from None
    if arguments.json:
        print(json.dumps(answer))
    else:
        for name, value in answer.items():
            print(f"{name}: {value}")
    return 0


def _copy(arguments: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    database = settings.sqlite_path
    if database is None:
        raise Refused("the database is PostgreSQL; copy it with pg_dump and pg_restore")
    if arguments.action == "backup":
        count = copies.backup(database, Path(arguments.file))
    else:
        count = copies.restore(Path(arguments.file), database)
    return {"action": arguments.action, "file": arguments.file, "snippets": count}


async def _with_database(
    settings: Settings,
    action: Callable[[Database, argparse.Namespace], Awaitable[dict[str, Any]]],
    arguments: argparse.Namespace,
) -> dict[str, Any]:
    path = settings.sqlite_path
    if arguments.action in ("status", "takedown") and path is not None and not path.is_file():
        raise Refused(
            f"there is no database at {path}; --data-dir (GRADTAPE_DATA_DIR) names its folder, and "
            "gradtape serve makes one"
        )
    database = Database(settings)
    try:
        if arguments.action not in ("migrate", "status"):
            await migrate(database)
        return await action(database, arguments)
    finally:
        await database.close()


async def _takedown(database: Database, arguments: argparse.Namespace) -> dict[str, Any]:
    if ID_PATTERN.fullmatch(arguments.id) is None:
        raise Refused(f"got {arguments.id!r}; an id is the letters after /s/ in a link")
    if not await SnippetStore(database).take_down(arguments.id, arguments.reason):
        raise Refused(f"there is no snippet {arguments.id} in this database")
    return {"taken down": arguments.id, "reason": arguments.reason}


async def _add_engine(database: Database, arguments: argparse.Namespace) -> dict[str, Any]:
    path = Path(arguments.file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    name, wheel = engine_in(path.name, content)
    engine, added = await EngineStore(database).add(name, wheel)
    return {"version": engine.version, "wheel_sha256": engine.wheel_sha256, "new": added}


async def _migrate(database: Database, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.revision not in (known := ["head", *revisions(), "base"]):
        raise Refused(f"got revision {arguments.revision!r}; must be one of {', '.join(known)}")
    before = await current(database)
    await migrate(database, arguments.revision)
    return {"before": before, "now": await current(database)}


async def _status(database: Database, _arguments: argparse.Namespace) -> dict[str, Any]:
    revision = await current(database)
    answer: dict[str, Any] = {"revision": revision, "newest": newest()}
    if revision is not None:
        answer["snippets"] = await SnippetStore(database).count()
        answer["bytes"] = await database.used_bytes()
    return answer


_ACTIONS = {
    "takedown": _takedown,
    "add-engine": _add_engine,
    "migrate": _migrate,
    "status": _status,
}
