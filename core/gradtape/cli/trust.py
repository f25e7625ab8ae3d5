"""Showing a stranger's code, and asking whether to run it.

What is asked about is all that will run: the snippet, and the engine too where it is not the
installed one.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from gradtape.cli import Refused
from gradtape.cli.terminal import safe
from gradtape.snippet.canonical import canonical
from gradtape.snippet.identity import ALPHABET, ID_LENGTH, sha256_hex


def ask(manifest: dict[str, Any], source: str, engine: str | None) -> None:
    """Show the code that came from `source` and ask. Raises Refused unless it is to be run.

    `engine` says which engine it would run on and where that comes from, None for the installed.
    """
    for name, text in sorted(manifest["code"].items()):
        print(f"--- {safe(name)}", file=sys.stderr)
        for number, line in enumerate(text.splitlines(), 1):
            print(f"{number:4}  {safe(line)}", file=sys.stderr)
    print("---", file=sys.stderr)
    print(f"This code came from {safe(source)}.", file=sys.stderr)
    print(_proof(manifest, source), file=sys.stderr)
    subject = "it"
    if engine is not None:
        print(f"It runs on the engine it was recorded on: {safe(engine)}.", file=sys.stderr)
        print("(On the engine that is installed here: --engine installed)", file=sys.stderr)
        subject = "both"
    print(
        f"Run natively, {subject} can do whatever you can do: read and change your files, use your "
        "network.",
        file=sys.stderr,
    )
    if not sys.stdin.isatty():
        raise Refused("not run: nobody is here to be asked; read the code, then add --trust")
    print("Run it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused("not run")


def _proof(manifest: dict[str, Any], source: str) -> str:
    """The snippet's sha256, and how much of it its link proves."""
    digest = sha256_hex(canonical(manifest))
    identifier = source.rstrip("/").rpartition("/")[2]
    if not source.startswith(("http://", "https://")) or len(identifier) >= ID_LENGTH:
        return f"Its sha256 is {digest}."
    bits = int(len(identifier) * math.log2(len(ALPHABET)))
    return (
        f"Its sha256 is {digest}. The link proves {bits} bits of that: its author could have made "
        "two programs with this link, so compare the sha256 with the one that you were told, or "
        "use a link of 27 letters."
    )
