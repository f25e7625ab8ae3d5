"""The text of the program that asks: its syntax tree, and what a value in it was made of.

Nothing is run. What an expression was made of is followed through assignments, appends, attributes
and the program's own functions; a place (code object, instruction) is found again as a node.
"""

from __future__ import annotations

import ast
import itertools
import linecache
from collections.abc import Iterator
from typing import Any

from gradtape.runtime.call_sites import CallSite, Line

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Statements whose body may run not at all, or more than once.
_CONDITIONAL = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)
#: Methods that put a value into what they belong to.
_FILLS = frozenset(
    {"append", "extend", "insert", "add", "update", "appendleft", "put", "update_state"}
)

Span = tuple[int, int, int, int]


class Program:
    """A file's lines and syntax tree."""

    def __init__(self, filename: str, lines: list[str]) -> None:
        self.filename, self.lines = filename, lines
        self.text = "".join(lines)
        self.tree = ast.parse(self.text)
        self.parents: dict[ast.AST, ast.AST] = {}
        self._spans: dict[Span, ast.expr] = {}
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            if isinstance(node, ast.expr):
                self._spans.setdefault(span_of(node), node)

    # -- places

    def node_at(self, call_site: CallSite | None) -> ast.expr | None:
        """The expression that was computed at `call_site`; None where it is not in this text."""
        span = position(call_site)
        return None if span is None else self._spans.get(span)

    def line_of(self, node: ast.AST) -> Line:
        """The line on which a node begins."""
        lineno: int = node.lineno  # type: ignore[attr-defined]
        return Line(self.filename, lineno, self.lines[lineno - 1].strip())

    def written(self, node: ast.AST) -> str:
        """A node as it is written."""
        return ast.get_source_segment(self.text, node) or ast.unparse(node)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node stands in."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def scope(self, node: ast.AST) -> ast.AST:
        """The function that a node stands in, or the module."""
        return next((a for a in self.ancestors(node) if isinstance(a, _SCOPES)), self.tree)

    def block(self, call_site: CallSite | None) -> ast.With | None:
        """The `with` statement that was entered at `call_site`."""
        span = position(call_site)
        if span is None:
            return None
        found = None
        for node in ast.walk(self.tree):
            if isinstance(node, ast.With) and any(
                item.context_expr.lineno <= span[0] <= (item.context_expr.end_lineno or 0)
                for item in node.items
            ):
                found = node
        return found

    # -- what a value was made of

    def inside(self, scope: ast.AST) -> Iterator[ast.AST]:
        """The nodes of a scope, but for those of functions inside it."""
        waiting = list(ast.iter_child_nodes(scope))
        while waiting:
            node = waiting.pop(0)
            yield node
            if not isinstance(node, _DEFINITIONS):
                waiting[:0] = ast.iter_child_nodes(node)

    def bindings(self, name: str, scope: ast.AST) -> list[tuple[ast.stmt, ast.expr | None]]:
        """The statements of a scope that give `name` a value or put one into it, in order."""
        found: list[tuple[ast.stmt, ast.expr | None]] = []
        for node in self.inside(scope):
            if isinstance(node, ast.Assign) and any(_binds(t, name) for t in node.targets):
                found.append((node, _matching(node, name)))
            elif isinstance(node, (ast.AugAssign, ast.AnnAssign)) and _binds(node.target, name):
                found.append((node, node.value))
            elif isinstance(node, ast.NamedExpr) and _binds(node.target, name):
                found.append((self.statement(node), node.value))
            elif isinstance(node, (ast.For, ast.AsyncFor)) and _binds(node.target, name):
                found.append((node, node.iter))
            elif isinstance(node, ast.comprehension) and _binds(node.target, name):
                found.append((self.statement(node), node.iter))
            elif isinstance(node, ast.withitem) and _binds(node.optional_vars, name):
                found.append((self.statement(node), node.context_expr))
            elif isinstance(node, ast.Call) and _fills(node, name):
                found.append((self.statement(node), node))
        return found

    def reaching(self, name: str, at: ast.AST) -> list[tuple[ast.stmt, ast.expr | None]]:
        """The bindings of `name` that can give it the value that it has where `at` stands."""
        scope = self.scope(at)
        found = self.bindings(name, scope)
        while not found and scope is not self.tree:
            if name in _parameters(scope):
                return []
            scope = self.scope(scope)
            found = self.bindings(name, scope)
            at = self.tree  # read later, when a function is called
        if at is self.tree:
            return found
        use = self.statement(at)
        around = {use, *self.ancestors(use)}
        earlier = [b for b in found if b[0].lineno < use.lineno]
        for k in range(len(earlier) - 1, -1, -1):
            statement = earlier[k][0]
            between = itertools.takewhile(lambda a: a not in around, self.ancestors(statement))
            sure = not isinstance(statement, _CONDITIONAL) or statement in around
            whole = isinstance(statement, ast.Assign) and any(
                _binds(t, name, whole=True) for t in statement.targets
            )
            if sure and whole and not any(isinstance(a, _CONDITIONAL) for a in between):
                return earlier[k:]
        return earlier or found

    def made_of(self, start: ast.expr) -> list[ast.expr]:
        """Every expression that `start` was computed from, `start` itself first."""
        found: dict[ast.expr, None] = {}
        waiting = [start]
        while waiting:
            node = waiting.pop(0)
            if node in found:
                continue
            found[node] = None
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                    waiting += self._behind(inner)
                elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Load):
                    waiting += self._behind_attribute(inner.attr)
                elif isinstance(inner, ast.Call):
                    waiting += self._results_of(inner)
        return list(found)

    def _behind(self, name: ast.Name) -> list[ast.expr]:
        return [value for _, value in self.reaching(name.id, name) if value is not None]

    def _behind_attribute(self, attribute: str) -> list[ast.expr]:
        return [
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign)
            and any(isinstance(t, ast.Attribute) and t.attr == attribute for t in node.targets)
        ]

    def _results_of(self, call: ast.Call) -> list[ast.expr]:
        """What the program's own functions return that a call may run."""
        func = call.func
        name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
        names = {name, "call", "__call__"} if isinstance(func, ast.Name) else {name}
        # a function that is handed over, to a thread or to tf.cond, gives its result back somewhere
        names |= {
            a.id for a in [*call.args, *(k.value for k in call.keywords)] if isinstance(a, ast.Name)
        }
        return [
            node.value
            for definition in ast.walk(self.tree)
            if isinstance(definition, _DEFINITIONS) and definition.name in names
            for node in self.inside(definition)
            if isinstance(node, ast.Return) and node.value is not None
        ]

    # -- calls

    def asked(self, target: str, source: str, call_site: CallSite | None) -> ast.Call | None:
        """The call that asks for this gradient: the one at `call_site`, or the last before it."""
        asking = self.node_at(call_site)
        here = asking if isinstance(asking, ast.Call) else None
        if here is not None and getattr(here.func, "attr", "") != "explain":
            return here
        last = position(call_site)
        found = None
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("gradient", "jacobian", "batch_jacobian")
                and (last is None or node.lineno <= last[0])
                and (here is None or self.scope(node) is self.scope(here))
            ):
                first, second = arguments(node)
                if (
                    first is not None
                    and ast.unparse(first) == target
                    and second is not None
                    and any(ast.unparse(part) == source for part in (second, *_members(second)))
                ):
                    found = node
        return found or here


