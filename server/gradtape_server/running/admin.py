"""`gradtape admin`: looking after a server's data.

What cannot be undone is shown first and asked about, unless `--yes`; it is refused while a server
uses the database, and leaves a copy of what was there. Only a take-down is another matter: it is
made under running servers, and keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import re
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gradtape.cli import Refused
from gradtape.cli.terminal import safe
from gradtape.snippet.identity import ID_PATTERN
from gradtape.snippet.wheels import engine_in
from gradtape_server.http.clients import client_key
from gradtape_server.http.purging import purge
from gradtape_server.storage import backup as copies
from gradtape_server.storage import checking, moderation
from gradtape_server.storage.database import Database
from gradtape_server.storage.engines import EngineStore
from gradtape_server.storage.installation import InstallationStore
from gradtape_server.storage.occupancy import unoccupied
from gradtape_server.storage.schema_version import current, migrate, newest, revisions
from gradtape_server.storage.snippets import SnippetStore

Answer = dict[str, Any]


def agreed(arguments: argparse.Namespace, what: str) -> None:
    """Show what will be done, and ask. Raises Refused unless it is to be done."""
    print(safe(what), file=sys.stderr)
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Refused("nothing was changed: nobody is here to be asked; --yes agrees beforehand")
    print("Do it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused("nothing was changed")


def backup(arguments: argparse.Namespace, path: Path) -> Answer:
    """Copy the SQLite database to a new file."""
    count = copies.backup(path, Path(arguments.file))
    return {"action": "backup", "file": arguments.file, "snippets": count}


def restore(arguments: argparse.Namespace, path: Path) -> Answer:
    """Put a backup in the database's place."""
    source = Path(arguments.file)
    inside = copies.check(source)
    there = copies.check(path) if copies.is_sound(path) else 0
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with unoccupied(path) as is_free:
        if not is_free:
            raise copies.BadBackup(
                f"a server uses {path}; stop it first, or its writes would be lost"
            )
    words = [f"{path}: {there} snippets will be replaced by the {inside} of {source}."]
    if there > inside:
        words.append(f"That is {there - inside} fewer than there are now.")
    if path.is_file():
        words.append("What is there now is kept beside it; what was taken down stays so.")
    if path.is_file() and not copies.is_sound(path):
        words.append("What is there now is damaged, so nobody can tell what was taken down in it.")
    agreed(arguments, " ".join(words))
    count, kept = copies.restore(source, path)
    answer = {"action": "restore", "file": arguments.file, "snippets": count}
    return answer if kept is None else {**answer, "kept": str(kept)}


async def takedown(database: Database, arguments: argparse.Namespace) -> Answer:
    """Remove content for good: of the ids that are named, or of one client or time."""
    store = SnippetStore(database)
    if arguments.id:
        found = []
        for identifier in arguments.id:
            if ID_PATTERN.fullmatch(identifier) is None:
                raise Refused(f"got {identifier!r}; an id is the letters after /s/ in a link")
            if await store.get_any(identifier) is None:
                raise Refused(f"there is no snippet {identifier} in this database")
            found.append(identifier)
    else:
        wanted = await _wanted(database, arguments)
        if wanted == moderation.Wanted():
            raise Refused("say which: ids, or --network, --client, --since, --until, --text")
        rows = [row async for row in moderation.find(database, wanted) if row.gone is None]
        if not rows:
            raise Refused("nothing that stands is like that")
        shown = "\n".join(f"  {_line(row)}" for row in rows[:20])
        more = f"\n  and {len(rows) - 20} more" if len(rows) > 20 else ""
        agreed(arguments, f"{len(rows)} snippets will be removed for good:\n{shown}{more}")
        found = [row.id for row in rows]
    failed = 0
    for identifier in found:
        await store.take_down(identifier, arguments.reason)
        gone = await store.get(identifier)
        if gone is not None:
            failed += not await purge(database.settings, identifier, gone.sha256)
    await checking.truncate_log(database)
    answer: Answer = {"taken down": " ".join(found), "reason": arguments.reason}
    return {**answer, "purges that failed": failed} if failed else answer


async def listed(database: Database, arguments: argparse.Namespace) -> Answer:
    """Show snippets, the newest first."""
    wanted = await _wanted(database, arguments)
    rows = [row async for row in moderation.find(database, wanted)]
    if arguments.json:
        return {"snippets": [vars(row) for row in rows]}
    for row in rows:
        print(safe(_line(row)))
    return {"shown": len(rows)}


async def block(database: Database, arguments: argparse.Namespace) -> Answer:
    """Let a client store nothing from now on."""
    client = await _client(database, arguments)
    await InstallationStore(database).block(client, arguments.reason)
    return {"blocked": client, "reason": arguments.reason}


async def unblock(database: Database, arguments: argparse.Namespace) -> Answer:
    """Let it store again."""
    client = await _client(database, arguments)
    if not await InstallationStore(database).unblock(client):
        raise Refused(f"{client} is not blocked; gradtape admin blocks lists who is")
    return {"unblocked": client}


async def blocks(database: Database, _arguments: argparse.Namespace) -> Answer:
    """Who is blocked, and why."""
    return dict(await InstallationStore(database).blocked())


