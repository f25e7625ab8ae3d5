"""The process-wide seed behind `tf.random.set_seed`, and which stream each stateful draw reads.

An op draws from the stream whose key is the global seed and whose counter starts at the op's seed.
A draw without `seed=` takes the next seed of an internal sequence, so it is always a fresh stream.
A draw with `seed=` goes on where the last such draw of the same op ended, until `set_seed` starts
everything anew.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradtape.random.philox import Stream

if TYPE_CHECKING:
    from random import Random

__all__ = [
    "dataset_seeds",
    "fresh_stream",
    "global_state",
    "graph_stream",
    "op_stream",
    "set_global_state",
    "set_seed",
    "traced_draw",
]

_DEFAULT_SEED = 87654321  # of draws that have a seed where no global one was set
_HASH_MODULUS = 2**61 - 1
_SEED_LIMIT = 2**31 - 1  # seeds are taken modulo this; the internal sequence includes it


class _Seeds:
    """The global seed, the sequence of op seeds, and how far each seeded op has read."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seed: int | None = None
        self.sequence: Random | None = None
        self.read: dict[Any, int] = {}


_SEEDS = _Seeds()


def set_seed(seed: int | None) -> None:
    """Starts every random sequence anew from `seed`; None makes them unforeseeable again.

    After it, the same draws in the same order give the same numbers, those of TensorFlow. A draw
    without `seed=` takes the next of a sequence of seeds; one with `seed=s` depends on `s` and on
    how much was drawn with it before. `tf.random.Generator` and the `stateless_…` functions do not
    look at this seed.

    Raises: TypeError where `seed` is no number.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.uniform([2]).numpy(), tf.random.uniform([2]).numpy()
    (array([0.16513085, 0.9014813 ], dtype=float32), array([0.51010704, 0.44353175], dtype=float32))
    >>> tf.random.set_seed(1)
    >>> tf.random.uniform([2]).numpy()
    array([0.16513085, 0.9014813 ], dtype=float32)
    """
    from random import Random  # not needed by programs without a seed

    reduced = 0 if seed is None else _reduced(seed, "tf.random.set_seed")
    with _SEEDS.lock:
        _SEEDS.read.clear()
        if seed is None:
            _SEEDS.seed = _SEEDS.sequence = None
            return
        _SEEDS.seed = reduced
        _SEEDS.sequence = Random(_hash_64(seed) if isinstance(seed, float) else int(seed))


def _reduced(seed: Any, where: str) -> int:
    try:
        return int((seed if isinstance(seed, float) else int(seed)) % _SEED_LIMIT)
    except (TypeError, ValueError):
        raise TypeError(f"{where}: a seed is an integer; got {seed!r}") from None


def _hash_64(seed: float) -> int:
    """The hash that 64-bit Pythons give a float, which seeds the sequence: a tab's has 32 bits."""
    numerator, denominator = abs(seed).as_integer_ratio()
    value = numerator * pow(denominator, -1, _HASH_MODULUS) % _HASH_MODULUS
    return value if seed >= 0 else 2**64 - (2 if value == 1 else value)


def op_stream(op: str, seed: Any, signature: tuple[Any, ...], blocks: int) -> Stream:
    """The stream that a draw of `blocks` counter values reads, which later draws then leave out.

    Ops of the same name, seed and `signature` (their dtypes) share a stream; others that happen to
    have the same seed read the same numbers.
    """
    with _SEEDS.lock:
        if seed is None and _SEEDS.sequence is None:
            return fresh_stream()
        key = _DEFAULT_SEED if _SEEDS.seed is None else _SEEDS.seed
        if seed is None:
            assert _SEEDS.sequence is not None
            return _stream(key, _SEEDS.sequence.randint(0, _SEED_LIMIT) % _SEED_LIMIT)
        number = _reduced(seed, "seed=")
        reader = (op, number, signature)
        start = _SEEDS.read.get(reader, 0)
        _SEEDS.read[reader] = start + blocks
        return _stream(key, number).skip(start)


def traced_draw(
    trace: Any, seed: Any, blocks: int, read: Callable[..., Any], values: tuple[Any, ...] = ()
) -> Any:
    """What `read` makes of a stream, of which it takes `blocks`, and of `values`, in each call.

    As in TensorFlow: a draw without `seed=` has for seed its number in the trace, the global seed
    is that of tracing, and each draw goes on where its last call ended, until `set_seed`.
    """
    with _SEEDS.lock:
        key, known = _SEEDS.seed, _SEEDS.sequence is not None
    if seed is None and not known:
        return trace.call(lambda *xs: (read(fresh_stream(), *xs),), values, draws=True)[0]
    number = trace.next_draw() if seed is None else _reduced(seed, "seed=")
    place = trace.place()
    whole = _DEFAULT_SEED if key is None else key

    def drawn(*arrays: Any) -> tuple[Any, ...]:
        with _SEEDS.lock:
            start = _SEEDS.read.get(place, 0)
            _SEEDS.read[place] = start + blocks
        return (read(_stream(whole, number).skip(start), *arrays),)

    def keep() -> Callable[[], None]:
        start = _SEEDS.read.get(place, 0)
        return lambda: _SEEDS.read.update({place: start})

    return trace.call(drawn, values, draws=True, keep=keep)[0]


def dataset_seeds(seed: Any) -> tuple[int, int]:
    """The key and the seed of a shuffled dataset; unforeseeable where no seed was ever set."""
    with _SEEDS.lock:
        if seed is None and _SEEDS.sequence is None:
            return int.from_bytes(os.urandom(8), "little"), int.from_bytes(os.urandom(8), "little")
        key = _DEFAULT_SEED if _SEEDS.seed is None else _SEEDS.seed
        if seed is None:
            assert _SEEDS.sequence is not None
            op_seed = _SEEDS.sequence.randint(0, _SEED_LIMIT) % _SEED_LIMIT
        else:
            op_seed = _reduced(seed, "seed=")
        return key, _SEED_LIMIT if key == op_seed == 0 else op_seed


def global_state() -> dict[str, Any]:
    """Where the global seed and all that follows it stand, as numbers and texts."""
    with _SEEDS.lock:
        return {
            "seed": _SEEDS.seed,
            "sequence": None if _SEEDS.sequence is None else _SEEDS.sequence.getstate(),
            "read": [[reader, count] for reader, count in _SEEDS.read.items()],
        }


def set_global_state(state: Any) -> None:
    """Go on from a state that `global_state` gave, also when it has come through JSON."""
    from random import Random  # as in set_seed

    sequence = None
    if state["sequence"] is not None:
        sequence = Random()
        sequence.setstate(_tuples(state["sequence"]))
    with _SEEDS.lock:
        _SEEDS.seed, _SEEDS.sequence = state["seed"], sequence
        _SEEDS.read = {_tuples(reader): count for reader, count in state["read"]}


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


def graph_stream() -> Stream:
    """The stream of the first random op of a new graph; unforeseeable where no seed was ever set.

    Graphs count their ops anew, so that every graph draws the same numbers after `set_seed`.
    """
    with _SEEDS.lock:
        return fresh_stream() if _SEEDS.seed is None else _stream(_SEEDS.seed, 0)


def _stream(key: int, op_seed: int) -> Stream:
    if key == op_seed == 0:  # TensorFlow's mark for "no seed", so it moves this pair away
        op_seed = _SEED_LIMIT
    return Stream(key, op_seed << 64)


def fresh_stream() -> Stream:
    """A stream that nobody can foresee, from the operating system's entropy."""
    return Stream(int.from_bytes(os.urandom(8), "little"), int.from_bytes(os.urandom(16), "little"))
