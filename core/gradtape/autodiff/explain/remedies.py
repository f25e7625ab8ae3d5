"""What usually makes a derivative NaN, infinite or zero, op by op, and the edit that mends it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.autodiff.explain import edits, overflows
from gradtape.autodiff.explain.births import Birth, others
from gradtape.autodiff.explain.edits import Edit
from gradtape.autodiff.explain.program import Program, Span, span_of
from gradtape.autodiff.explain.question import Question, base_name
from gradtape.runtime.call_sites import CallSite

Parts = list[tuple[ast.expr, str]]
#: The lines that one edit may span.
_MOST_LINES = 12

#: op → (why it is not finite, what to do)
USUAL = {
    "Acos": ("acos has no finite derivative at ±1 and no value beyond.",
             "clip its argument: tf.clip_by_value(x, -1.0 + 1e-7, 1.0 - 1e-7)"),
    "Acosh": ("acosh has no finite derivative at 1 and no value below.",
              "keep its argument above 1"),
    "Asin": ("asin has no finite derivative at ±1 and no value beyond.",
             "clip its argument: tf.clip_by_value(x, -1.0 + 1e-7, 1.0 - 1e-7)"),
    "Atan2": ("the angle of (0, 0) has no derivative.", "keep away from the origin"),
    "Atanh": ("atanh is infinite at ±1 and has no value beyond.",
              "clip its argument: tf.clip_by_value(x, -1.0 + 1e-7, 1.0 - 1e-7)"),
    "Cast": ("the number is too large for the new type.", "stay in a wider type, or scale first"),
    "Cholesky": ("the matrix is not positive definite.",
                 "add a small multiple of the identity: m + 1e-6 * tf.eye(n)"),
    "EuclideanNorm": ("the length of a zero vector has no derivative.",
                      "add an epsilon: tf.sqrt(tf.reduce_sum(tf.square(x)) + 1e-12)"),
    "Exp": ("exp of more than 88 is beyond float32.",
            "use a function that works in logarithms: tf.nn.softmax, tf.reduce_logsumexp, "
            "tf.nn.softplus, tf.sigmoid, or subtract the maximum first"),
    "Log": ("log(0) is −inf, its derivative 1/0, and below 0 it is NaN.",
            "add an epsilon, tf.math.log(x + 1e-7), or use a function that works in logarithms: "
            "tf.nn.log_softmax, tf.math.log_sigmoid"),
    "Log1p": ("log1p(−1) is −inf and below it is NaN.", "add an epsilon to its argument"),
    "MatrixInverse": ("the matrix is singular.",
                      "add a small multiple of the identity, or use tf.linalg.lstsq"),
    "Pow": ("a negative number has no power that is not whole, and 0**p has no finite derivative "
            "for p < 1.", "keep the base positive: add an epsilon, or use tf.abs"),
    "RealDiv": ("a division by 0.", "use tf.math.divide_no_nan(a, b), or add an epsilon to b"),
    "Reciprocal": ("a division by 0.", "use tf.math.reciprocal_no_nan(x)"),
    "Rsqrt": ("1/sqrt(0) is infinite, and below 0 it is NaN.", "add an epsilon to its argument"),
    "SelfAdjointEigV2": ("the eigenvectors of equal eigenvalues have no derivative.",
                         "make the eigenvalues differ, or use the eigenvalues alone"),
    "Softmax": ("a row in which everything is −inf has no softmax.",
                "mask with a large negative number such as -1e9, or leave such rows out"),
    "Sqrt": ("sqrt has the derivative 1/(2·sqrt(x)), infinite at 0, and no value below 0.",
             "add an epsilon inside: tf.sqrt(x + 1e-12)"),
    "Svd": ("the singular vectors of equal singular values have no derivative.",
            "make the singular values differ, or use the singular values alone"),
}  # fmt: skip
_OVERFLOW = ("the number is too large for its type.",
             "scale the values down, or use a wider type: tf.float64")  # fmt: skip
for _op in ("Add", "AddV2", "Mul", "Square", "Sum", "Prod", "MatMul", "Cosh", "Sinh", "Expm1"):
    USUAL[_op] = _OVERFLOW

#: op that can let nothing pass → (why, what to do)
DEAD = {
    "Abs": ("abs has the derivative 0 at 0.", "start from another point"),
    "Elu": ("elu is flat far below 0.", "scale its input down"),
    "Exp": ("exp underflows to 0 there.", "stay in logarithms"),
    "Maximum": ("the other operand of maximum is larger everywhere.",
                "use a soft limit such as tf.nn.softplus, or check the starting point"),
    "Minimum": ("the other operand of minimum is smaller everywhere: the value was clipped.",
                "use a soft limit such as tf.tanh, or check the starting point"),
    "Mul": ("the other factor is 0.", "look at where the zeros come from"),
    "Relu": ("relu is dead: its input is nowhere above 0.",
             "use tf.nn.leaky_relu, a smaller learning rate or another initializer"),
    "Relu6": ("relu6 is flat below 0 and above 6.", "use tf.nn.leaky_relu"),
    "SelectV2": ("tf.where took the other branch everywhere.", "check the condition"),
    "Sigmoid": ("sigmoid is saturated: its input is far from 0.",
                "scale its input down; for a loss use the form that takes logits"),
    "Softmax": ("softmax is saturated, or its outputs are summed, and their sum is always 1.",
                "use tf.nn.log_softmax or a cross-entropy of logits"),
    "Square": ("the square has the derivative 0 at 0.", "this is a minimum: start elsewhere"),
    "Tanh": ("tanh is saturated: its input is far from 0.", "scale its input down"),
}  # fmt: skip


#: Those that are flat over a whole range: the likely ones where the values are not at hand.
FLAT = frozenset("Relu Relu6 Sigmoid Tanh Softmax Maximum Minimum SelectV2 Elu".split())


def usual_cause(found: Birth) -> tuple[str, str]:
    """Why an op gives what is not finite, and what to do."""
    if found.born == "input":
        return "", ""
    because, advice = USUAL.get(found.op or "", ("", ""))
    if found.cotangent is not None and found.born == "backward" and _masked(found):
        because += " tf.where does not help: 0 · ∞ is NaN in the branch that it did not take."
        advice = (
            "make the argument harmless inside, too: tf.where(ok, f(tf.where(ok, x, 1.0)), 0.0)"
        )
    return because, advice


def _masked(found: Birth) -> bool:
    """Whether the cotangent is 0 somewhere, as behind a tf.where."""
    try:
        g = np.asarray(found.cotangent)
        return g.dtype.kind in "fc" and bool((g == 0).any())
    except (TypeError, ValueError):
        return False


def mend(q: Question, found: Birth) -> Edit | None:
    """The edit that keeps this op finite, and every other one that would not be; or None."""
    program = q.program
    if program is None or found.born == "input":
        return None
    parts: dict[Span, tuple[ast.expr, str]] = {}
    for one in (found, *others(q, found)):
        changed = _parts(q, program, one)
        if not changed:
            return None
        parts.update({span_of(node): (node, text) for node, text in changed})
    nodes = [node for node, _ in parts.values()]
    if any(a is not b and a in ast.walk(b) for a in nodes for b in nodes):
        return None  # one lies in the other: both cannot be written at once
    if max(n.end_lineno or 0 for n in nodes) - min(n.lineno for n in nodes) > _MOST_LINES:
        return None
    return edits.replacing(program, *parts.values())


def _parts(q: Question, program: Program, found: Birth) -> Parts | None:
    """What to write for which expressions."""
    node = program.node_at(found.call_site)
    change = _CHANGES.get(found.op or "")
    if node is None or change is None or found.call_site is None:
        return None
    if found.call_site[0].co_filename != program.filename:
        return None
    return change(q, program, node, found)


def revive(q: Question, op: str, call_site: CallSite | None) -> Edit | None:
    """The edit for a gradient that is zero: a dead relu leaks."""
    program = q.program
    call = None if program is None else program.node_at(call_site)
    if program is None or op != "Relu" or not _is_call(q, call, "relu"):
        return None
    assert isinstance(call, ast.Call)
    return edits.replacing(program, (call.func, f"{q.library}.nn.leaky_relu"))


# -- one change an op


def _is_call(q: Question, node: ast.AST | None, *names: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
        and base_name(node.func) == q.library
        and bool(node.args)
    )


def _guarded(
    q: Question, program: Program, node: ast.expr, inner: ast.expr, safe: str
) -> Parts | None:
    """The double where: the argument is harmless where tf.where takes the other branch."""
    within = node
    for around in program.ancestors(node):
        if not isinstance(around, ast.expr):
            return None
        if _is_call(q, around, "where") and len(around.args) == 3:  # type: ignore[attr-defined]
            condition, first, second = around.args  # type: ignore[attr-defined]
            ok, x = program.written(condition), program.written(inner)
            pair = f"{x}, {safe}" if within is first else f"{safe}, {x}"
            if within not in (first, second):
                return None
            return [(inner, f"{q.library}.where({ok}, {pair})")]
        within = around
    return None


def _lowest(found: Birth) -> float:
    """The lowest value of the op's first operand."""
    known = [found.result] if found.op == "Sqrt" else []  # it is kept, and has the same sign
    known += found.values
    values = [v for v in known if v is not None and np.asarray(v).dtype.kind == "f"]
    return float(np.min(values[0])) if values and np.size(values[0]) else -np.inf


