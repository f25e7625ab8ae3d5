"""`gradtape share`: run a program here, and store it on a server with what it computed."""

from __future__ import annotations

import argparse
import json
import secrets
import shlex
import sys
from pathlib import Path
from typing import Any

from gradtape.cli import Refused
from gradtape.cli.engine import is_named, published
from gradtape.cli.exchange import NoAnswer, request
from gradtape.cli.fetch import from_file, parted
from gradtape.cli.run import execute, read_program, say
from gradtape.cli.terminal import line, safe
from gradtape.snippet.canonical import MalformedJSON, parse
from gradtape.snippet.drafting import draft
from gradtape.snippet.identity import ID_PATTERN
from gradtape.snippet.pins import current_pins
from gradtape.snippet.validation import InvalidManifest, validate
from gradtape.snippet.wheels import Engine


def share(arguments: argparse.Namespace) -> int:
    """The command; the exit code."""
    server = arguments.server.rstrip("/")
    if not server.startswith(("http://", "https://")):
        raise Refused(f"got --server {arguments.server}; must begin with https:// or http://")
    path = Path(arguments.file)
    is_manifest = path.suffix == ".json"
    manifest = from_file(path)[1] if is_manifest else draft(read_program(path))
    # Asked before the program runs, which may take long: is anybody there to store it?
    engines = published(server)
    if not is_manifest:
        recorded = _recorded(arguments, path, manifest["code"])
        if recorded is None:
            return 1
        manifest = recorded
        if arguments.device == "cpu":
            _name_wheel(manifest["engine"], engines)
    try:
        body = validate(manifest)
    except InvalidManifest as error:
        raise Refused("it cannot be stored:\n  " + "\n  ".join(map(str, error.problems))) from None
    say(arguments, f"storing {len(body)} bytes on {server}")
    answer = _store(server, body, arguments.expires_in_days)
    try:
        identifier = answer["id"]
        if ID_PATTERN.fullmatch(identifier) is None:
            raise ValueError(identifier)
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{line(server)} does not answer like a gradtape server") from None
    link = f"{server}/s/{identifier}"
    if arguments.json:
        known = ("id", "sha256", "created", "delete_token", "expires")
        told = {name: answer[name] for name in known if name in answer}
        print(json.dumps({**told, "url": link}))
        return 0
    print(safe(link))
    if manifest["results"] and not any(is_named(manifest, engine) for engine in engines):
        say(
            arguments,
            "the server does not keep the engine of this record, so others can check it only on "
            "theirs (--engine installed); who runs the server can publish it: "
            "gradtape admin add-engine WHEEL",
        )
    if answer.get("delete_token"):
        token = shlex.quote(line(answer["delete_token"]))
        say(arguments, f"to delete it later: gradtape delete {shlex.quote(link)} --token={token}")
    if "expires" in answer:
        say(arguments, f"the server removes it at {line(answer['expires'])}")
    return 0


def _store(server: str, body: bytes, days: int | None) -> dict[str, Any]:
    """The answer to a create. Asked again where it did not come: to store twice is harmless.

    The token is made here, so that it is known whether or not the first answer was.
    """
    address = f"{server}/api/v1/snippets" + (f"?expires_in_days={days}" if days is not None else "")
    headers = {"Delete-Token": secrets.token_urlsafe(24)}
    try:
        answer = request(address, body, headers=headers)
    except NoAnswer:
        answer = request(address, body, headers=headers)
    return _told(answer, server)


def _told(answer: bytes, server: str) -> dict[str, Any]:
    """The object in a server's answer."""
    try:
        told = parse(answer)
    except MalformedJSON:
        told = None
    if not isinstance(told, dict):
        raise Refused(f"{line(server)} does not answer like a gradtape server")
    return told


def expire(arguments: argparse.Namespace) -> int:
    """`gradtape expire`: change how long a snippet lasts, with the token that sharing it showed."""
    server, identifier = parted(arguments.link)
    told = _told(_as_author(arguments, "PATCH", f"?expires_in_days={arguments.in_days}"), server)
    end = told.get("expires")
    if arguments.json:
        print(json.dumps({"id": identifier, "expires": end}))
    elif end is None:
        print(f"{identifier} lasts for ever")
    else:
        print(f"{identifier} lasts until {line(end)}")
    return 0


def delete(arguments: argparse.Namespace) -> int:
    """`gradtape delete`: withdraw a snippet with the token that sharing it showed."""
    identifier = parted(arguments.link)[1]
    _as_author(arguments, "DELETE")
    if arguments.json:
        print(json.dumps({"deleted": identifier}))
    else:
        print(f"deleted: {identifier}")
    return 0


def _as_author(arguments: argparse.Namespace, method: str, query: str = "") -> bytes:
    """The answer to what only a snippet's author may ask."""
    server, identifier = parted(arguments.link)
    address = f"{server}/api/v1/snippets/{identifier}{query}"
    try:
        return request(address, method=method, headers={"Delete-Token": arguments.token})
    except UnicodeEncodeError:
        raise Refused("that is no delete token: one has letters, digits, - and _") from None


def _name_wheel(pin: dict[str, Any], engines: list[Engine]) -> None:
    """Name the published wheel that holds the very sources that ran; a tab finds it by that."""
    for engine in engines:
        if engine.source_sha256 == pin["source_sha256"] is not None:
            pin["wheel_sha256"] = engine.wheel_sha256
            return


def _recorded(
    arguments: argparse.Namespace, path: Path, code: dict[str, str]
) -> dict[str, Any] | None:
    """The manifest of one run of the program; None after a program that failed."""
    device = "webgpu" if arguments.device == "gpu" else "cpu"
    pins = current_pins(arguments.seed, device)
    say(arguments, f"running {path}")
    run = execute(draft(code, pins=pins), device, None if arguments.json else "stderr")
    if run.error is not None or run.exit_code:
        print(safe(run.error or f"the program ended with {run.exit_code}"), file=sys.stderr)
        print("gradtape: not stored, because the program failed", file=sys.stderr)
        return None
    on = f" on {run.adapter}" if run.adapter else ""
    say(arguments, f"recorded {len(run.results)} gradients{on}")
    if not run.results:
        say(
            arguments,
            "no tape gave a gradient in this run, so the link will show the code and what it "
            "printed, with nothing to verify",
        )
    return draft(code, title=arguments.title, pins=pins, results=run.results, output=run.output)
