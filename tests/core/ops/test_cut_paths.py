"""What an op gives of truth values, integers or text cuts the path, and never raises."""

from __future__ import annotations

import pytest

import gradtape as tf
from tests.core.ops.cases import Case, families

CASES = [case for cases in families().values() for case in cases]

#: Beside the cases of the registry: one call for each way in which a float becomes none.
CALLS = {
    "is_finite": lambda x: tf.math.is_finite(x),
    "is_inf": lambda x: tf.math.is_inf(x),
    "is_nan": lambda x: tf.math.is_nan(x),
    "in_top_k": lambda x: tf.math.in_top_k([0, 1], x, 1),
    "bitcast": lambda x: tf.bitcast(x, tf.int32),
    "argsort": lambda x: tf.argsort(x),
    "searchsorted": lambda x: tf.searchsorted(tf.sort(x), x),
    "equal": lambda x: x == tf.reverse(x, [0]),
    "as_string": lambda x: tf.strings.to_number(tf.strings.as_string(x)),
    "where": lambda x: tf.where(x > 0.0),
    "shape": lambda x: tf.shape(x),
    "histogram": lambda x: tf.math.bincount(tf.cast(x, tf.int32)),
    "saturate_cast": lambda x: tf.saturate_cast(x, tf.int8),
    "categorical": lambda x: tf.random.categorical(x, 1),
    "unique": lambda x: tf.unique(tf.reshape(x, [-1])).idx,
    "is_non_decreasing": lambda x: tf.math.is_non_decreasing(x),
    "nonzero": lambda x: tf.math.count_nonzero(x),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_path_is_cut_and_the_other_branch_flows(name: str) -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 0.5]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        cut = tf.cast(CALLS[name](x), tf.float32)
        y = tf.reduce_sum(cut) + tf.reduce_sum(x)
    assert tape.gradient(cut, x) is None
    assert tape.gradient(y, x).numpy().tolist() == [[1, 1], [1, 1]]


def _cut(case: Case) -> list[str]:
    """What is wrong with the outputs of a case that hold no numbers to differentiate."""
    tensors = [tf.constant(array) for _, array in case.draws()]
    sources = [tensors[k] for k in case.sources()]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([s for s in sources if s.dtype.is_floating or s.dtype.is_complex])
        try:
            y = case.call(tf, tensors)
        except (tf.errors.OpError, ValueError, TypeError, NotImplementedError):
            return []  # the cases hold refused calls too
        parts = [p for p in tf.nest.flatten(y, expand_composites=True) if tf.is_tensor(p)]
        parts = [p for p in parts if not (p.dtype.is_floating or p.dtype.is_complex)]
        casts = [tf.cast(p, tf.float32) for p in parts if p.dtype != tf.string]
    wrong = []
    for target in casts:
        try:
            found = tape.gradient(target, sources)
        except LookupError as error:
            wrong.append(f"{case.id}: {error}")
            continue
        wrong += [case.id for g in found if g is not None]
    return wrong


@pytest.mark.filterwarnings("ignore")
def test_no_output_without_numbers_raises_in_any_case() -> None:
    assert [line for case in CASES for line in _cut(case)] == []
