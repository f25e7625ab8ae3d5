"""`tf.summary.experimental`: the step that summaries take where none is given."""

from __future__ import annotations

from typing import Any

from gradtape.summary.writer import state

__all__ = ["get_step", "set_step"]


def get_step() -> Any:
    """The step that was set; None from the beginning."""
    return state.step


def set_step(step: Any) -> None:
    """Take this step for summaries without one: a number, or a variable that counts."""
    state.step = step
