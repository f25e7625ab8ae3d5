"""The answer to "why is this gradient what it is?": `Explanation`, its steps and its causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.runtime.call_sites import Line

#: cause → what it means in one sentence
CAUSES = {
    "never_watched": "the tape never watched it",
    "watched_late": "the tape watched it only after it had been used",
    "not_trainable": "a variable that is not trainable is not watched by itself",
    "replaced_by_tensor": "the name stands for a tensor that has replaced a variable",
    "left_through_numpy": "the calculation left through NumPy or Python, where no tape can follow",
    "integer": "integers, booleans and strings carry no gradient",
    "stateful": "the value was stored in a variable, and state stops gradients",
    "stop_gradient": "tf.stop_gradient cuts the path on purpose",
    "stop_recording": "the tape was paused by stop_recording",
    "reset": "tape.reset() forgot what had been recorded",
    "after_close": "the target was computed after the tape had closed",
    "before_open": "the target was computed before the tape was opened",
    "no_path": "an op on the way passes no gradient to this input",
    "unregistered": "an op on the way has no registered gradient",
    "control_flow": "its value only decided which branch was taken",
    "no_connection": "the target was not computed from it",
}


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
        norm = self.norm if self.norm is None or np.isfinite(self.norm) else str(self.norm)
        return {
            "op": self.op,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "norm": norm,
            "finite": self.finite,
            "line": None if self.line is None else self.line.to_dict(),
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
class Explanation:
    """What `tape.explain` returns; `str()` is the text, `to_dict()` the data."""

    target: str
    source: str
    connected: bool
    cause: str | None
    text: str
    line: Line | None = None
    advice: str = ""
    suggestion: dict[str, Any] | None = None
    path: list[Step] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [self.text]
        if self.line is not None and not self.connected:
            lines.append(f"  at {self.line}: {self.line.source}")
        if self.advice:
            lines.append(f"  {'note' if self.connected else 'instead'}: {self.advice}")
        lines += [f"  {step}" for step in self.path]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return (
            f"<Explanation d({self.target})/d({self.source}): {self.cause or 'connected'}>\n{self}"
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "target": self.target,
            "source": self.source,
            "connected": self.connected,
            "cause": self.cause,
            "text": self.text,
            "line": None if self.line is None else self.line.to_dict(),
            "advice": self.advice,
            "suggestion": self.suggestion,
            "path": [step.to_dict() for step in self.path],
        }
