"""Every op of the registry, value and gradients, as a traced function: the bits of eager calls."""

from __future__ import annotations

import re
import zlib
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.core.ops.cases import Case, families

CASES = {case.id: case for cases in families().values() for case in cases}
#: one test for many cases, for each is quick
SHARES = 24


def drawn(case: Case, turn: int) -> list[Any]:
    """Tensors for a case, other numbers in each turn: ones in turn −1, which are neutral often."""
    tensors = []
    for k, (draw, array) in enumerate(case.draws()):
        if turn < 0:
            array = np.ones_like(array) if draw.is_float else array
        elif turn:
            array = draw.array(zlib.crc32(f"{case.id} {turn} {k}".encode()))
        narrow = case.option("float32", True) and array.dtype == np.float64
        tensors.append(tf.constant(array.astype(np.float32) if narrow else array))
    return tensors


def with_gradients(case: Case) -> Any:
    """A function that gives the value of a case, and its gradients by a tape inside."""

    def call(*tensors: Any) -> Any:
        sources = [tensors[k] for k in case.sources()]
        with tf.GradientTape() as tape:
            for source in sources:
                tape.watch(source)
            y = case.call(tf, list(tensors))
        leaves = [v for v in tf.nest.flatten(y) if tf.is_tensor(v)]
        if not sources or not leaves:
            return leaves
        try:
            return leaves, tape.gradient(leaves, sources)
        except LookupError:
            return leaves

    return call


def outcome(call: Any, tensors: list[Any]) -> Any:
    """Bits of all results, or what was raised."""
    try:
        value = call(*tensors)
    except Exception as error:
        # a message that shows a tensor shows the traced one, which has no value yet
        return type(error), re.sub(r"<tf\.Tensor.*?>", "<tensor>", str(error), flags=re.DOTALL)
    flat = tf.nest.flatten(value, expand_composites=True)
    return [None if v is None else np.asarray(v) for v in flat]


def same(a: Any, b: Any) -> bool:
    """Whether two outcomes are the same, to the bit."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return a == b
    return len(a) == len(b) and all(
        (x is None and y is None)
        or (
            x is not None
            and y is not None
            and x.dtype == y.dtype
            and x.shape == y.shape
            and (
                np.array_equal(x, y)
                if x.dtype == object
                else x.tobytes() == y.tobytes()
                or (np.array_equal(x, y, equal_nan=True) and np.isnan(x).any())
            )
        )
        for x, y in zip(a, b, strict=True)
    )


@pytest.mark.parametrize("share", range(SHARES))
def test_traced_is_eager(share: int) -> None:
    wrong = []
    for case in list(CASES.values())[share::SHARES]:
        eager = with_gradients(case)
        traced = tf.function(eager)
        for turn in (0, 0, 1, 2, -1, 0, 1):  # traced with these and with ones, run with others
            if turn < 0:
                traced = tf.function(eager)
            tensors = drawn(case, turn)
            want = outcome(eager, tensors)
            got = outcome(traced, tensors)
            if not same(want, got):
                wrong.append((case.id, turn, want, got))
                break
    assert not wrong
