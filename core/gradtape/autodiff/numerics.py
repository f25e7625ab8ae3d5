"""`tf.debugging.enable_check_numerics`: every op is looked at, and a NaN or infinity is an error.

The check is a recorder that follows everything, so it costs nothing while it is not active; and as
somebody records, backward passes run on tensors too, and are checked op by op.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.runtime.call_sites import resolve
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor, Tensor
from gradtape.tensors.variable import Variable


class _Everything:
    """A set that everything is in."""

    def __contains__(self, _: object) -> bool:
        return True


class NumericsCheck:
    """A recorder that raises where an op gives what is not finite."""

    inline_records = False
    tracked = _Everything()
    cut_off_ids: frozenset[int] = frozenset()

    def record(
        self, op: Any, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Look at what an op gave."""
        outputs = y if type(y) is tuple else (y,)
        for k, output in enumerate(outputs):
            value = output._value
            if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc":
                if not np.isfinite(value).all():
                    raise _refusal(op.type, xs, outputs, k, frame)

    def record_cut(self, *_: Any) -> None:
        """The check keeps no cut_off_ids."""

    def note_read(self, variable: Variable, tensor: EagerTensor) -> None:
        """Reading a variable computes nothing."""

    def note_exit(self, tensor: Tensor, how: str) -> None:
        """What leaves was looked at when it was computed."""

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """What is stored was looked at when it was computed."""


def _refusal(
    op: str, xs: tuple[Any, ...], outputs: tuple[Any, ...], k: int, frame: Any
) -> InvalidArgumentError:
    value = outputs[k]._value
    counts = [
        ("NaN", int(np.isnan(value).sum())),
        ("-Inf", int((value == -np.inf).sum())),
        ("+Inf", int((value == np.inf).sum())),
    ]
    found = [(name, n) for name, n in counts if n]
    line = None if frame is None else resolve((frame.f_code, frame.f_lasti))
    inputs = "\n".join(f"         {i}: {x}" for i, x in enumerate(xs))
    return InvalidArgumentError(
        f'\n\n!!! Detected Infinity or NaN in output {k} of eagerly-executing op "{op}" '
        f"(# of outputs: {len(outputs)}) !!!\n  dtype: {outputs[k].dtype!r}\n"
        f"  shape: {tuple(value.shape)}\n"
        + "".join(f"  # of {name} elements: {n}\n" for name, n in found)
        + ("" if line is None else f"  line: {line}: {line.source}\n")
        + f"\n  Input tensors ({len(xs)}):\n{inputs}\n\n : Tensor had "
        + " and ".join(name for name, _ in found)
        + " values [Op:CheckNumericsV2]"
    )


def enable() -> None:
    """Look at every op of this thread from now on."""
    if not any(isinstance(r, NumericsCheck) for r in state.recorders):
        state.recorders = (NumericsCheck(), *state.recorders)


def disable() -> None:
    """Stop that."""
    state.recorders = tuple(r for r in state.recorders if not isinstance(r, NumericsCheck))
