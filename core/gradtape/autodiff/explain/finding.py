"""What an inquiry finds: the cause of a None, where, and what more there is to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradtape.runtime.call_sites import CallSite, Line
from gradtape.tensors.variable import Variable


@dataclass
class Finding:
    """A cause (a key of `causes.CAUSES`).

    `line` is there where the program's text knows it and the tape does not.
    """

    cause: str
    call_site: CallSite | None = None
    more: str = ""
    advice: str = ""
    op: str | None = None
    line: Line | None = None


def made_at(value: Any) -> CallSite | None:
    """Where a variable, or a tensor of tf.constant, was made."""
    if isinstance(value, Variable):
        return value._made
    origin = getattr(value, "_origin", None)
    return origin[1] if origin is not None and origin[0] == "made" else None
