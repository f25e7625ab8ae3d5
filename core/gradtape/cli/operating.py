"""The words of `gradtape serve` and `gradtape admin`; what they do stands in gradtape_server."""

from __future__ import annotations

import argparse
from typing import Any


def _port(word: str) -> int:
    if not word.isascii() or not word.isdigit() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"got {word!r}; must lie between 0 and 65535")
    return int(word)


def add_serve(commands: Any) -> None:
    """`gradtape serve`."""
    serve = commands.add_parser("serve", help="start the playground and its server")
    serve.set_defaults(does="gradtape_server.running.commands:serve")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=8000, help="port to listen on (%(default)s)")
    serve.add_argument("--uds", metavar="PATH", help="listen on this socket file, and on no port")
    serve.add_argument("--workers", type=int, default=1, help="number of processes (%(default)s)")
    serve.add_argument("--public-url", help="the server's address as visitors know it")
    serve.add_argument("--sandbox-origin", help="a second origin for the sandbox")
    serve.add_argument("--redis", metavar="URL", help="where processes share their rate limits")
    serve.add_argument(
        "--forwarded-allow-ips",
        default="127.0.0.1",
        help="proxies whose X-Forwarded-For is believed (%(default)s)",
    )
    _add_database(serve)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", help="folder of the SQLite database")
    parser.add_argument("--database", metavar="URL", help="postgresql://user@host/name")


def add_admin(commands: Any) -> None:
    """`gradtape admin` and its actions."""
    admin = commands.add_parser("admin", help="look after a server's data")
    admin.set_defaults(does="gradtape_server.running.commands:admin")
    actions = admin.add_subparsers(dest="action", title="actions", required=True, metavar="ACTION")

    def action(name: str, text: str, *, asks: bool = False) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, help=text)
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        if asks:
            parser.add_argument("--yes", action="store_true", help="do it without asking")
        _add_database(parser)
        return parser

    _add_moderation(action)
    engine = action("add-engine", "publish an engine's wheel")
    engine.add_argument("file", metavar="WHEEL")
    backup = action("backup", "copy the SQLite database to a new file, also while it is in use")
    backup.add_argument("file", metavar="FILE")
    restore = action(
        "restore", "put a backup in the database's place; stop the server first", asks=True
    )
    restore.add_argument("file", metavar="FILE")
    migrate = action(
        "migrate", "bring the tables to this version, or to a named revision", asks=True
    )
    migrate.add_argument("revision", nargs="?", default="head")
    migrate.add_argument(
        "--without-copy", action="store_true", help="drop content of PostgreSQL, copied elsewhere"
    )
    action("status", "say what is stored and at which revision the tables are")
    action("check", "hold every snippet and engine against its sha256; exit code 1 for a wrong one")
    action("vacuum", "remove what has expired, and give free room back to the disk")


def _add_moderation(action: Any) -> None:
    takedown = action("takedown", "remove content for good; its link answers 410", asks=True)
    takedown.add_argument("id", nargs="*", metavar="ID")
    takedown.add_argument("--reason", required=True, help="shown to whoever opens the link")
    shown = action("list", "show what is stored, the newest first")
    search = action("search", "show what is stored and holds a text")
    for parser in (takedown, shown, search):
        _add_client(parser)
        parser.add_argument("--since", metavar="TIME", help="stored then or later, as 2026-05-31")
        parser.add_argument("--until", metavar="TIME", help="stored before")
    for parser in (takedown, shown):
        parser.add_argument("--text", help="in the title or in the code")
    search.add_argument("text", metavar="TEXT", help="in the title or in the code")
    for parser in (shown, search):
        parser.add_argument("--most", type=int, default=100, help="how many (%(default)s)")
    block = action("block", "let a client store nothing from now on")
    block.add_argument("--reason", required=True, help="told to whoever is refused")
    unblock = action("unblock", "let a client store again")
    for parser in (block, unblock):
        _add_client(parser)
    action("blocks", "show who is blocked, and why")


def _add_client(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--network", metavar="ADDRESS", help="stored from there, as 203.0.113.0/24")
    parser.add_argument("--client", metavar="DIGITS", help="stored by who is listed with these")