def arguments(call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
    """Target and source of a call, where they stand there."""
    named = {k.arg: k.value for k in call.keywords}
    first = call.args[0] if call.args else named.get("target")
    second = call.args[1] if len(call.args) > 1 else named.get("sources", named.get("source"))
    return first, second


def _members(node: ast.expr) -> list[ast.expr]:
    members: list[ast.expr] = getattr(node, "elts", None) or getattr(node, "values", None) or []
    return members if isinstance(members, list) else []


def span_of(node: ast.expr) -> Span:
    """Where a node begins and ends."""
    return (node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0)


def position(call_site: CallSite | None) -> Span | None:
    """First and last line, first and last column of what is computed at `call_site`."""
    if call_site is None:
        return None
    code, offset = call_site
    where = next(itertools.islice(code.co_positions(), offset // 2, None), None)
    return None if where is None or None in where else where  # type: ignore[return-value]


def _binds(target: ast.AST | None, name: str, whole: bool = False) -> bool:
    """Whether an assignment to `target` gives `name` a value, or (not `whole`) a part of one."""
    if isinstance(target, ast.Name):
        return target.id == name
    if isinstance(target, (ast.Tuple, ast.List)):
        return any(_binds(t, name, whole) for t in target.elts)
    if isinstance(target, ast.Starred):
        return _binds(target.value, name, whole)
    if isinstance(target, ast.Subscript) and not whole:
        return _binds(target.value, name)
    return False


def _matching(node: ast.Assign, name: str) -> ast.expr:
    """The value for `name`: of `a, b = f(), g()` the one that stands in its place."""
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        pairs = zip(target.elts, node.value.elts, strict=False)
        return next((value for t, value in pairs if _binds(t, name)), node.value)
    return node.value


def _fills(call: ast.Call, name: str) -> bool:
    func = call.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr in _FILLS
        and isinstance(func.value, ast.Name)
        and func.value.id == name
    )


def _parameters(scope: ast.AST) -> set[str]:
    given = getattr(scope, "args", None)
    if given is None:
        return set()
    every: list[Any] = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return {a.arg for a in [*every, given.vararg, given.kwarg] if a is not None}


_known: dict[str, Program] = {}


def program_at(call_site: CallSite | None) -> Program | None:
    """The program that `call_site` lies in; None where its text is not known."""
    if call_site is None:
        return None
    filename = call_site[0].co_filename
    lines = linecache.getlines(filename)
    known = _known.get(filename)
    if known is not None and known.lines == lines:
        return known
    try:
        program = Program(filename, lines)
    except (SyntaxError, ValueError):
        return None  # a cell with magic in it, or no text at all
    if not lines:
        return None
    if len(_known) > 8:
        _known.clear()
    _known[filename] = program
    return program
