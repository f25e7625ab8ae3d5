"""The command `gradtape`: serve, run, verify, share, expire, delete, doctor, admin.

It exits with 0 for success, 1 where a program failed or its gradients differ from the record, and
2 where the question could not be answered (bad arguments, no such link, code not trusted).
Results go to standard output, everything said on the way to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any

from gradtape import __version__
from gradtape.cli.operating import add_admin, add_serve
from gradtape.cli.terminal import safe


class Refused(Exception):
    """The command cannot do what was asked; the message says why and what to do (exit code 2)."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command with these words, the process's own by default; the exit code."""
    arguments = _parser().parse_args(words)
    try:
        return int(_function(arguments.does)(arguments))
    except Refused as refusal:
        print(safe(f"gradtape: {refusal}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gradtape: stopped", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 2


def _function(name: str) -> Any:
    """A command's function; found by name, so that no command loads what another one needs."""
    module_name, _, function = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        if module_name.startswith("gradtape_server") and missing.name != module_name:
            raise Refused(
                f'the server needs {missing.name}; install it with: pip install "gradtape[server]"'
            ) from None
        raise
    return getattr(module, function)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gradtape",
        description="Run gradient snippets, check them against their record, share and serve them.",
        epilog="Exit codes: 0 success, 1 the gradients differ or the program failed, 2 refused.",
    )
    parser.add_argument("--version", action="version", version=f"gradtape {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add_serve(commands)
    _add_run(commands, "run", "run a program, a snippet's link or a manifest file")
    _add_run(commands, "verify", "run a snippet and compare its gradients with the record")
    _add_share(commands)
    _add_expire(commands)
    _add_delete(commands)
    _add_doctor(commands)
    add_admin(commands)
    return parser


def _add_run(commands: Any, name: str, text: str) -> None:
    run = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    run.set_defaults(does="gradtape.cli.run:run")
    program = "program.py, " if name == "run" else ""
    run.add_argument("target", metavar="FILE|LINK", help=f"{program}snippet.json or a link")
    if name == "run":
        run.add_argument("--verify", action="store_true", help="compare with the record")
        run.add_argument("--seed", type=int, help="seed for a program (a snippet has its own)")
    else:
        run.set_defaults(verify=True, seed=None)
    run.add_argument("--device", choices=["cpu", "gpu"], help="where to run (as recorded)")
    run.add_argument(
        "--engine",
        choices=["pinned", "installed"],
        help="the engine that the link names, fetched from its server, or the installed one; "
        + (
            "the link's by default"
            if name == "run"
            else "by default the link's, and then the installed one where it is another"
        ),
    )
    run.add_argument("--sha256", metavar="HEX", help="refuse a snippet that has another sha256")
    run.add_argument("--trust", action="store_true", help="run a stranger's code without asking")
    run.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_share(commands: Any) -> None:
    share = commands.add_parser("share", help="run a program and store it with its gradients")
    share.set_defaults(does="gradtape.cli.share:share")
    share.add_argument("file", metavar="FILE", help="program.py or snippet.json")
    share.add_argument("--server", required=True, metavar="URL", help="where to store it")
    share.add_argument("--title", default="", help="a title for the snippet")
    share.add_argument("--seed", type=int, default=0, help="seed of the run (%(default)s)")
    share.add_argument("--device", choices=["cpu", "gpu"], default="cpu", help="where to run")
    share.add_argument(
        "--expires-in-days", type=int, metavar="N", help="let the server remove it after so long"
    )
    share.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_expire(commands: Any) -> None:
    expire = commands.add_parser("expire", help="change how long a snippet that you shared lasts")
    expire.set_defaults(does="gradtape.cli.share:expire")
    expire.add_argument("link", metavar="LINK", help="the snippet's link")
    expire.add_argument("--token", required=True, help="what sharing it showed, once")
    expire.add_argument(
        "--in-days", type=int, required=True, metavar="N", help="from now on; 0: never"
    )
    expire.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_delete(commands: Any) -> None:
    delete = commands.add_parser("delete", help="withdraw a snippet that you shared")
    delete.set_defaults(does="gradtape.cli.share:delete")
    delete.add_argument("link", metavar="LINK", help="the snippet's link")
    delete.add_argument("--token", required=True, help="what sharing it showed, once")
    delete.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_doctor(commands: Any) -> None:
    doctor = commands.add_parser("doctor", help="say which GPU is used here, and test it")
    doctor.set_defaults(does="gradtape.cli.doctor:doctor")
    doctor.add_argument("--json", action="store_true", help="print the result as JSON")
