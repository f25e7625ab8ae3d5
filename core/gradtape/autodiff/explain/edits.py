"""Edits to the user's program: what to write instead, tried before it is offered.

An edit is {"lineno", "before", "after"}: the text from that line on before and after. It is applied
to the program and compiled; None stands where no edit is sure to be what the user means, and where
the edited program would not compile.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

from gradtape.autodiff.explain.program import Program

Edit = dict[str, Any]


def replacing(program: Program, *parts: tuple[ast.expr, str]) -> Edit | None:
    """The edit that writes another text for each of these expressions."""
    lines = list(program.lines)
    first = min(node.lineno for node, _ in parts)
    last = max(node.end_lineno or 0 for node, _ in parts)
    cuts = sorted(parts, key=lambda part: (part[0].lineno, part[0].col_offset), reverse=True)
    text = "".join(lines[first - 1 : last])
    starts = [0]
    for line in lines[first - 1 : last]:
        starts.append(starts[-1] + len(line))

    def offset(lineno: int, column: int) -> int:
        line = lines[lineno - 1].encode()[:column].decode()
        return starts[lineno - first] + len(line)

    for node, new in cuts:
        begin = offset(node.lineno, node.col_offset)
        end = offset(node.end_lineno or 0, node.end_col_offset or 0)
        text = text[:begin] + new + text[end:]
    return tried(program, first, last, text.rstrip("\n").split("\n"))


def tried(program: Program, first: int, last: int, after: list[str]) -> Edit | None:
    """The edit that puts `after` for the lines from `first` to `last`, if the result compiles."""
    before = [line.rstrip("\n") for line in program.lines[first - 1 : last]]
    if before == after:
        return None
    lines = [line.rstrip("\n") for line in program.lines]
    lines[first - 1 : last] = after
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the program itself is warned of
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile("\n".join(lines) + "\n", program.filename, "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return {"lineno": first, "before": "\n".join(before), "after": "\n".join(after)}


def standing_for(program: Program, node: ast.expr, text: str) -> Edit | None:
    """The edit that puts `text` where `node` stands, in parentheses where it needs them."""
    plain = replacing(program, (node, text))
    bracketed = replacing(program, (node, f"({text})"))
    if plain is None or bracketed is None:
        return plain
    same = ast.dump(ast.parse(_whole(program, plain))) == ast.dump(
        ast.parse(_whole(program, bracketed))
    )
    return plain if same else bracketed


def _whole(program: Program, edit: Edit) -> str:
    lines = [line.rstrip("\n") for line in program.lines]
    first = edit["lineno"] - 1
    lines[first : first + len(edit["before"].split("\n"))] = edit["after"].split("\n")
    return "\n".join(lines) + "\n"


def with_keyword(program: Program, call: ast.Call, name: str, value: str) -> Edit | None:
    """The edit that gives a keyword of a call another value, or adds it."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return replacing(program, (keyword.value, value))
    last = [*call.args, *(k.value for k in call.keywords)][-1:]
    if not last:
        return None
    return replacing(program, (last[0], f"{program.written(last[0])}, {name}={value}"))


def before_statement(program: Program, statement: ast.stmt, text: str) -> Edit | None:
    """The edit that puts a line before a statement that begins its own line."""
    line = program.lines[statement.lineno - 1].rstrip("\n")
    indent = line[: statement.col_offset]
    if indent.strip():
        return None  # it stands behind a colon
    return tried(program, statement.lineno, statement.lineno, [indent + text, line])


def after_statement(program: Program, statement: ast.stmt, text: str) -> Edit | None:
    """The edit that puts a line behind a statement."""
    last = statement.end_lineno or 0
    indent = program.lines[statement.lineno - 1][: statement.col_offset]
    if indent.strip():
        return None
    line = program.lines[last - 1].rstrip("\n")
    return tried(program, last, last, [line, indent + text])


def _siblings(program: Program, statement: ast.stmt) -> list[ast.stmt]:
    parent = program.parents[statement]
    for name in ("body", "orelse", "finalbody"):
        found: list[ast.stmt] = getattr(parent, name, None) or []
        if isinstance(found, list) and statement in found:
            return found
    return []


def into_block_from_below(program: Program, block: ast.With, statement: ast.stmt) -> Edit | None:
    """The edit that moves the lines behind a block, down to `statement`, into it."""
    around = _siblings(program, block)
    if statement not in around:
        return None
    moved = around[around.index(block) + 1 : around.index(statement) + 1]
    simple = all(isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign)) for s in moved)
    if not moved or not simple:
        return None
    indent = " " * (block.body[-1].col_offset - block.col_offset)
    if block.body[-1].lineno == block.lineno:
        return None
    first, last = moved[0].lineno, statement.end_lineno or 0
    lines = [line.rstrip("\n") for line in program.lines[first - 1 : last]]
    return tried(program, first, last, [indent + line if line.strip() else line for line in lines])


def into_block_from_above(program: Program, block: ast.With, statement: ast.stmt) -> Edit | None:
    """The edit that moves a statement, and those between it and the block, into the block."""
    around = _siblings(program, block)
    if statement not in around or not isinstance(statement, (ast.Assign, ast.AugAssign)):
        return None
    moved = around[around.index(statement) : around.index(block)]
    head = block.body[0].lineno - 1
    if head < block.lineno or not moved:
        return None
    names = [
        node.id for item in block.items for node in ast.walk(item) if isinstance(node, ast.Name)
    ]
    for s in moved:
        if not isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            return None
        if any(
            isinstance(n, ast.Name) and n.id in names and isinstance(n.ctx, ast.Store)
            for n in ast.walk(s)
        ):
            return None  # the block is opened with it
    indent = " " * (block.body[0].col_offset - block.col_offset)
    lines = [line.rstrip("\n") for line in program.lines[statement.lineno - 1 : head]]
    above = block.lineno - statement.lineno
    inner = [indent + line if line.strip() else line for line in lines[:above]]
    return tried(program, statement.lineno, head, [*lines[above:], *inner])


def member_names(written: str, keys: list[Any]) -> list[str]:
    """What the members of a list or dictionary are called that the program has as `written`."""
    try:
        tree = ast.parse(written, mode="eval").body
    except SyntaxError:
        tree = None  # no expression: a name of ours, such as `source`
    members = getattr(tree, "values" if isinstance(tree, ast.Dict) else "elts", [])
    if len(members) == len(keys):
        return [ast.unparse(member) for member in members]
    return [f"{written}[{key!r}]" for key in keys]
