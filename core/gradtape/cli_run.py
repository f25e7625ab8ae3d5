"""`gradtape run` and `gradtape verify`: a program or a snippet, natively, on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import IO, Any

from gradtape.cli import Refused
from gradtape.cli_fetch import from_file, from_link, is_link
from gradtape.cli_report import safe, verdict_json, verdict_text
from gradtape.snippet.comparison import Comparison, Tier, compare
from gradtape.snippet.drafting import draft
from gradtape.snippet.pins import current_pins
from gradtape.snippet.recording import NoDevice, Run, record_run


def say(arguments: argparse.Namespace, text: str) -> None:
    """Tell how far things are."""
    if not arguments.json:
        print(safe(text), file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace) -> int:
    """The command; the exit code."""
    identifier, manifest = _load(arguments)
    if arguments.verify and not manifest["results"]:
        raise Refused("nothing was recorded with this snippet, so there is nothing to verify")
    device = {"gpu": "webgpu", None: manifest["run"]["device"]}.get(arguments.device, "cpu")
    say(arguments, f"running {manifest['entry']} on {device}")
    # Standard output is for the answer: the verdict where one was asked for, else the program's.
    show = None if arguments.json else sys.stderr if arguments.verify else sys.stdout
    result = execute(manifest, device, show)
    verdict = None
    if arguments.verify:
        say(arguments, f"comparing {len(result.results)} gradients with the record")
        pins = current_pins(manifest["run"]["seed"], device)
        verdict = compare(manifest, result.results, pins)
    if arguments.json:
        print(json.dumps(_as_json(identifier, result, verdict)))
    else:
        if result.error:
            print(safe(result.error), file=sys.stderr)
        if verdict is not None:
            print(verdict_text(verdict))
    failed = result.exit_code != 0 or (verdict is not None and verdict.tier is Tier.DIFFERS)
    return int(failed)


def _load(arguments: argparse.Namespace) -> tuple[str | None, dict[str, Any]]:
    target = arguments.target
    if is_link(target):
        say(arguments, f"fetching {target}")
        identifier, manifest = from_link(target)
        ask_for_trust(arguments, manifest, target)
        return identifier, manifest
    path = Path(target)
    if path.suffix == ".json":
        identifier, manifest = from_file(path)
        ask_for_trust(arguments, manifest, target)
        return identifier, manifest
    if arguments.verify:
        raise Refused(f"{target} has no record to compare with; give a link or a manifest (.json)")
    return None, draft(read_program(path), pins=current_pins(arguments.seed))


def read_program(path: Path) -> str:
    """The text of the user's own program."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8 text (byte {error.start})") from None


def ask_for_trust(arguments: argparse.Namespace, manifest: dict[str, Any], source: str) -> None:
    """Show a stranger's code and ask whether to run it. Raises Refused unless it is to be run."""
    if arguments.trust:
        return
    for name, text in sorted(manifest["code"].items()):
        print(f"--- {name}", file=sys.stderr)
        for number, line in enumerate(text.splitlines(), 1):
            print(f"{number:4}  {safe(line)}", file=sys.stderr)
    print("---", file=sys.stderr)
    print(
        f"This code came from {safe(source)}. Run natively, it can do whatever you can do:\n"
        "read and change your files, use your network.",
        file=sys.stderr,
    )
    if not sys.stdin.isatty():
        raise Refused("not run: nobody is here to be asked; read the code, then add --trust")
    print("Run it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Refused("not run")


def execute(manifest: dict[str, Any], device: str, show: IO[str] | None) -> Run:
    """Run a snippet, its output also going to `show`.

    Raises Refused where this machine has not got the device.
    """
    try:
        return record_run(
            manifest["code"],
            entry=manifest["entry"],
            seed=manifest["run"]["seed"],
            device=device,
            show=show,
        )
    except NoDevice as refusal:
        raise Refused(
            f"cannot run on {device}: {refusal}\nrun it on the CPU: --device cpu"
        ) from None


def _as_json(identifier: str | None, result: Run, verdict: Comparison | None) -> dict[str, Any]:
    return {
        "id": identifier,
        "exit_code": result.exit_code,
        "error": result.error,
        "output": result.output,
        "results": [
            {
                "label": item.label,
                "dtype": item.dtype,
                "shape": list(item.shape),
                "digest": item.digest,
            }
            for item in result.results
        ],
        "verdict": None if verdict is None else verdict_json(verdict),
    }