def _epsilon(found: Birth, small: str) -> str:
    half = any(v is not None and np.asarray(v).dtype.itemsize == 2 for v in found.values)
    return "1e-4" if half else small


def _shifted(names: tuple[str, ...], least: float, small: str, safe: str = "1.0") -> Any:
    def change(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
        """f(x) becomes f(x + epsilon), and behind tf.where a double where."""
        if not _is_call(q, node, *names):
            return None
        assert isinstance(node, ast.Call)
        inner = node.args[0]
        guarded: Parts | None = _guarded(q, program, node, inner, safe)
        if guarded is not None or not _lowest(found) >= least:
            return guarded
        return [(inner, f"{program.written(inner)} + {_epsilon(found, small)}")]

    return change


def _log(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
    if _is_call(q, node, "log"):
        inner = node.args[0]  # type: ignore[attr-defined]
        for name, ours in (("softmax", "nn.log_softmax"), ("sigmoid", "math.log_sigmoid")):
            if _is_call(q, inner, name):
                given = ", ".join(program.written(a) for a in [*inner.args, *inner.keywords])
                return [(node, f"{q.library}.{ours}({given})")]
    change: Parts | None = _shifted(("log",), 0.0, "1e-07")(q, program, node, found)
    return change


def _root(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
    """The root of a sum of squares, however it is written, gets an epsilon inside."""
    tf, small = q.library, _epsilon(found, "1e-12")
    if _is_call(q, node, "norm", "reduce_std", "reduce_euclidean_norm"):
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if len(node.args) != 1 or not {k.arg for k in node.keywords} <= {"axis", "keepdims"}:
            return None
        x = program.written(node.args[0])
        rest = "".join(f", {program.written(k)}" for k in node.keywords)
        inner = f"{tf}.reduce_sum({tf}.square({x}){rest})"
        if node.func.attr == "reduce_std":
            inner = f"{tf}.math.reduce_variance({x}{rest})"
        return [(node, f"{tf}.sqrt({inner} + {small})")]
    change: Parts | None = _shifted(("sqrt",), 0.0, "1e-12")(q, program, node, found)
    return change


def _quotient(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
    """a / b becomes tf.math.divide_no_nan(a, b)."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):
        return None
    single = all(v is None or np.asarray(v).dtype == np.float32 for v in found.values)
    if isinstance(node.left, ast.Constant) and not single:
        return None  # the number would become float32
    parts = f"{program.written(node.left)}, {program.written(node.right)}"
    return [(node, f"{q.library}.math.divide_no_nan({parts})")]


def _reciprocal(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
    if not _is_call(q, node, "reciprocal"):
        return None
    assert isinstance(node, ast.Call)
    return [(node.func, f"{q.library}.math.reciprocal_no_nan")]


def _power(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
        return None
    guarded: Parts | None = _guarded(q, program, node, node.left, "1.0")
    if guarded is not None or found.born != "backward" or not _lowest(found) >= 0:
        return guarded
    base, power = program.written(node.left), program.written(node.right)
    return [(node, f"({base} + {_epsilon(found, '1e-12')}) ** {power}")]


def _clipped(*names: str) -> Callable[[Question, Program, ast.expr, Birth], Parts | None]:
    def change(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
        """f(x) becomes f(tf.clip_by_value(x, …)), just inside ±1."""
        if not _is_call(q, node, *names):
            return None
        assert isinstance(node, ast.Call)
        inner, small = node.args[0], _epsilon(found, "1e-07")
        limits = f"-1.0 + {small}, 1.0 - {small}"
        text = f"{q.library}.clip_by_value({program.written(inner)}, {limits})"
        return [(inner, text)]

    return change


def _exponential(q: Question, program: Program, node: ast.expr, found: Birth) -> Parts | None:
    if not _is_call(q, node, "exp"):
        return None
    assert isinstance(node, ast.Call)
    guarded: Parts | None = _guarded(q, program, node, node.args[0], "1.0")
    return guarded or overflows.rewritten(q, program, node)


_CHANGES: dict[str, Callable[[Question, Program, ast.expr, Birth], Parts | None]] = {
    "Acos": _clipped("acos"),
    "Asin": _clipped("asin"),
    "Atanh": _clipped("atanh"),
    "EuclideanNorm": _root,
    "Exp": _exponential,
    "Log": _log,
    "Log1p": _shifted(("log1p",), -1.0, "1e-07"),
    "Pow": _power,
    "RealDiv": _quotient,
    "Reciprocal": _reciprocal,
    "Rsqrt": _shifted(("rsqrt",), 0.0, "1e-07"),
    "Sqrt": _root,
}
