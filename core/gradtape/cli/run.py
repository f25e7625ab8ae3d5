"""`gradtape run` and `gradtape verify`: a program or a snippet, natively, on this machine.

A snippet runs on the engine that it was recorded on, as in the playground. What `verify` answers,
and exits by, is whether the record is true of that engine; where another one is installed, it says
after that what the installed one makes of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradtape.cli import Refused
from gradtape.cli.engine import find, is_installed, is_same, obtain
from gradtape.cli.fetch import from_file, from_link, is_link, looks_like_link, parted
from gradtape.cli.process import run_on
from gradtape.cli.report import verdict_json, verdict_text
from gradtape.cli.terminal import line, safe
from gradtape.cli.trust import ask
from gradtape.snippet.canonical import canonical
from gradtape.snippet.comparison import Comparison, Tier, compare
from gradtape.snippet.drafting import draft
from gradtape.snippet.identity import sha256_hex
from gradtape.snippet.pins import current_pins
from gradtape.snippet.recording import NoDevice, Run, record_run
from gradtape.snippet.results import first_and_last


@dataclass(frozen=True)
class _Engine:
    """An engine to run on: its pins, and its folder; None for the installed one."""

    pins: dict[str, Any]
    folder: Path | None = None

    def __str__(self) -> str:
        wheel = self.pins["wheel_sha256"]
        which = "the engine installed here" if self.folder is None else f"wheel {wheel[:16]}…"
        return f"gradtape {self.pins['version']}, {which}"


@dataclass(frozen=True)
class _Outcome:
    """One run of a snippet, and how it compares with the record where that was asked for."""

    engine: _Engine
    run: Run
    verdict: Comparison | None


def say(arguments: argparse.Namespace, text: str) -> None:
    """Tell how far things are."""
    if not arguments.json:
        print(safe(text), file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace) -> int:
    """The command; the exit code."""
    identifier, manifest = _load(arguments)
    digest = sha256_hex(canonical(manifest))
    if arguments.sha256 is not None and arguments.sha256.lower() != digest:
        raise Refused(
            f"this snippet has the sha256 {digest}, and not {line(arguments.sha256)}; not run"
        )
    if identifier is not None:
        say(arguments, f"its sha256 is {digest}")
    if arguments.verify and not manifest["results"]:
        raise Refused("nothing was recorded with this snippet, so there is nothing to verify")
    device = {"gpu": "webgpu", None: manifest["run"]["device"]}.get(arguments.device, "cpu")
    installed = _Engine(current_pins()["engine"])
    engine = _engine_of(arguments, manifest, device) or installed
    outcome, second = _outcome(arguments, manifest, engine, device), None
    if not arguments.json:
        _show(outcome)
    is_other = engine.folder is not None and not is_same(engine.folder)
    if arguments.verify and arguments.engine is None and is_other:
        try:
            second = _outcome(arguments, manifest, installed, device)
        except Refused as refusal:  # the question is answered all the same
            say(arguments, f"{installed}: {refusal}")
        else:
            if not arguments.json:
                print(f"\nand on {installed}:")
                _show(second)
    if arguments.json:
        print(json.dumps({"id": identifier, "sha256": digest, **_as_json(outcome, second)}))
    verdict = outcome.verdict
    failed = outcome.run.exit_code != 0 or (verdict is not None and verdict.tier is Tier.DIFFERS)
    return int(failed)


def _is_own(target: str) -> bool:
    """Whether the target is the user's own program, and not a snippet that came from somewhere."""
    return not is_link(target) and Path(target).suffix != ".json"


def _load(arguments: argparse.Namespace) -> tuple[str | None, dict[str, Any]]:
    target = arguments.target
    if is_link(target):
        say(arguments, f"fetching {target}")
        return from_link(target)
    path = Path(target)
    if not path.exists() and looks_like_link(f"https://{target}"):
        raise Refused(f"there is no file {target}; a link begins with https:// or http://")
    if not _is_own(target):
        return from_file(path)
    if arguments.verify:
        raise Refused(f"{target} has no record to compare with; give a link or a manifest (.json)")
    text = read_program(path)
    # The user's own program, as Python would run it: under its name, beside its other modules.
    sys.path.insert(0, str(path.resolve().parent))
    return None, draft({path.name: text}, pins=current_pins(arguments.seed))


def read_program(path: Path) -> str:
    """The text of the user's own program."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8 text (byte {error.start})") from None


def _engine_of(
    arguments: argparse.Namespace, manifest: dict[str, Any], device: str
) -> _Engine | None:
    """The engine of the record, where it is another than the installed one and is to be run.

    Nothing is fetched before the person who runs this agreed to it.
    """
    target = arguments.target
    found = None
    if arguments.engine != "installed" and not is_installed(manifest, device):
        found = find(manifest, parted(target)[0] if is_link(target) else None)
    if not _is_own(target) and not arguments.trust:
        ask(manifest, target, None if found is None else str(found))
    if found is None:
        return None
    say(arguments, f"the engine of the record: {found}")
    folder, pins = obtain(found, manifest)
    return _Engine(pins, folder)


def _outcome(
    arguments: argparse.Namespace, manifest: dict[str, Any], engine: _Engine, device: str
) -> _Outcome:
    place = {"cpu": "the CPU", "webgpu": "the GPU"}[device]
    say(arguments, f"running {manifest['entry']} on {place}, with {engine}")
    # Standard output is for the answer: the verdict where one was asked for, else the program's.
    show = None if arguments.json else "stderr" if arguments.verify else "stdout"
    run = execute(manifest, device, show, engine.folder)
    if run.adapter:
        say(arguments, f"the GPU was {run.adapter}")
    if not arguments.verify:
        return _Outcome(engine, run, None)
    say(arguments, f"comparing {len(run.results)} gradients with the record")
    pins = {**current_pins(manifest["run"]["seed"], device), "engine": engine.pins}
    return _Outcome(engine, run, compare(manifest, run.results, pins))


def execute(
    manifest: dict[str, Any], device: str, show: str | None, engine: Path | None = None
) -> Run:
    """Run a snippet, its output also going to the stream of this name.

    `engine` is the folder of an unpacked engine; None runs it here, on the installed one.

    Raises Refused where this machine has not got the device.
    """
    try:
        if engine is not None:
            return run_on(engine, manifest, device, show)
        return record_run(
            manifest["code"],
            entry=manifest["entry"],
            seed=manifest["run"]["seed"],
            device=device,
            show=None if show is None else getattr(sys, show),
        )
    except NoDevice as refusal:
        place = "the GPU" if device == "webgpu" else "the CPU"
        raise Refused(
            f"cannot run on {place}: {refusal}\nrun it on the CPU: --device cpu"
        ) from None


def _show(outcome: _Outcome) -> None:
    if outcome.run.error:
        print(safe(outcome.run.error), file=sys.stderr)
    if outcome.verdict is not None:
        print(verdict_text(outcome.verdict))


def _as_json(outcome: _Outcome, second: _Outcome | None) -> dict[str, Any]:
    """The outcome, and under "installed" the one on the installed engine where there are two."""
    run, verdict = outcome.run, outcome.verdict
    told = {
        "engine": outcome.engine.pins,
        "adapter": run.adapter,
        "exit_code": run.exit_code,
        "error": run.error,
        "output": run.output,
        "results": [
            {
                "label": item.label,
                "dtype": item.dtype,
                "shape": list(item.shape),
                "digest": item.digest,
            }
            for item in first_and_last(run.results)
        ],
        "verdict": None if verdict is None else verdict_json(verdict),
    }
    return {**told, "installed": None if second is None else _as_json(second, None)}
