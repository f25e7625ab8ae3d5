"""`gradtape share`: run a program here, and store it on a server with what it computed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gradtape.cli import Refused
from gradtape.cli_fetch import from_file, request
from gradtape.cli_report import safe
from gradtape.cli_run import execute, read_program, say
from gradtape.snippet.drafting import draft
from gradtape.snippet.pins import current_pins
from gradtape.snippet.validation import InvalidManifest, validate


def share(arguments: argparse.Namespace) -> int:
    """The command; the exit code."""
    path = Path(arguments.file)
    manifest = from_file(path)[1] if path.suffix == ".json" else _recorded(arguments, path)
    if manifest is None:
        return 1
    try:
        body = validate(manifest)
    except InvalidManifest as error:
        raise Refused("it cannot be stored:\n  " + "\n  ".join(map(str, error.problems))) from None
    server = arguments.server.rstrip("/")
    if not server.startswith(("http://", "https://")):
        raise Refused(f"got --server {arguments.server}; must begin with https:// or http://")
    say(arguments, f"storing {len(body)} bytes on {server}")
    try:
        answer = json.loads(request(f"{server}/api/v1/snippets", body))
        link = f"{server}/s/{answer['id']}"
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{server} does not answer like a gradtape server") from None
    if arguments.json:
        print(json.dumps({**answer, "url": link}))
        return 0
    print(safe(link))
    if answer.get("delete_token"):
        say(arguments, f"to delete it later, keep this token: {answer['delete_token']}")
    return 0


def _recorded(arguments: argparse.Namespace, path: Path) -> dict[str, Any] | None:
    """The manifest of one run of the program; None after a program that failed."""
    device = "webgpu" if arguments.device == "gpu" else "cpu"
    pins = current_pins(arguments.seed, device)
    manifest = draft(read_program(path), title=arguments.title, pins=pins)
    say(arguments, f"running {path}")
    run = execute(manifest, device, None if arguments.json else "stderr")
    if run.error is not None or run.exit_code:
        print(safe(run.error or f"the program ended with {run.exit_code}"), file=sys.stderr)
        print("gradtape: not stored, because the program failed", file=sys.stderr)
        return None
    on = f" on {run.adapter}" if run.adapter else ""
    say(arguments, f"recorded {len(run.results)} gradients{on}")
    return draft(
        manifest["code"],
        title=arguments.title,
        pins=pins,
        results=run.results,
        output=run.output,
    )
