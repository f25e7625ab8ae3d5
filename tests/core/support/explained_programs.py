"""The programs of `autodiff/explained/`: read, run and asked why their gradient is what it is.

    python -m tests.core.support.explained_programs [word ...]

prints how many are explained with the right cause and line, and how many of the offered edits give
a program that compiles, runs and has a gradient; with words, what is wrong with the programs whose
names hold them.

A file begins with a title. `== name: cause [op]` opens a program, `# <-` marks the line that the
explanation has to show, and `+ text` behind the program stands in the line after the edit.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

HEAD = "import gradtape as tf\nimport numpy as np\n\n"
MARK = re.compile(r"\s*# <-$")


@dataclass
class Program:
    """A program, and what is to be said about it."""

    name: str
    family: str
    cause: str
    op: str
    code: str
    line: int | None
    edits: list[str] = field(default_factory=list)


@dataclass
class Answer:
    """What came of running a program: its gradient (None, a LookupError, an array) and why."""

    gradient: Any
    why: Any


def programs() -> list[Program]:
    """All programs of the corpus."""
    found = []
    for path in sorted((Path(__file__).parents[1] / "autodiff" / "explained").glob("*.txt")):
        _, *parts = path.read_text(encoding="utf-8").split("\n== ")
        found += [_read(part, path.stem) for part in parts]
    return found


def _read(part: str, family: str) -> Program:
    header, _, body = part.partition("\n")
    name, _, expected = header.partition(": ")
    cause, _, op = expected.partition(" ")
    lines = HEAD.splitlines()
    line, edits = None, []
    for text in body.rstrip("\n").splitlines():
        if text.startswith("+ "):
            edits.append(text[2:].strip())
            continue
        if MARK.search(text):
            line = len(lines) + 1
        lines.append(MARK.sub("", text))
    return Program(name, family, cause, op, "\n".join(lines).rstrip() + "\n", line, edits)


def run(code: str, filename: str) -> Answer:
    """Run a program whose last line asks for a gradient, then ask for its explanation."""
    *_, asked = ast.parse(code).body
    assert isinstance(asked, ast.Assign)
    call = next(
        node
        for node in ast.walk(asked.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".gradient")
    )
    keywords = {k.arg: ast.unparse(k.value) for k in call.keywords}
    target, source = [
        *(ast.unparse(a) for a in call.args),
        *(keywords[k] for k in ("target", "sources") if k in keywords),
    ]
    tape = ast.unparse(call.func).removesuffix(".gradient")
    text = f"{code}why = {tape}.explain({target}, {source})\n"
    lines = text.splitlines(keepends=True)
    linecache.cache[filename] = (len(text), None, lines, filename)
    here: dict[str, Any] = {"__name__": "program"}
    *first, gradient, explanation = ast.parse(text).body
    with contextlib.redirect_stdout(io.StringIO()):
        _execute(first, filename, here)
        try:
            _execute([gradient], filename, here)
        except LookupError as refused:
            here["gradient"] = refused
        _execute([explanation], filename, here)
    return Answer(here["gradient"], here["why"])


def _execute(statements: list[ast.stmt], filename: str, here: dict[str, Any]) -> None:
    exec(compile(ast.Module(statements, []), filename, "exec"), here)


def edited(code: str, edit: dict[str, Any]) -> str:
    """The program with an offered edit applied: the lines `before`, from `lineno` on, replaced."""
    lines = code.splitlines()
    before = edit["before"].splitlines()
    at = edit["lineno"] - 1
    assert lines[at : at + len(before)] == before, f"{before} is not at line {at + 1}"
    lines[at : at + len(before)] = edit["after"].splitlines()
    return "\n".join(lines) + "\n"


def has_gradient(answer: Answer, cause: str) -> bool:
    """Whether a gradient came that is finite, and where it was zero before no longer is."""
    g = answer.gradient
    if g is None or isinstance(g, LookupError):
        return False
    values = np.asarray(g.numpy() if hasattr(g, "numpy") else g.values.numpy())
    return bool(np.isfinite(values).all()) and (cause != "zero_gradient" or bool(values.any()))


def wrong(program: Program) -> dict[str, str]:
    """What is wrong with the explanation of a program, by what was asked; empty where all is right.

    "cause" and "line" are right or not; "edit" is there where an edit that is wanted was not
    offered, or is another; "applied" where an offered edit does not give a gradient. An edit that
    was offered has the key "offered".
    """
    filename = f"<{program.family}: {program.name}>"
    why = run(program.code, filename).why
    found = {}
    op = getattr(why, "op", None) or ""
    if why.cause != program.cause or (program.op and op != program.op):
        found["cause"] = f"{why.cause} {op}".strip()
    lineno = None if why.line is None or why.line.file != filename else why.line.lineno
    if lineno != program.line:
        found["line"] = f"{lineno} instead of {program.line}"
    edit = why.suggestion
    if edit is not None:
        found["offered"] = edit["after"]
        try:
            mended = run(edited(program.code, edit), filename)
            if not has_gradient(mended, program.cause):
                found["applied"] = f"{edit['after']!r} gives {mended.gradient!r}"
        except Exception as error:
            found["applied"] = f"{edit['after']!r}: {type(error).__name__}: {error}"
    missing = [text for text in program.edits if edit is None or text not in edit["after"]]
    if missing:
        found["edit"] = f"{missing} is not in {None if edit is None else edit['after']!r}"
    return found


def main(words: list[str]) -> None:
    """Print the counts, or what is wrong with some programs."""
    counts = dict.fromkeys(("programs", "cause", "line", "offered", "run", "wanted", "edit"), 0)
    for program in programs():
        if words and not any(word in f"{program.family}: {program.name}" for word in words):
            continue
        try:
            found = wrong(program)
        except Exception as error:
            found = {"cause": f"{type(error).__name__}: {error}", "line": "", "edit": ""}
        counts["programs"] += 1
        for key in ("cause", "line"):
            counts[key] += key not in found
        counts["offered"] += "offered" in found
        counts["run"] += "offered" in found and "applied" not in found
        counts["wanted"] += bool(program.edits)
        counts["edit"] += bool(program.edits) and "edit" not in found
        shown = {key: text for key, text in found.items() if key != "offered"}
        if shown and (words or "-v" in sys.argv):
            print(f"{program.family}: {program.name}: {program.cause} {program.op}\n    {shown}")
    print(
        "{programs} programs: right cause {cause}, right line {line}; edits offered {offered}, "
        "of which {run} give a gradient; edits wanted {wanted}, offered as wanted {edit}".format(
            **counts
        )
    )


if __name__ == "__main__":
    main([word for word in sys.argv[1:] if word != "-v"])
