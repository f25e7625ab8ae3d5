"""The comparison of a call in gradtape, here, with the same call in TensorFlow, over there."""

from __future__ import annotations

import logging
import signal
import warnings
from types import FrameType
from typing import Any

import numpy as np

import gradtape
from tests.fuzz.call import Call
from tests.fuzz.comparison import Difference, differences
from tests.fuzz.declared import Declared, declared
from tests.fuzz.outcome import Outcome, evaluated
from tests.fuzz.peer import Peer

PATIENCE = 20  # seconds for one call


class Hang(BaseException):
    """A call does not come to an end; no `except Exception` may swallow it."""


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise Hang(f"no answer in {PATIENCE} s")


def ours(call: Call) -> Outcome:
    """What comes of the call in gradtape."""
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(PATIENCE)
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return evaluated(gradtape, call.message)
    except Hang as error:
        return {"value": {"error": "Hang", "message": str(error)}}
    finally:
        signal.alarm(0)
        logging.disable(before)


class Comparison:
    """Compares calls, and parts the differences that are meant from those that are not."""

    def __init__(self, peer: Peer, meant: list[Declared] | None = None) -> None:
        self._peer = peer
        self._declared = declared() if meant is None else meant
        self._known: dict[Call, tuple[list[Difference], int]] = {}

    def __call__(self, call: Call) -> tuple[list[Difference], int]:
        """The differences that are not declared, and how many are."""
        if call not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[call] = self._compared(call)
        return self._known[call]

    def _compared(self, call: Call) -> tuple[list[Difference], int]:
        theirs: Any = self._peer.outcome(call)
        half = any(i.dtype == "float16" for i in call.inputs)
        found = differences(theirs, ours(call), call.function, half)
        left = [d for d in found if not any(entry.matches(call, d) for entry in self._declared)]
        return left, len(found) - len(left)
