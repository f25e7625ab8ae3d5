"""The answer to "why is this gradient what it is?": `Explanation`, its steps and lost branches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.runtime.call_sites import Line


@dataclass(frozen=True)
class Step:
    """One op of a path, from source to target."""

    op: str
    shape: tuple[int, ...]
    dtype: str
    line: Line | None
    norm: float | None = None
    finite: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """The step as plain data."""
        return {
            "op": self.op,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "norm": _plain(self.norm),
            "finite": self.finite,
            "line": _line(self.line),
        }

    def __str__(self) -> str:
        shape = ", ".join(map(str, self.shape))
        text = f"{self.op:<16} {self.dtype}[{shape}]"
        if self.norm is not None:
            text += f"  |gradient| {self.norm:.4g}"
        if self.line is not None:
            text += f"  {self.line}: {self.line.source}"
        return text


@dataclass(frozen=True)
class Lost:
    """A branch from source to target on which the gradient is lost, beside one that flows."""

    how: str
    line: Line | None

    def to_dict(self) -> dict[str, Any]:
        """The branch as plain data."""
        return {"how": self.how, "line": _line(self.line)}

    def __str__(self) -> str:
        where = "" if self.line is None else f" at {self.line}: {self.line.source}"
        return f"lost in part: {self.how}{where}"


@dataclass(frozen=True)
class Explanation:
    """What `tape.explain` returns; `str()` is the text, `to_dict()` the data.

    `cause` is None where a finite gradient flows that is not zero. `norm` is that of the source's
    gradient. Of a long path `path` holds the beginning and the end, and `length` counts all ops.
    `born` says in which pass a NaN or infinity appeared ("forward", "backward" or "input"), `op`
    in which op, `operands` on which values.
    """

    target: str
    source: str
    connected: bool
    cause: str | None
    text: str
    line: Line | None = None
    advice: str = ""
    suggestion: dict[str, Any] | None = None
    path: list[Step] = field(default_factory=list)
    op: str | None = None
    norm: float | None = None
    born: str | None = None
    operands: list[str] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    length: int = 0

    def __str__(self) -> str:
        lines = [self.text]
        if self.line is not None:
            lines.append(f"  at {self.line}: {self.line.source}")
        if self.operands:
            lines.append(f"  with {', '.join(self.operands)}")
        if self.advice:
            lines.append(f"  instead: {self.advice}")
        if self.suggestion is not None:
            lines += [f"    {text.strip()}" for text in self.suggestion["after"].split("\n")]
        lines += [f"  {branch}" for branch in self.lost]
        steps = [f"  {step}" for step in self.path]
        if self.length > len(self.path):
            middle = len(self.path) // 2
            steps.insert(middle, f"  … {self.length - len(self.path)} more ops …")
        return "\n".join(lines + steps)

    def __repr__(self) -> str:
        return (
            f"<Explanation d({self.target})/d({self.source}): {self.cause or 'connected'}>\n{self}"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from gradtape.display.explanations import explanation  # of use in notebooks alone

        return explanation(self)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "target": self.target,
            "source": self.source,
            "connected": self.connected,
            "cause": self.cause,
            "text": self.text,
            "line": _line(self.line),
            "advice": self.advice,
            "suggestion": self.suggestion,
            "path": [step.to_dict() for step in self.path],
            "op": self.op,
            "norm": _plain(self.norm),
            "born": self.born,
            "operands": self.operands,
            "lost": [branch.to_dict() for branch in self.lost],
            "length": self.length,
        }


def _line(line: Line | None) -> dict[str, str | int] | None:
    return None if line is None else line.to_dict()


def _plain(norm: float | None) -> float | str | None:
    """A norm that JSON can hold."""
    return norm if norm is None or np.isfinite(norm) else str(norm)
