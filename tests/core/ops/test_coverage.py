"""Tests of the tests: every op has a case, and a rule that is off by one percent turns it red."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.observers import derivative_of
from gradtape.primitives.op import Op
from gradtape.primitives.registry import REGISTRY
from tests.core.ops import test_registry
from tests.core.ops.cases import Case, families
from tests.core.ops.support import running

#: Ops that no case of a public function can meet, and which test meets them instead.
ELSEWHERE = {
    "LSTMSequence": "is a layer's: tests/core/keras/test_sequences.py",
    "PassThrough": "takes a function: tests/core/functions/test_control_flow.py",
    "ReadVariableOp": "takes a variable: tests/core/autodiff/test_gradient.py",
}
#: Rules that are 0, and so the same when they are scaled.
ZERO = {
    ("Sign", 0), ("NextAfter", 1), ("ReluGrad", 1), ("Relu6Grad", 1), ("LeakyReluGrad", 1),
    *((f"{pool}{grad}", k) for pool in ("MaxPool", "MaxPool3D") for grad in ("Grad", "GradGrad")
      for k in (1, 2)),
}  # fmt: skip


@cache
def _users() -> dict[str, list[tuple[str, Case]]]:
    """Op type → the cases that pass through it: first those that do so in their value."""
    forward: dict[str, list[tuple[str, Case]]] = defaultdict(list)
    backward: dict[str, list[tuple[str, Case]]] = defaultdict(list)
    for family, cases in families().items():
        for case in cases:
            in_value, in_gradient = _ops_met(case)
            for op_type in in_value:
                forward[op_type].append((family, case))
            for op_type in in_gradient - in_value:
                backward[op_type].append((family, case))
    return {t: forward[t] + backward[t] for t in {*forward, *backward}}


def _ops_met(case: Case) -> tuple[set[str], set[str]]:
    """The types of the ops that a case records in its value, and in its value and gradient."""
    tensors = [tf.constant(a) for a in running.arrays(case)]
    sources = [tensors[k] for k in case.sources()]
    try:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(sources)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(sources)
                outputs = running.numeric(running.flat(case.call(tf, tensors)))
            cotangents = running.cotangents(outputs)
            outer.watch(cotangents)
            with tf.GradientTape() as middle:
                middle.watch(cotangents)
                pulled = inner.gradient(outputs, sources, output_gradients=cotangents)
                pulled = [tf.convert_to_tensor(g) for g in pulled if g is not None]
            along = [tf.identity(tf.ones_like(g)) for g in pulled]
            outer.watch(along)
            middle.gradient(pulled, cotangents, output_gradients=along)
    except Exception:
        return set(), set()
    return {n.op for n in inner.graph().nodes}, {n.op for n in outer.graph().nodes}


def _load_everything() -> None:
    for name in tf.__all__:
        getattr(tf, name)
    _users()


_load_everything()
DIFFERENTIABLE = sorted(t for t, op in REGISTRY.items() if op.differentiable)
RULES = sorted(
    (t, k)
    for t, op in REGISTRY.items()
    if op.differentiable and t not in ELSEWHERE
    for k in (range(len(op.rules)) if op.pullback is None else [-1])
    if (op.pullback is not None or op.rules[k] is not None) and (t, k) not in ZERO
)


@pytest.mark.parametrize("op_type", DIFFERENTIABLE)
def test_every_op_has_a_case(op_type: str) -> None:
    """An op that exists is an op that is tested."""
    assert op_type in ELSEWHERE or _users().get(op_type), f"no case passes through {op_type}"


def _scaled(result: Any) -> Any:
    if result is None:
        return None
    if isinstance(result, (tuple, list)):
        return tuple(_scaled(part) for part in result)
    if isinstance(result, tf.IndexedSlices):
        return tf.IndexedSlices(_scaled(result.values), result.indices, result.dense_shape)
    return result * (1.01 if not isinstance(result, (np.ndarray, np.generic)) else _factor(result))


def _factor(result: Any) -> Any:
    return result.dtype.type(1.01)


def _wrong(op: Op, k: int) -> Callable[[], None]:
    """Scale one rule of `op` (or its pullback) by 1.01; calling the result mends it."""
    rules, pullback = op.rules, op.pullback

    if k < 0:
        assert pullback is not None
        op.pullback = lambda *args, **params: _scaled(pullback(*args, **params))
    else:
        right = rules[k]
        assert right is not None
        op.rules = (
            *rules[:k], lambda *args, **params: _scaled(right(*args, **params)), *rules[k + 1 :],
        )  # fmt: skip

    def mend() -> None:
        op.rules, op.pullback = rules, pullback

    return mend


CHECKS = (
    test_registry.test_gradient_is_tensorflows,
    test_registry.test_reverse_mode_is_the_derivative,
    test_registry.test_second_order_is_the_derivative_of_the_first,
    test_registry.test_a_pullback_transposed_is_the_tangent,
)


@pytest.mark.parametrize(("op_type", "k"), RULES, ids=[f"{t}-{k}" for t, k in RULES])
def test_a_rule_that_is_one_percent_off_turns_red(op_type: str, k: int) -> None:
    """Some case of the op fails when the rule is scaled by 1.01."""
    cases = _users().get(op_type, [])
    mend = _wrong(REGISTRY[op_type], k)
    try:
        for family, case in cases[:40]:
            for check in CHECKS:
                try:
                    check(family, case)
                except (AssertionError, pytest.fail.Exception):
                    return
    finally:
        mend()
    pytest.fail(f"no test noticed that rule {k} of {op_type} was scaled by 1.01")


def test_every_derivative_is_written_down() -> None:
    """The page typesets the sentence at each step of the backward pass."""
    differentiable = {
        op_type for op_type, op in REGISTRY.items()
        if op.kind not in ("nondifferentiable", "unregistered")
    }  # fmt: skip
    assert len(differentiable) > 170
    assert {op_type for op_type in differentiable if derivative_of(op_type) is None} == set()


def test_the_count_is_printed(capsys: Any) -> None:
    """How many ops, rules and cases there are (shown with `pytest -s`)."""
    total = sum(len(found) for found in families().values())
    kinds: dict[str, int] = defaultdict(int)
    for op in REGISTRY.values():
        kinds[op.kind] += 1
    with capsys.disabled():
        print(f"\nregistry: {len(REGISTRY)} ops, {len(RULES)} rules, {total} cases; {dict(kinds)}")
    assert total > len(REGISTRY)
