"""Random classes to be told from the true ones: `tf.random.uniform_candidate_sampler` and its kin.

With them a loss over many thousand classes looks at a few of them: `tf.nn.sampled_softmax_loss` and
`tf.nn.nce_loss`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.random.arguments import host
from gradtape.random.philox import Stream
from gradtape.random.seeds import op_stream
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = [
    "all_candidate_sampler",
    "compute_accidental_hits",
    "log_uniform_candidate_sampler",
    "uniform_candidate_sampler",
]

Array = np.ndarray[Any, Any]

_BLOCKS_RESERVED = 512  # for each class, however many draws it takes
_MASK64 = (1 << 64) - 1


class Candidates(NamedTuple):
    """The classes that were drawn, and how often a draw of so many is expected to hold each."""

    sampled_candidates: EagerTensor
    true_expected_count: EagerTensor
    sampled_expected_count: EagerTensor


class AccidentalHits(NamedTuple):
    """Where a true class was drawn: rows, places among the drawn, and −(the largest float32)."""

    indices: EagerTensor
    ids: EagerTensor
    weights: EagerTensor


def _pairs(stream: Stream) -> Iterator[tuple[int, int]]:
    """The words of a stream two by two; more of them are made as they are asked for."""
    for start in count(0, 64):
        words = stream.skip(start).words(4 * 64).tolist()
        yield from zip(words[::2], words[1::2], strict=True)


def _uniform(below: int, pairs: Iterator[tuple[int, int]]) -> int:
    """A number below a bound, without bias: what would make the remainders uneven is drawn anew."""
    while True:
        low, high = next(pairs)
        bits = low | high << 32
        if below & (below - 1) == 0:
            return bits & (below - 1)
        if bits >= _MASK64 % below + 1:
            return bits % below


def _log_uniform(below: int, pairs: Iterator[tuple[int, int]]) -> int:
    high, low = next(pairs)
    unit = ((high & 0xFFFFF) << 32 | low) / 2.0**52
    return (int(math.exp(unit * math.log1p(below))) - 1) % below


def _expected(share: Array, size: int, tries: int) -> Array:
    share = share.astype(np.float32)
    if tries == size:
        return share * np.float32(size)
    counts: Array = -np.expm1(np.float32(tries) * np.log1p(-share))
    return counts


def _true(true_classes: Any, num_true: int, below: int | None, op: str) -> Array:
    true = host(true_classes)
    if true.ndim != 2:
        raise InvalidArgumentError(f"true_classes must be a matrix [Op:{op}]")
    if true.shape[1] != num_true:
        raise InvalidArgumentError(
            f"true_classes must have num_true columns, expected: {true.shape[1]} was: {num_true} "
            f"[Op:{op}]"
        )
    if true.dtype.kind not in "iu":
        raise InvalidArgumentError(f"true_classes must be integers, got {true.dtype} [Op:{op}]")
    if below is not None and true.size and not (0 <= true.min() and true.max() < below):
        wrong = int(true.min()) if true.min() < 0 else int(true.max())
        raise InvalidArgumentError(
            f"`true_candidate` out of range [0, {below}), received {wrong} [Op:{op}]"
        )
    return true


def _drawn(
    op: str,
    draw: Callable[[int, Iterator[tuple[int, int]]], int],
    share: Callable[[Array], Array],
    arguments: tuple[Any, int, int, bool, int],
    seed: Any,
) -> Candidates:
    true_classes, num_true, size, unique, below = arguments
    signature = (num_true, size, bool(unique), below)
    stream = op_stream(op, seed, signature, max(size, 0) * _BLOCKS_RESERVED)
    if num_true < 1 or size < 1 or below < 1:
        raise InvalidArgumentError(
            f"num_true, num_sampled and range_max must be >= 1, got {num_true}, {size} and "
            f"{below} [Op:{op}]"
        )
    if unique and size > below:
        raise InvalidArgumentError(f"Sampler's range is too small. [Op:{op}]")
    true = _true(true_classes, num_true, below, op)
    pairs = _pairs(stream)
    sampled: list[int] = []
    seen: set[int] = set()
    tries = 0
    while len(sampled) < size:
        tries += 1
        drawn = draw(below, pairs)
        if unique and drawn in seen:
            continue
        seen.add(drawn)
        sampled.append(drawn)
    classes = np.array(sampled, np.int64)
    return Candidates(
        wrap(classes),
        wrap(_expected(share(true), size, tries)),
        wrap(_expected(share(classes), size, tries)),
    )


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> Candidates:
    """`num_sampled` of the classes 0 … range_max − 1, each as likely as any other.

    With `unique` none stands twice. The expected counts of a class are num_sampled·P, or with
    `unique` 1 − (1 − P)ⁿ where n draws were needed. No gradient passes.

    Shapes: true_classes (batch, num_true); the result is (num_sampled,) and counts for both.
    Dtypes: classes int64, counts float32. For seeds see `tf.random.set_seed`.
    Raises: InvalidArgumentError where there are fewer classes than are to be drawn, and for
    `true_classes` that are no matrix of integers in the range.
    Source: the classes are those of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.set_seed(7)
    >>> tf.random.uniform_candidate_sampler([[1, 3]], 2, 5, True, 10, seed=3)[0].numpy()
    array([1, 8, 2, 0, 6])
    """
    return _drawn(
        "UniformCandidateSampler",
        _uniform,
        lambda classes: np.full(classes.shape, 1.0 / range_max),
        (true_classes, num_true, num_sampled, unique, range_max),
        seed,
    )


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: Any = None,
    name: str | None = None,
) -> Candidates:
    """`num_sampled` classes with P(k) = log((k + 2)/(k + 1)) / log(range_max + 1).

    About what words have that are numbered by how frequent they are (Zipf's law). Otherwise as
    `tf.random.uniform_candidate_sampler`.

    >>> import gradtape as tf
    >>> tf.random.set_seed(7)
    >>> tf.random.log_uniform_candidate_sampler([[1, 3]], 2, 5, True, 10, seed=3)[0].numpy()
    array([0, 2, 9, 1, 5])
    """
    return _drawn(
        "LogUniformCandidateSampler",
        _log_uniform,
        lambda k: np.log((k + 2.0) / (k + 1.0)) / math.log1p(range_max),
        (true_classes, num_true, num_sampled, unique, range_max),
        seed,
    )


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: Any = None,
    name: str | None = None,
) -> Candidates:
    """All of the classes 0 … num_sampled − 1: what a sampled loss is measured by.

    Every expected count is 1. Shapes, dtypes, errors: as `tf.random.uniform_candidate_sampler`.

    >>> import gradtape as tf
    >>> tf.random.all_candidate_sampler([[1]], 1, 3, True)[0].numpy()
    array([0, 1, 2])
    """
    op_stream("AllCandidateSampler", seed, (), 0)  # as in TensorFlow it takes a seed for itself
    true = _true(true_classes, num_true, None, "AllCandidateSampler")
    ones = np.ones(num_sampled, np.float32)
    return Candidates(
        wrap(np.arange(num_sampled, dtype=np.int64)),
        wrap(np.ones(true.shape, np.float32)),
        wrap(ones),
    )


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: Any = None,
    name: str | None = None,
) -> AccidentalHits:
    """Where a true class of a row is among the drawn ones.

    `indices` are the rows, `ids` the places in `sampled_candidates`, `weights` the number that
    makes a logit vanish, −3.4·10³⁸.

    Shapes: true_classes (batch, num_true), sampled_candidates (n,); each result (hits,).
    Raises: InvalidArgumentError for other shapes.

    >>> import gradtape as tf
    >>> hits = tf.nn.compute_accidental_hits([[1, 3], [0, 2]], [3, 0, 1], 2)
    >>> hits.indices.numpy(), hits.ids.numpy()
    (array([0, 0, 1], dtype=int32), array([2, 0, 1]))
    """
    op_stream("ComputeAccidentalHits", seed, (), 0)  # as in TensorFlow it takes a seed for itself
    true = _true(true_classes, num_true, None, "ComputeAccidentalHits")
    drawn = host(sampled_candidates)
    if drawn.ndim != 1:
        raise InvalidArgumentError(
            "sampled_candidates must be a vector, which is typically an output from "
            "CandidateSampler [Op:ComputeAccidentalHits]"
        )
    place = {int(k): i for i, k in enumerate(drawn)}
    hits = [(row, place[int(k)]) for row, ks in enumerate(true) for k in ks if int(k) in place]
    rows, ids = np.array(hits, np.int64).reshape(-1, 2).T
    weights = np.full(len(hits), np.finfo(np.float32).min, np.float32)
    return AccidentalHits(wrap(rows.astype(np.int32)), wrap(ids.copy()), wrap(weights))
