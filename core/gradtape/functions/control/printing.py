"""`tf.print`: tensors as TensorFlow prints them, shortened in the middle."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import Batched
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import is_tensor_like
from gradtape.tensors.tensor import wrap


def print_(
    *inputs: Any, output_stream: Any = None, end: str = "\n", sep: str = " ", summarize: int = 3,
    name: str | None = None,
) -> None:  # fmt: skip
    """None; the values are printed, of each axis the first and last `summarize` elements (−1: all).

    `output_stream` is a file (default: sys.stderr), a function such as `logging.info`, or
    "file://path" to append to.

    Raises: ValueError for another stream.

    >>> import sys
    >>> tf.print("x:", tf.range(10), output_stream=sys.stdout)
    x: [0 1 2 ... 7 8 9]
    """
    if state.trace is not None:  # printed in each call of the function, when it is over
        leaves = nest.flatten(list(inputs))
        values = {k: convert_operand(v)._value for k, v in enumerate(leaves) if is_tensor_like(v)}
        if not any(type(value) is Batched for value in values.values()):

            def told(*arrays: Any) -> None:
                given = dict(zip(values, arrays, strict=True))
                filled = [wrap(given[k]) if k in given else v for k, v in enumerate(leaves)]
                again = nest.pack_sequence_as(list(inputs), filled)
                print_(*again, output_stream=output_stream, end=end, sep=sep, summarize=summarize)

            state.trace.tell(told, tuple(values.values()))
            return
    text = sep.join(_text(value, summarize, True) for value in inputs) + end
    stream = sys.stderr if output_stream is None else output_stream
    if isinstance(stream, str) and stream.startswith("file://"):
        with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text)
    elif hasattr(stream, "write"):
        stream.write(text)
    elif callable(stream):
        stream(text.removesuffix("\n") if end == "\n" else text)
    else:
        raise ValueError(
            f"output_stream is a file, a function or 'file://path', got {output_stream!r}."
        )


def _text(value: Any, summarize: int, outermost: bool) -> str:
    """One argument: a tensor by its elements, a structure with its tensors, else Python's text."""
    if is_tensor_like(value):
        x = convert_operand(value)._value
        return repr(x) if type(x) is Batched else block(np.asarray(x), summarize)
    if type(value) in (list, tuple):
        inner = ", ".join(_text(v, summarize, False) for v in value)
        close = ",)" if type(value) is tuple and len(value) == 1 else ")"
        return f"[{inner}]" if type(value) is list else f"({inner}{close}"
    if type(value) is dict:
        return (
            "{" + ", ".join(f"{k!r}: {_text(v, summarize, False)}" for k, v in value.items()) + "}"
        )
    return value if outermost and isinstance(value, str) else repr(value)


def block(array: Any, summarize: int) -> str:
    """An array in brackets, its numbers as short as they can be read back.

    As in TensorFlow, rows of nothing are not told apart: dots stand for all of them, as they do
    where nothing of what is there is asked for.
    """
    if array.shape[:1] == (0,):
        return "[]"
    if not array.size or not summarize:
        dots = "\n" * (array.ndim - 1) + " ..."
        return f"[{dots}]" if array.ndim else "..."
    return _rows(array, summarize, 1) if array.ndim else _number(array[()])


def _rows(array: Any, summarize: int, depth: int) -> str:
    n = len(array)
    short = 0 <= summarize and n > 2 * summarize
    kept = [*range(summarize), *range(n - summarize, n)] if short else list(range(n))
    parts = [
        _number(array[k]) if array.ndim == 1 else _rows(array[k], summarize, depth + 1)
        for k in kept
    ]
    if short:
        parts.insert(summarize, "...")
    gap = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * depth
    return f"[{gap.join(parts)}]"


def _number(value: Any) -> str:
    if isinstance(value, bytes):
        return f'"{value.decode(errors="replace")}"'
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, np.floating):
        single = value.itemsize < 8  # float16 too is read back as float32
        few, many = (6, 9) if single else (15, 17)
        short = f"{float(value):.{few}g}"
        same = (np.float32 if single else np.float64)(short) == value or np.isnan(value)
        return short if same else f"{float(value):.{many}g}"
    return str(value)
