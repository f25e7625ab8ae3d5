"""Where in the program each op was computed: through which calls, in which turn of a loop.

The rows of the picture. A `Scope` is a row (one statement, executed once), a loop with its turns, a
call of a function or of a layer; `Places.place` says, for the op that is being computed, in which
one it is. It reads the frames of the program, and changes nothing.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from types import CodeType, FrameType
from typing import Any, NamedTuple

from playground.failure import FILE
from playground.program import Loop, node_at, program


@dataclass
class Scope:
    """A part of what was executed, inside `parent`."""

    number: int
    parent: int | None
    kind: str  # "line", "loop", "turn", "call" or "layer"
    title: str
    lineno: int | None


@dataclass
class Place:
    """Where an op was computed: its scope, its expression, and the calls that led there."""

    scope: int
    node: ast.AST | None  # the innermost expression of the program
    calls: list[tuple[int, ast.AST]]  # (scope of the row, expression) from the inside out


class _Turning(NamedTuple):
    """A loop that a frame is in: what tells its turns apart, its scope, and that of the turn."""

    loop: Loop
    token: Any
    scope: int
    turn: int


@dataclass
class _Level:
    """A frame of the program or of a layer that an op came through."""

    frame: int
    code: CodeType
    offset: int
    parent: int | None  # the scope that the frame as a whole is in
    node: ast.AST | None = None
    loops: list[_Turning] = field(default_factory=list)
    row: int | None = None
    layer: int = 0  # which layer's call it is
    seen: set[tuple[int, str]] = field(default_factory=set)  # (offset, op) of this turn

    @property
    def inside(self) -> int | None:
        """The scope that a row of this level is in."""
        return self.loops[-1].turn if self.loops else self.parent

    def go(self, offset: int) -> None:
        """Be at this instruction."""
        self.offset = offset

    def stand(self, node: ast.AST | None, row: int) -> None:
        """Be at this part of the program, in this row."""
        self.node, self.row = node, row


class Places:
    """The scopes of one tape, in the order in which they began."""

    def __init__(self, scopes: list[Scope] | None = None) -> None:
        self.scopes: list[Scope] = [] if scopes is None else scopes
        self._levels: list[_Level] = []
        self._turns: dict[int, int] = {}

    def place(self, op: str, frame: FrameType | None) -> Place | None:
        """The place of an op that is being computed in this frame or beneath it."""
        frames = _frames(frame)
        if not frames:
            return None
        same = self._same(op, frames)
        del self._levels[same:]
        for f in frames[same:]:
            self._enter(f)
        levels = self._levels
        levels[-1].seen.add((levels[-1].offset, op))
        row = levels[-1].row
        assert row is not None
        calls = [(lv.row, lv.node) for lv in reversed(levels) if lv.node and lv.row is not None]
        return Place(row, None if levels[-1].layer else levels[-1].node, calls)

    def renewed(self, frame: FrameType | None) -> Places:
        """The same scopes for a later turn of the loops that this frame is in."""
        now, scopes = Places(), list(self.scopes)
        now.place("", frame)
        for i, (scope, there) in enumerate(zip(self.scopes, now.scopes, strict=False)):
            if (scope.kind, scope.parent, scope.lineno) != (there.kind, there.parent, there.lineno):
                break
            if scope.kind == "turn":
                scopes[i] = replace(scope, title=there.title)
        return Places(scopes)

    def _same(self, op: str, frames: list[FrameType]) -> int:
        """How many levels go on as they were; those that moved on are brought up to date."""
        same = 0
        for level, frame in zip(self._levels, frames, strict=False):
            if level.frame != id(frame) or level.code is not frame.f_code:
                break
            innermost = same == len(frames) - 1
            offset = frame.f_lasti
            if level.layer:
                if level.layer != id(frame.f_locals.get("self")):
                    break
            elif not self._move(level, frame, op, innermost):
                break
            elif level.offset != offset:
                level.go(offset)
                return same + 1
            same += 1
        if 0 < same < len(self._levels) and same < len(frames):
            self._call_again(self._levels[same - 1], frames[same - 1])
        return same

    def _call_again(self, level: _Level, frame: FrameType) -> None:
        """A function is called anew from the same place: the loop around that has turned."""
        if level.loops and all(_token(turning.loop, frame) is None for turning in level.loops):
            self._turn(level, frame, level.loops.pop())
            level.stand(level.node, self._row(level, level.node))

    def _move(self, level: _Level, frame: FrameType, op: str, innermost: bool) -> bool:
        """Bring a level to where its frame is now; False where the frame is another one's."""
        text = program()
        offset = frame.f_lasti
        node = level.node if offset == level.offset else node_at(frame.f_code, offset)
        loops = () if node is None else text.loops(node)
        common = 0
        for turning, now in zip(level.loops, loops, strict=False):
            if turning.loop is not now:
                break
            common += 1
        turned = None
        for k in range(common):
            token = _token(loops[k], frame)
            if token is not None and token != level.loops[k].token:
                turned = k
                break
        if turned is None:
            back = offset < level.offset or (
                offset == level.offset
                and innermost
                and (offset, op) in level.seen
                and all(_token(loop, frame) is None for loop in loops[:common])
            )
            if back and common == 0:
                return offset == level.offset
            if back:
                turned = common - 1
        if turned is None and offset == level.offset:
            return True
        keep = common if turned is None else turned
        again = None if turned is None else level.loops[turned]
        del level.loops[keep:]
        if again is not None:
            level.seen.clear()
            self._turn(level, frame, again)
        self._open_loops(level, frame, loops[len(level.loops) :])
        level.stand(node, self._row(level, node))
        if turned is not None and offset == level.offset:
            level.go(-1)  # so that it counts as moved
        return True

    def _turn(self, level: _Level, frame: FrameType, again: _Turning) -> None:
        turn = self._turn_scope(again.loop, again.scope, frame)
        level.loops.append(_Turning(again.loop, _token(again.loop, frame), again.scope, turn))

    def _enter(self, frame: FrameType) -> None:
        above = self._levels[-1] if self._levels else None
        parent = None if above is None else above.row
        text = program()
        if frame.f_code.co_filename != FILE:
            owner = frame.f_locals["self"]
            name = str(getattr(owner, "name", "") or type(owner).__name__)
            row = self._scope(parent, "layer", name, None)
            level = _Level(id(frame), frame.f_code, frame.f_lasti, parent, row=row, layer=id(owner))
            self._levels.append(level)
            return
        name = _function(frame)
        if above is not None and not name.startswith("<listcomp") and name != "<genexpr>":
            parent = self._scope(parent, "call", name, frame.f_code.co_firstlineno)
        node = node_at(frame.f_code, frame.f_lasti)
        level = _Level(id(frame), frame.f_code, frame.f_lasti, parent, node)
        self._open_loops(level, frame, () if node is None else text.loops(node))
        level.stand(node, self._row(level, node))
        self._levels.append(level)

    def _open_loops(self, level: _Level, frame: FrameType, loops: tuple[Loop, ...]) -> None:
        for loop in loops:
            lineno = getattr(loop, "lineno", None) or getattr(loop.target, "lineno", None)  # type: ignore[union-attr]
            scope = self._scope(level.inside, "loop", program().title(loop), lineno)
            turn = self._turn_scope(loop, scope, frame)
            level.loops.append(_Turning(loop, _token(loop, frame), scope, turn))

    def _turn_scope(self, loop: Loop, scope: int, frame: FrameType) -> int:
        turn = self._turns[scope] = self._turns.get(scope, 0) + 1
        value = _value(loop, frame)
        title = f"turn {turn}" if value is None else value
        return self._scope(scope, "turn", title, self.scopes[scope].lineno)

    def _row(self, level: _Level, node: ast.AST | None) -> int:
        """The row of the statement that a level is at; the last one, where that is the same."""
        text, inside = program(), level.inside
        statement = None if node is None else text.statement(node)
        if statement is None:
            lineno = level.code.co_firstlineno
            title = level.code.co_name
        else:
            lineno = statement.lineno
            title = text.written(_head(statement))
        last = None if level.row is None else self.scopes[level.row]
        if last is not None and (last.parent, last.kind, last.lineno) == (inside, "line", lineno):
            return last.number
        return self._scope(inside, "line", title, lineno)

    def _scope(self, parent: int | None, kind: str, title: str, lineno: int | None) -> int:
        self.scopes.append(Scope(len(self.scopes), parent, kind, title, lineno))
        return len(self.scopes) - 1


