"""The program as it is written: its expressions by their place, their names, the loops around.

Bytecode knows the place of every instruction in the text; the tree of the text knows the rest.
"""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator
from types import CodeType

from playground.failure import FILE

Span = tuple[int | None, int | None, int | None, int | None]
Loop = ast.For | ast.AsyncFor | ast.While | ast.comprehension

LONGEST = 120  # characters of a text from the program


class Program:
    """The tree of a program's text."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = [line.encode() for line in lines]
        self._at: dict[Span, ast.AST] = {}
        self._parent: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(ast.parse("".join(lines))):
            for child in ast.iter_child_nodes(node):
                self._parent[child] = node
            if isinstance(node, (ast.expr, ast.stmt)):
                self._at.setdefault(_span(node), node)

    def node(self, span: Span) -> ast.AST | None:
        """The expression or statement that stands exactly there."""
        return self._at.get(span)

    def written(self, node: ast.AST) -> str:
        """The text of a node, in one line."""
        first, last, start, end = _span(node)
        if first is None or last is None:
            return ""
        lines = self._lines[first - 1 : last]
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][start:]
        text = " ".join(line.decode("utf-8", "replace").strip() for line in lines)
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

    def line(self, lineno: int) -> str:
        """A line without what stands around it; "" where there is none."""
        inside = 0 < lineno <= len(self._lines)
        return self._lines[lineno - 1].decode().strip() if inside else ""

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside, up to the function's or the program's end."""
        while not isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            up = self._parent.get(node)
            if up is None:
                return
            node = up
            yield node

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node is in."""
        chain = (node, *self.around(node))
        return next((n for n in chain if isinstance(n, ast.stmt)), None)

    @functools.lru_cache(maxsize=4096)  # noqa: B019 - one program lives as long as its run
    def loops(self, node: ast.AST) -> tuple[Loop, ...]:
        """The loops whose body a node is in, from the outside."""
        found: list[Loop] = []
        inside = node
        for outer in self.around(node):
            if isinstance(outer, (ast.For, ast.AsyncFor)):
                if inside in outer.body:
                    found.append(outer)
            elif isinstance(outer, ast.While):
                if inside in outer.body or inside is outer.test:
                    found.append(outer)
            elif isinstance(outer, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                found += [part for part in reversed(outer.generators) if inside is not part]
            inside = outer
        return tuple(reversed(found))

    def title(self, loop: Loop) -> str:
        """How a loop begins: `for t in range(5)`."""
        if isinstance(loop, ast.While):
            return f"while {self.written(loop.test)}"
        return f"for {self.written(loop.target)} in {self.written(loop.iter)}"

    def name_of(self, node: ast.AST) -> str | None:
        """What the value of an expression is called: the left side of its assignment."""
        up = self._parent.get(node)
        if isinstance(node, ast.AugAssign):
            return self.written(node.target)
        if isinstance(up, ast.Assign) and up.value is node:
            target = up.targets[0]
            return None if isinstance(target, (ast.Tuple, ast.List)) else self.written(target)
        if isinstance(up, (ast.AnnAssign, ast.NamedExpr, ast.AugAssign)) and up.value is node:
            return self.written(up.target)
        if isinstance(up, (ast.Tuple, ast.List)):
            to = self._parent.get(up)
            if isinstance(to, ast.Assign) and to.value is up:
                names = to.targets[0]
                if isinstance(names, (ast.Tuple, ast.List)) and len(names.elts) == len(up.elts):
                    return self.written(names.elts[up.elts.index(node)])  # type: ignore[arg-type]
        return None

    def is_returned(self, node: ast.AST) -> bool:
        """Whether an expression is what a function gives back."""
        up = self._parent.get(node)
        return isinstance(up, (ast.Return, ast.Lambda))

    def operands(self, node: ast.AST, count: int) -> list[ast.expr] | None:
        """The expressions that an op of so many operands was given, where that can be told."""
        if isinstance(node, ast.BinOp):
            found: list[ast.expr] = [node.left, node.right]
        elif isinstance(node, ast.AugAssign):
            found = [node.target, node.value]
        elif isinstance(node, ast.UnaryOp):
            found = [node.operand]
        elif isinstance(node, ast.Compare):
            found = [node.left, *node.comparators]
        elif isinstance(node, ast.Call):
            found = [a for a in node.args if not isinstance(a, ast.Starred)][:count]
        else:
            return None
        return found if len(found) == count else None


def _span(node: ast.AST) -> Span:
    return (
        getattr(node, "lineno", None),
        getattr(node, "end_lineno", None),
        getattr(node, "col_offset", None),
        getattr(node, "end_col_offset", None),
    )


@functools.lru_cache(maxsize=2)
def _parsed(lines: tuple[str, ...]) -> Program:
    return Program(list(lines))


def program() -> Program:
    """The program that is running."""
    return _parsed(tuple(linecache.getlines(FILE)))


@functools.lru_cache(maxsize=512)
def _positions(code: CodeType) -> tuple[Span, ...]:
    return tuple(code.co_positions())


def node_at(code: CodeType, offset: int) -> ast.AST | None:
    """The part of the program that an instruction was made from."""
    spans = _positions(code)
    at = offset // 2
    return program().node(spans[at]) if at < len(spans) else None