async def check(database: Database, arguments: argparse.Namespace) -> Answer:
    """Hold every row against its sha256."""
    found = await checking.check(database)
    answer: Answer = vars(found).copy()
    arguments.failed = bool(found.wrong)
    if not arguments.json:
        answer["wrong"] = len(found.wrong)
        for line in found.wrong:
            print(safe(line))
    return answer


async def vacuum(database: Database, _arguments: argparse.Namespace) -> Answer:
    """Remove what has expired, and give room back to the disk."""
    ended = await SnippetStore(database).end_expired()
    before, after = await checking.vacuum(database)
    return {"expired": ended, "bytes before": before, "bytes now": after}


async def add_engine(database: Database, arguments: argparse.Namespace) -> Answer:
    """Publish an engine's wheel."""
    path = Path(arguments.file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    name, wheel = engine_in(path.name, content)
    engine, added = await EngineStore(database).add(name, wheel)
    return {"version": engine.version, "wheel_sha256": engine.wheel_sha256, "new": added}


async def change_tables(database: Database, arguments: argparse.Namespace) -> Answer:
    """Bring the tables to a revision; towards an older one, content is lost."""
    if arguments.revision not in (known := ["head", *revisions(), "base"]):
        raise Refused(f"got revision {arguments.revision!r}; must be one of {', '.join(known)}")
    before = await current(database)
    wanted = newest() if arguments.revision == "head" else arguments.revision
    order = ["base", *reversed(revisions())]
    answer: Answer = {"before": before}
    if before is not None and order.index(wanted) < order.index(before):
        answer |= await _give_up(database, arguments, wanted)
    await migrate(database, wanted)
    return {**answer, "now": await current(database)}


async def _give_up(database: Database, arguments: argparse.Namespace, wanted: str) -> Answer:
    """Agree to what a downgrade drops, and keep a copy of it."""
    async with database.engine.connect() as connection:
        tables = await connection.run_sync(lambda c: sa.inspect(c).get_table_names())
        counts = {
            name: int(await connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0)
            for name in ("snippets", "engines", "blocks")
            if name in tables
        }
    lost = {"base": ("snippets", "engines", "blocks"), "0001": ("engines", "blocks")}
    names = [name for name in lost.get(wanted, ("blocks",)) if name in counts]
    what = ", ".join(f"{counts[name]} {name}" for name in names)
    await _require_alone(database)
    if database.path is None:
        if not arguments.without_copy:
            raise Refused(
                f"that drops {what}; copy the database with pg_dump, then add --without-copy"
            )
        agreed(arguments, f"Dropped for good: {what}. Nothing keeps a copy.")
        return {}
    agreed(arguments, f"Dropped: {what}. A copy of all is kept beside the database.")
    kept = copies.beside(database.path, "migrate")
    await asyncio.to_thread(copies.backup, database.path, kept)
    return {"kept": str(kept)}


async def _require_alone(database: Database) -> None:
    if database.path is not None:
        with unoccupied(database.path) as is_free:
            if not is_free:
                raise Refused(f"a server uses {database.path}; stop it first")
        return
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gradtape' "
        "AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with database.engine.connect() as connection:
        if int(await connection.scalar(query) or 0):
            raise Refused("a server uses this database; stop it first")


async def status(database: Database, _arguments: argparse.Namespace) -> Answer:
    """What is stored, and at which revision the tables are."""
    revision = await current(database)
    answer: Answer = {"revision": revision, "newest": newest()}
    if revision is not None:
        answer["snippets"] = await SnippetStore(database).count()
        answer["bytes"] = await database.used_bytes()
    return answer


def _line(row: moderation.Found) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(row.created_at))
    state = f" [{row.gone}]" if row.gone else ""
    return f"{row.id}  {when}  {row.created_by}  {row.bytes:>6} bytes  {row.title}{state}"


async def _wanted(database: Database, arguments: argparse.Namespace) -> moderation.Wanted:
    named = arguments.network or arguments.client
    return moderation.Wanted(
        client=await _client(database, arguments) if named else None,
        since=_seconds(arguments.since),
        until=_seconds(arguments.until),
        text=arguments.text,
        most=getattr(arguments, "most", None),
    )


async def _client(database: Database, arguments: argparse.Namespace) -> str:
    """The client that is named, or the one that a network has in this database."""
    if arguments.client:
        if re.fullmatch("[0-9a-f]{16}", arguments.client) is None:
            raise Refused(f"got {arguments.client!r}; a client is 16 digits, as admin list shows")
        return str(arguments.client)
    if not arguments.network:
        raise Refused("say whom: --network ADDRESS or --client DIGITS")
    try:
        address = ipaddress.ip_interface(arguments.network).ip
    except ValueError:
        raise Refused(f"got {arguments.network!r}; must be like 203.0.113.0/24") from None
    salt = database.settings.address_salt or await InstallationStore(database).salt()
    return client_key(str(address), salt)


def _seconds(moment: str | None) -> int | None:
    if moment is None:
        return None
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        raise Refused(f"got {moment!r}; must be like 2026-05-31 or 2026-05-31T12:00") from None
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp())


ACTIONS: dict[str, Callable[[Database, argparse.Namespace], Awaitable[Answer]]] = {
    "takedown": takedown,
    "list": listed,
    "search": listed,
    "block": block,
    "unblock": unblock,
    "blocks": blocks,
    "check": check,
    "vacuum": vacuum,
    "add-engine": add_engine,
    "migrate": change_tables,
    "status": status,
}
OF_FILES = {"backup": backup, "restore": restore}