def _head(statement: ast.stmt) -> ast.AST:
    """What of a statement stands in its row: of one with a body only what is computed there."""
    for name in ("test", "iter", "value", "subject"):
        part = getattr(statement, name, None)
        if hasattr(statement, "body") and isinstance(part, ast.AST):
            return part
    return statement


def _frames(frame: FrameType | None) -> list[FrameType]:
    """The frames of the program and of layers, from the outside in."""
    found = []
    while frame is not None:
        code = frame.f_code
        if code.co_filename == FILE or (
            code.co_name == "__call__"
            and hasattr(frame.f_locals.get("self"), "trainable_variables")
        ):
            found.append(frame)
        frame = frame.f_back
    found.reverse()
    while found and found[0].f_code.co_filename != FILE:
        del found[0]
    return found


def _function(frame: FrameType) -> str:
    """What a call is called: the function, or the class of the object that is called."""
    name = frame.f_code.co_name
    owner = frame.f_locals.get("self")
    return type(owner).__name__ if name in ("__call__", "call") and owner is not None else name


def _names(loop: Loop) -> list[str]:
    if isinstance(loop, ast.While):
        return []
    return [node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)]


def _token(loop: Loop, frame: FrameType) -> Any:
    """What tells one turn from the next; None where nothing does."""
    names = _names(loop)
    held = frame.f_locals
    found = [held[name] for name in names if name in held]
    if not found or len(found) < len(names):
        return None
    return tuple(v if isinstance(v, (int, float, str)) else id(v) for v in found)


def _value(loop: Loop, frame: FrameType) -> str | None:
    """`t = 3`, where the loop's variables are numbers or words."""
    held = frame.f_locals
    told = [
        f"{name} = {held[name]!r:.20}"
        for name in _names(loop)
        if name != "_" and isinstance(held.get(name), (int, float, str))
    ]
    return ", ".join(told) or None
