"""Calls of NumPy and Python written with the library's own functions, which a tape can follow."""

from __future__ import annotations

import ast

import numpy as np

from gradtape.autodiff.explain import edits
from gradtape.autodiff.explain.edits import Edit
from gradtape.autodiff.explain.program import Program
from gradtape.autodiff.explain.question import Question, base_name
from gradtape.runtime.call_sites import CallSite

_REDUCED = {"mean": "reduce_mean", "sum": "reduce_sum", "prod": "reduce_prod",
            "max": "reduce_max", "min": "reduce_min", "amax": "reduce_max",
            "amin": "reduce_min", "std": "math.reduce_std",
            "var": "math.reduce_variance"}  # fmt: skip
#: NumPy's name → (ours, how many arguments both take alike, the keywords that mean the same)
_IN_TENSORS: dict[str, tuple[str, int, frozenset[str]]] = {
    **{name: (ours, 2, frozenset({"axis", "keepdims"})) for name, ours in _REDUCED.items()},
    **{name: (name, 1, frozenset()) for name in
       ("exp", "sqrt", "square", "abs", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign",
        "transpose", "sigmoid")},
    **{name: (f"math.{name}", 1, frozenset()) for name in ("log", "log1p", "expm1", "reciprocal")},
    **{name: (name, 2, frozenset()) for name in
       ("matmul", "maximum", "minimum", "add", "subtract", "multiply", "divide", "outer")},
    **{f"arc{name}": (f"a{name}", 1, frozenset()) for name in ("sin", "cos", "tan", "sinh", "cosh",
                                                               "tanh")},
    "negative": ("negative", 1, frozenset()),
    "power": ("pow", 2, frozenset()),
    "where": ("where", 3, frozenset()),
    "reshape": ("reshape", 2, frozenset()),
    "stack": ("stack", 1, frozenset({"axis"})),
    "concatenate": ("concat", 2, frozenset({"axis"})),
    "clip": ("clip_by_value", 3, frozenset()),
    "array": ("convert_to_tensor", 1, frozenset()),
    "asarray": ("convert_to_tensor", 1, frozenset()),
}  # fmt: skip
del _IN_TENSORS["outer"], _IN_TENSORS["sigmoid"]  # they have no function of one name here
_OF_MATH = frozenset("exp sqrt sin cos tan sinh cosh tanh asin acos atan pow".split())
#: What may be asked of a tensor as of an array.
_COMMON = frozenset({"shape", "dtype", "ndim", "numpy"})


def in_tensors(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """The edit that keeps the value which left at `call_site` on the tape."""
    call = program.node_at(call_site)
    if not isinstance(call, ast.Call):
        return None
    text, node = _rewritten(q, program, call), call
    if text is None:
        return None
    around = program.parents[node]
    if isinstance(around, ast.Attribute):
        after = program.parents[around]
        if around.attr != "item" or not isinstance(after, ast.Call):
            return None  # a method that arrays have and tensors have not
        node, around = after, program.parents[after]
    if not _takes_tensors(q, program, node, around) or _leaves_again(q, program, node):
        return None
    return edits.standing_for(program, node, text)


def _leaves_again(q: Question, program: Program, node: ast.expr) -> bool:
    """Whether what comes of `node` goes to NumPy or Python once more on its way to the target."""
    for expression in q.behind:
        for call in ast.walk(expression):
            if isinstance(call, ast.Call) and call is not node and _leaves(q, call):
                if node in program.made_of(call) or any(
                    node in ast.walk(part) for part in program.made_of(call)
                ):
                    return True
    return False


def _leaves(q: Question, call: ast.Call) -> bool:
    func = call.func
    if isinstance(func, ast.Name):
        return func.id in ("float", "int", "round", "str")
    if not isinstance(func, ast.Attribute):
        return False
    owner = getattr(q.value_of(func.value), "__name__", "")
    return owner in ("numpy", "math", "numpy.linalg") or func.attr in ("numpy", "tolist", "item")


def _rewritten(q: Question, program: Program, call: ast.Call) -> str | None:
    func = call.func
    if isinstance(func, ast.Name) and func.id == "float" and len(call.args) == 1:
        return program.written(call.args[0])
    if not isinstance(func, ast.Attribute):
        return None
    if func.attr == "numpy" and not call.args:
        return program.written(func.value)
    owner = q.value_of(func.value)
    keywords = {k.arg for k in call.keywords}
    written = [program.written(a) for a in [*call.args, *call.keywords]]
    if owner is np:
        if func.attr == "dot" and len(call.args) == 2 and not keywords:
            return f"{q.library}.tensordot({', '.join(written)}, 1)"
        ours, most, same = _IN_TENSORS.get(func.attr, ("", 0, frozenset()))
        fits = ours and 0 < len(call.args) <= most and keywords <= same
        if func.attr == "concatenate" and len(call.args) == 1 and not keywords:
            written.append("0")
        if func.attr == "where" and len(call.args) != 3:
            return None
        return f"{q.library}.{ours}({', '.join(written)})" if fits else None
    if getattr(owner, "__name__", "") == "math" and not keywords:
        if func.attr == "log" and len(call.args) == 1:
            return f"{q.library}.math.log({written[0]})"
        if func.attr in _OF_MATH:
            return f"{q.library}.{func.attr}({', '.join(written)})"
    return None


def _takes_tensors(q: Question, program: Program, node: ast.expr, around: ast.AST) -> bool:
    """Whether a tensor can stand where `node` stands."""
    if isinstance(around, ast.Call):
        func = around.func
        ours = base_name(func) == q.library and not isinstance(func, ast.Name)
        own = (
            isinstance(func, ast.Name)
            and callable(q.value_of(func))
            and hasattr(q.value_of(func), "__code__")
        )
        return node in around.args and (ours or own or _is_layer(q.value_of(func)))
    if isinstance(around, (ast.Assign, ast.AnnAssign)):
        targets = around.targets if isinstance(around, ast.Assign) else [around.target]
        return all(isinstance(t, ast.Name) and _used_as_a_tensor(program, t) for t in targets)
    if isinstance(around, ast.ListComp):
        return around.elt is node and _takes_tensors(q, program, around, program.parents[around])
    if isinstance(around, (ast.List, ast.Tuple)):
        return _takes_tensors(q, program, around, program.parents[around])
    if isinstance(around, ast.keyword):
        return False
    if isinstance(around, ast.BinOp):
        other = around.right if around.left is node else around.left
        if isinstance(q.value_of(other), np.ndarray):
            return False  # of float64, as a rule: the types would not fit
        return _takes_tensors(q, program, around, program.parents[around])
    if isinstance(around, ast.UnaryOp):
        return _takes_tensors(q, program, around, program.parents[around])
    if isinstance(around, ast.Subscript) and around.value is node:
        return _takes_tensors(q, program, around, program.parents[around])
    return isinstance(around, ast.Return)


def _is_layer(value: object) -> bool:
    return any(base.__name__ in ("Layer", "Module") for base in type(value).__mro__)


def _used_as_a_tensor(program: Program, name: ast.Name) -> bool:
    """Whether nothing is asked of a name that a tensor has not, and no element is assigned."""
    for use in program.inside(program.scope(name)):
        if isinstance(use, ast.Name) and use.id == name.id and use is not name:
            around = program.parents[use]
            if isinstance(around, ast.Attribute) and around.attr not in _COMMON:
                return False
            if isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Store):
                return False
    return True
