"""tf.function at its door: options, methods, arguments, refusals; tf.TensorSpec."""

from __future__ import annotations

import copy
import gc
import weakref
from typing import Any

import numpy as np
import pytest

import gradtape as tf


def test_a_function_keeps_its_name_and_takes_every_option() -> None:
    calls = []

    @tf.function(reduce_retracing=True, jit_compile=True, autograph=False)
    def f(x: Any, n: int = 2) -> Any:
        """Doc."""
        calls.append(1)
        return x**n

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = f(x)
    assert tape.gradient(y, x).numpy() == 6.0
    assert f(tf.constant(2.0), n=3).numpy() == 8.0 and len(calls) == 2
    assert f.__name__ == "f" and f.__doc__ == "Doc."
    assert tf.function(lambda: 1.0)().numpy() == 1.0


def test_arrays_become_tensors_and_numbers_come_back_as_tensors() -> None:
    seen = []
    out = tf.function(lambda a, b: seen.append((a, b)) or {"a": a, "n": 1, "z": None})(
        np.ones(2), 3
    )
    assert isinstance(seen[0][0], tf.Tensor) and seen[0][1] == 3
    assert isinstance(out["n"], tf.Tensor) and out["z"] is None


class Scale(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, x: Any) -> Any:
        return self.w * x

    @tf.function
    def twice(self, x: Any) -> Any:
        return 2.0 * self(x)


def test_methods() -> None:
    m = Scale()
    assert m([1.0, 2.0]).numpy().tolist() == [2.0, 4.0]
    with tf.GradientTape() as tape:
        y = m.twice(tf.constant([1.0, 2.0]))
    assert tape.gradient(y, m.w).numpy() == 6.0


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((tf.constant([1, 2]),), "Can not cast TensorSpec"),
        ((tf.constant(1.0),), r"shape=\(\)"),
        ((), "1 arguments are asked for, 0 came"),
        ((1.0, 2.0), "1 arguments are asked for, 2 came"),
        (("a",), "Binding inputs"),
    ],
)
def test_the_signature_is_checked(args: Any, text: str) -> None:
    f = tf.function(lambda x: x, input_signature=[tf.TensorSpec([None], tf.float32)])
    with pytest.raises(TypeError, match=text):
        f(*args)
    assert f([1, 2]).dtype == tf.float32 and f(x=tf.constant([1.0])).shape == (1,)


def test_what_a_function_refuses() -> None:
    with pytest.raises(TypeError, match="not a callable"):
        tf.function(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="input_signature"):
        tf.function(lambda x: x, input_signature=3)


def test_a_copied_function_is_traced_for_itself() -> None:
    f = tf.function(lambda x: x * 2.0)
    f(tf.constant(1.0))
    other = copy.deepcopy(f)
    assert other.experimental_get_tracing_count() == 0
    assert other(tf.constant(3.0)).numpy() == 6.0


def test_a_method_does_not_keep_its_object() -> None:
    m = Scale()
    m.twice(tf.constant([1.0]))
    gone = weakref.ref(m)
    del m
    gc.collect()
    assert gone() is None


def test_what_runs_eagerly_says_so_once(caplog: Any) -> None:
    f = tf.function(lambda x: tf.constant(float(x)) * 2.0)
    for value in (1.0, 2.0, 3.0):
        assert f(tf.constant(value)).numpy() == 2 * value
    said = [r.getMessage() for r in caplog.records if "runs eagerly" in r.getMessage()]
    assert len(said) == 1 and "test_function.py" in said[0] and "float(x)" in said[0]


def test_other_orders_in_memory_give_the_same_bits() -> None:
    f = tf.function(lambda x, y: tf.reduce_sum(tf.tanh(x) * y, 0))
    x, y = tf.random.normal([37, 29]), tf.random.normal([37, 29])
    for a, b in ((x, y), (x, y), (tf.transpose(tf.transpose(x) + 0.0), y), (x, y)):
        want = tf.reduce_sum(tf.tanh(a) * b, 0).numpy().tobytes()
        assert f(a, b).numpy().tobytes() == want


def test_results_are_not_written_over() -> None:
    f = tf.function(lambda x: (tf.tanh(x) * 2.0, tf.reshape(x + 1.0, [-1])))
    x = tf.constant([[1.0, 2.0]])
    first = f(x), f(x)
    before = [part.numpy() for pair in first for part in pair]
    f(x + 5.0)
    assert all((a == b.numpy()).all() for a, b in zip(before, [*first[0], *first[1]], strict=True))


def test_errors_of_ops_are_those_of_eager_calls() -> None:
    f = tf.function(lambda x, i: tf.gather(x, i))
    x = tf.constant([1.0, 2.0])
    f(x, tf.constant(0))
    for call in (f, tf.gather):
        with pytest.raises(tf.errors.InvalidArgumentError, match="7") as caught:
            call(x, tf.constant(7))
    assert "GatherV2" in str(caught.value)


def test_specs() -> None:
    spec = tf.TensorSpec([None, 2], tf.int32, "q")
    assert repr(spec) == "TensorSpec(shape=(None, 2), dtype=tf.int32, name='q')"
    assert repr(tf.TensorSpec(None)) == "TensorSpec(shape=<unknown>, dtype=tf.float32, name=None)"
    assert spec.is_compatible_with(tf.zeros([5, 2], tf.int32))
    assert not spec.is_compatible_with(tf.zeros([5, 2]))
    assert tf.TensorSpec([2]) == tf.TensorSpec([2]) != tf.TensorSpec([3])
    assert hash(tf.TensorSpec([2])) == hash(tf.TensorSpec([2]))
    assert tf.TensorSpec.from_tensor(tf.zeros([2])).shape == (2,)
