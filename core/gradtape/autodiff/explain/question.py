"""One question to a tape: what is asked, and what the program's text says about it.

Names are looked up in the frame that asks, so that what the text says can be held against the
objects themselves.
"""

from __future__ import annotations

import ast
from functools import cached_property
from types import FrameType, ModuleType
from typing import Any

from gradtape.autodiff.explain.program import Program, arguments, position, program_at
from gradtape.autodiff.recording import Recording
from gradtape.runtime.call_sites import CallSite, Line, resolve
from gradtape.tensors.tensor import EagerTensor
from gradtape.tensors.variable import Variable


class Question:
    """d(target)/d(source), as asked at a place of the program."""

    def __init__(
        self,
        tape: Recording,
        target: Any,
        source: Any,
        names: tuple[str, str],
        frame: FrameType | None,
    ) -> None:
        self.tape, self.target, self.source = tape, target, source
        self.target_name, self.source_name = names
        self.frame = frame
        self.call_site: CallSite | None = None if frame is None else (frame.f_code, frame.f_lasti)
        self.target_tensor: EagerTensor = target._tensor if isinstance(target, Variable) else target
        self.end: int = self.target_tensor._id
        self.source_ids = set(tape._ids(source))
        self.records: list[list[Any]] = tape.records or []
        #: the values that are still at hand, by id, once they have been gathered
        self.values: dict[int, Any] | None = None
        #: how many steps on the way from source to target let no gradient pass
        self.losses = 0
        #: the statement that should stand in the tape's block, once it is found
        self.moved: ast.stmt | None = None

    @property
    def of(self) -> str:
        """The derivative in words."""
        return f"d({self.target_name})/d({self.source_name})"

    # -- the text

    @cached_property
    def program(self) -> Program | None:
        """The text of the program that asks."""
        return program_at(self.call_site)

    @cached_property
    def block(self) -> ast.With | None:
        """The tape's `with` statement."""
        opened = self.tape._opened_at
        same = (
            self.call_site is not None
            and opened is not None
            and (opened[0].co_filename == self.call_site[0].co_filename)
        )
        return self.program.block(opened) if self.program is not None and same else None

    @cached_property
    def tape_name(self) -> str:
        """What the program calls the tape."""
        if self.block is not None and len(self.block.items) == 1:
            name = self.block.items[0].optional_vars
            if isinstance(name, ast.Name):
                return name.id
        return "tape"

    @cached_property
    def call(self) -> ast.Call | None:
        """The call that asks for the gradient."""
        if self.program is None:
            return None
        return self.program.asked(self.target_name, self.source_name, self.call_site)

    @cached_property
    def target_expression(self) -> ast.expr | None:
        """The target as it stands in that call."""
        return None if self.call is None else arguments(self.call)[0]

    @cached_property
    def source_expression(self) -> ast.expr | None:
        """The source as it is written, if that is an expression."""
        if self.call is not None:
            second = arguments(self.call)[1]
            if second is not None and ast.unparse(second) == self.source_name:
                return second
        try:
            return ast.parse(self.source_name, mode="eval").body
        except SyntaxError:
            return None

    @cached_property
    def behind(self) -> list[ast.expr]:
        """What the target was computed from, as expressions of the text.

        Empty where the tape was opened in another function: the names may mean other things there.
        """
        program, block, call = self.program, self.block, self.call
        if program is None or block is None or call is None or self.target_expression is None:
            return []
        if program.scope(block) is not program.scope(call):
            return []
        return program.made_of(self.target_expression)

    @cached_property
    def depends(self) -> bool | None:
        """Whether the text has the source among what the target was made of; None: unknown."""
        base = base_name(self.source_expression)
        if not self.behind or base is None:
            return None
        names = {n.id for e in self.behind for n in ast.walk(e) if isinstance(n, ast.Name)}
        return base in names

    def leads_to_target(self, call_site: CallSite | None) -> bool | None:
        """Whether what is computed at `call_site` is part of the target; None: unknown."""
        span = position(call_site)
        if not self.behind or call_site is None or self.call_site is None or span is None:
            return None
        if call_site[0].co_filename != self.call_site[0].co_filename:
            return None
        node = None if self.program is None else self.program.node_at(call_site)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            stored = self.program.statement(node) if self.program is not None else None
            return getattr(stored, "value", None) in self.behind  # out[i] = x[i]
        return any(
            (e.lineno, e.col_offset) <= (span[0], span[2])
            and (span[1], span[3]) <= (e.end_lineno or 0, e.end_col_offset or 0)
            for e in self.behind
        )

    # -- values and lines

    def value_of(self, node: ast.AST | None) -> Any:
        """The object that a name, an attribute or an element stands for; None where unknown."""
        if self.frame is None:
            return None
        if isinstance(node, ast.Name):
            found = self.frame.f_locals.get(node.id)
            return self.frame.f_globals.get(node.id) if found is None else found
        if isinstance(node, ast.Attribute):
            return getattr(self.value_of(node.value), node.attr, None)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            owner, key = self.value_of(node.value), node.slice.value
            try:
                return owner[key] if isinstance(owner, (list, tuple, dict)) else None  # type: ignore[index]
            except (IndexError, KeyError, TypeError):
                return None
        return None

    def rank_of(self, node: ast.AST) -> int | None:
        """How many axes the value of an expression has, where it is at hand."""
        shape = getattr(self.value_of(node), "shape", None)
        return None if shape is None else len(shape)

    @cached_property
    def library(self) -> str:
        """What the program calls gradtape."""
        if self.frame is not None:
            for name, value in self.frame.f_globals.items():
                if isinstance(value, ModuleType) and value.__name__ in ("gradtape", "tensorflow"):
                    return name
        return "tf"

    def binding(self, name: str) -> ast.stmt | None:
        """The last statement that gave a name its value where the gradient is asked for."""
        if self.program is None or self.call is None:
            return None
        use = ast.copy_location(ast.Name(name, ast.Load()), self.call)
        self.program.parents[use] = self.program.parents[self.call]
        found = self.program.reaching(name, use)
        return found[-1][0] if found else None

    def statement_of(self, node: ast.expr | None) -> ast.stmt | None:
        """The statement that gave a name its value; None for any other expression."""
        return self.binding(node.id) if isinstance(node, ast.Name) else None

    def line_of_name(self, node: ast.expr | None) -> Line | None:
        """Where the text gives an expression its value: the line of its name, or its own."""
        if self.program is None or node is None:
            return None
        if isinstance(node, ast.Name):
            statement = self.statement_of(node)
            return None if statement is None else self.program.line_of(statement)
        return None if self.call is None else self.program.line_of(self.call)

    @property
    def asked_line(self) -> Line | None:
        """The line that asks."""
        if self.program is not None and self.call is not None:
            return self.program.line_of(self.call)
        return resolve(self.call_site)


def base_name(node: ast.AST | None) -> str | None:
    """The name that an expression such as `a.b[0].c` begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def argument_names(frame: FrameType | None) -> tuple[str, str] | None:
    """Target and source of the call that is running in `frame`, as they are written there."""
    call_site = None if frame is None else (frame.f_code, frame.f_lasti)
    program = program_at(call_site)
    call = None if program is None else program.node_at(call_site)
    if not isinstance(call, ast.Call):
        return None
    first, second = arguments(call)
    return None if first is None or second is None else (ast.unparse(first), ast.unparse(second))
