"""Odd calls, which random ones beside TensorFlow brought up, and what TensorFlow 2.21 prints."""

from __future__ import annotations

import pytest

from tests.core.support.agreement import check

CASES = [
    # the rounded quotient is cut off
    ("tf.math.floordiv(1.0, 0.1).numpy().item()", "float 10.0"),
    (
        "tf.math.floordiv(tf.constant([100., -100., np.inf, 6.]), [-np.inf, np.inf, 2., .1])"
        ".numpy().tolist()",
        "list[float -0.0, float -0.0, float inf, float 60.0]",
    ),
    ("(tf.constant([7, -7]) // 2).numpy().tolist()", "list[int 3, int -4]"),
    # nan comes through
    ("tf.math.polygamma(1.0, np.nan).numpy().item()", "float nan"),
    ("tf.math.zeta(2.0, np.nan).numpy().item()", "float nan"),
    (
        "tf.math.zeta([np.inf] * 3, [2.0, 1.0, 0.5]).numpy().tolist()",
        "list[float 0.0, float 1.0, float inf]",
    ),
    # what is not finite in one segment is no matter of the others
    (
        "x = tf.Variable([np.inf, 0., np.nan, 3., 2.]) ;; tape = tf.GradientTape() ;; "
        "tape.__enter__() ;; y = tf.math.unsorted_segment_prod(x, [2, 1, 2, 0, 0], 4)[:2] ;; "
        "tape.__exit__(None, None, None) ;; tape.gradient(y, x).numpy()[[1, 3, 4]].tolist()",
        "list[float 1.0, float 2.0, float 3.0]",
    ),
    # a norm below 0 counts as 0, and one of another dtype is cast
    ("tf.clip_by_norm([3.0, 4.0], -1.0).numpy().tolist()", "list[float 0.0, float 0.0]"),
    ("tf.clip_by_norm([3.0, 4.0], tf.constant(-1)).numpy().tolist()", "list[float 0.0, float 0.0]"),
    (
        "tf.clip_by_norm([3.0, 4.0], tf.constant(10, tf.int64)).numpy().tolist()",
        "list[float 3.0, float 4.0]",
    ),
    # every uint64 is a constant
    ("tf.constant(2**64 - 1, tf.uint64).numpy().item()", "int 18446744073709551615"),
    ("(tf.constant(1, tf.uint64) + 2**63).numpy().item()", "int 9223372036854775809"),
    ("tf.constant([0, 2**63])", "!ValueError"),
]


@pytest.mark.parametrize(("program", "expected"), CASES, ids=[c[0][:50] for c in CASES])
def test_as_tensorflow(program: str, expected: str) -> None:
    check(program, expected)


@pytest.mark.parametrize("value", [-1, 2**64, [-1, 2**63]])
def test_what_no_uint64_holds_is_refused(value: object) -> None:
    """TensorFlow raises a SystemError."""
    check(f"tf.constant({value}, tf.uint64)", "!ValueError")
