"""An exp that overflows, written with the function that works in logarithms instead.

softmax, logsumexp, softplus and sigmoid are often written out; each is known by its shape in the
program's text.
"""

from __future__ import annotations

import ast

from gradtape.autodiff.explain.program import Program
from gradtape.autodiff.explain.question import Question, base_name

Parts = list[tuple[ast.expr, str]]


def rewritten(q: Question, program: Program, exp: ast.Call) -> Parts | None:
    """What to write for tf.exp(x) and what it stands in."""
    x, tf = program.written(exp.args[0]), q.library
    rank = q.rank_of(exp.args[0])
    for around in program.ancestors(exp):
        if not isinstance(around, ast.expr):
            break
        if isinstance(around, ast.BinOp) and isinstance(around.op, ast.Div):
            total = around.right
            if _same(around.left, exp) and _sums(total, exp, rank):
                return [(around, f"{tf}.nn.softmax({x})")]
            if _same(around.left, exp) and _one_plus(total, exp):
                return [(around, f"{tf}.sigmoid({x})")]
            if _is_one(around.left) and _one_plus(total, exp):
                minus = exp.args[0]
                if isinstance(minus, ast.UnaryOp) and isinstance(minus.op, ast.USub):
                    inner = program.written(minus.operand)
                    return [(around, f"{tf}.sigmoid({inner})")]
        if _calls(around, "log"):
            inside = around.args[0]  # type: ignore[attr-defined]
            if _calls(inside, "reduce_sum") and _same(inside.args[0], exp):
                rest = [program.written(a) for a in [*inside.args[1:], *inside.keywords]]
                text = f"{tf}.reduce_logsumexp({', '.join([x, *rest])})"
                return [(around, text)]
            if _one_plus(inside, exp):
                return [(around, f"{tf}.nn.softplus({x})")]
        if _calls(around, "log1p") and _same(around.args[0], exp):  # type: ignore[attr-defined]
            return [(around, f"{tf}.nn.softplus({x})")]
    return _less_its_maximum(q, program, exp)


def _less_its_maximum(q: Question, program: Program, exp: ast.Call) -> Parts | None:
    """e = tf.exp(x) and later e / tf.reduce_sum(e): subtracting the maximum changes no quotient."""
    statement = program.statement(exp)
    if not isinstance(statement, ast.Assign) or statement.value is not exp:
        return None
    name = statement.targets[0]
    for node in program.inside(program.scope(exp)):
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and ast.dump(node.left) == ast.dump(_read(name))
            and _calls(node.right, "reduce_sum")
            and ast.dump(node.right.args[0]) == ast.dump(_read(name))  # type: ignore[attr-defined]
        ):
            total = node.right
            assert isinstance(total, ast.Call)
            x = program.written(exp.args[0])
            rest = [program.written(a) for a in [*total.args[1:], *total.keywords]]
            text = f"{x} - {q.library}.reduce_max({', '.join([x, *rest])})"
            return [(exp.args[0], text)]
    return None


def _read(name: ast.expr) -> ast.expr:
    return ast.Name(name.id, ast.Load()) if isinstance(name, ast.Name) else name


def _calls(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and base_name(node.func) not in (None, "np", "numpy", "math")
        and bool(node.args)
    )


def _same(a: ast.AST, b: ast.AST) -> bool:
    return ast.dump(a) == ast.dump(b)


def _is_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def _one_plus(node: ast.AST, exp: ast.AST) -> bool:
    """1 + exp, in either order."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
        return False
    pairs = ((node.left, node.right), (node.right, node.left))
    return any(_is_one(one) and _same(other, exp) for one, other in pairs)


def _sums(node: ast.AST, exp: ast.AST, rank: int | None) -> bool:
    """The sum of exp over the last axis, as softmax divides by."""
    if not (_calls(node, "reduce_sum") and isinstance(node, ast.Call)):
        return False
    if not _same(node.args[0], exp) or len(node.args) > 1:
        return False
    given = {k.arg: k.value for k in node.keywords}
    if not given:
        return rank == 1
    axis, kept = given.get("axis"), given.get("keepdims")
    try:
        last = axis is not None and ast.literal_eval(axis) in (-1, (rank or 0) - 1, [-1])
    except ValueError:
        return False
    return last and isinstance(kept, ast.Constant) and kept.value is True
