"""Control flow, run by Python as it is met: cond, case, switch_case, while_loop, Assert.

Only what is taken runs, and the tape records it like any other code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import Batched
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, shape_of
from gradtape.tensors.conversion import is_tensor_like


def truth(predicate: Any, where: str) -> bool:
    """The truth of a scalar boolean."""
    if not is_tensor_like(predicate):
        if isinstance(predicate, (bool, np.bool_, int, float, np.ndarray)):
            return bool(predicate)
        if not isinstance(predicate, list) or not predicate:
            raise TypeError(
                f"{where} takes a boolean, got {predicate!r} of {type(predicate).__name__}."
            )
    x = convert_operand(predicate)
    if type(x._value) is Batched:
        raise TypeError(
            f"{where} inside tf.vectorized_map would have to choose for each element; use tf.where "
            "with both branches, or tf.map_fn."
        )
    return bool(x)


def _callable(f: Any, what: str) -> None:
    if not callable(f):
        raise TypeError(f"{what} must be callable, got {f!r}; write lambda: ….")


def cond(
    pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:  # fmt: skip
    """What `true_fn()` gives if `pred` holds, else what `false_fn()` gives; the other never runs.

    The gradient goes through the branch that ran.

    Raises: TypeError where a branch cannot be called, or inside tf.vectorized_map.

    >>> x = tf.constant(2.0)
    >>> tf.cond(x > 0, lambda: x * x, lambda: -x).numpy()
    np.float32(4.0)
    """
    _callable(true_fn, "true_fn")
    _callable(false_fn, "false_fn")
    return true_fn() if truth(pred, "tf.cond") else false_fn()  # type: ignore[misc]


def case(
    pred_fn_pairs: Any, default: Callable[[], Any] | None = None, exclusive: bool = False,
    strict: bool = False, name: str = "case",
) -> Any:  # fmt: skip
    """What the function beside the first true predicate gives; else `default()`.

    Raises: InvalidArgumentError where nothing holds and there is no default, or where `exclusive`
    and more than one holds; TypeError where a pair is no pair of predicate and function.

    >>> tf.case([(tf.constant(False), lambda: 1), (tf.constant(True), lambda: 2)])
    2
    """
    if not isinstance(pred_fn_pairs, (list, tuple)):
        raise TypeError(f"pred_fn_pairs is a list of (predicate, function), got {pred_fn_pairs!r}.")
    if not pred_fn_pairs and default is None:
        raise ValueError("pred_fn_pairs is empty and there is no default; give one of them.")
    for pair in pred_fn_pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise TypeError(f"each of pred_fn_pairs is (predicate, function), got {pair!r}.")
        _callable(pair[1], "a function of pred_fn_pairs")
    truths = []
    for predicate, _ in pred_fn_pairs:
        truths.append(truth(predicate, "tf.case"))
        if truths[-1] and not exclusive:
            break
    if sum(truths) > 1:
        raise InvalidArgumentError(
            f"Input error: exclusive=True: more than 1 conditions ({truths}) evaluated as True."
        )
    if True in truths:
        return pred_fn_pairs[truths.index(True)][1]()
    if default is None:
        raise InvalidArgumentError(
            "None of the conditions of tf.case holds, and there is no default; give default=."
        )
    _callable(default, "default")
    return default()


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:  # fmt: skip
    """What `branch_fns[branch_index]()` gives; for another index `default()`, or the last branch.

    `branch_fns` is a list of functions, a dict from int to function, or a list of such pairs.

    Raises: TypeError where the index is no integer tensor, or a branch cannot be called;
    InvalidArgumentError where it is no scalar; ValueError for an index that stands twice.

    >>> tf.switch_case(tf.constant(1), [lambda: "a", lambda: "b"])
    'b'
    """
    if not is_tensor_like(branch_index) or not convert_operand(branch_index).dtype.is_integer:
        raise TypeError(
            f"branch_index must be an integer Tensor, got {branch_index!r}; use tf.constant(i)."
        )
    if shape_of(convert_operand(branch_index)):
        raise InvalidArgumentError(f"branch_index must be a scalar, got {branch_index!r}.")
    pairs = branch_fns.items() if isinstance(branch_fns, dict) else list(branch_fns)
    if not isinstance(branch_fns, dict) and all(callable(f) for f in pairs):
        pairs = list(enumerate(pairs))
    pairs = [tuple(pair) if isinstance(pair, (list, tuple)) else (None, pair) for pair in pairs]
    if not pairs:
        raise ValueError("branch_fns is empty; give at least one function.")
    for key, f in pairs:
        if not isinstance(key, (int, np.integer)):
            raise TypeError(f"a key of branch_fns must be an int, got {key!r}.")
        _callable(f, "a function of branch_fns")
    table: dict[Any, Callable[[], Any]] = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError(f"the keys of branch_fns must differ, got {[key for key, _ in pairs]}.")
    last = table[max(table)]
    return table.get(integer(branch_index, "branch_index"), default or last)()


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any,
    shape_invariants: Any = None, parallel_iterations: int = 10, back_prop: bool = True,
    swap_memory: bool = False, maximum_iterations: Any = None, name: str | None = None,
) -> Any:  # fmt: skip
    """`loop_vars` after `body` has been applied while `cond` held.

    Both are called with the variables as arguments; `body` returns as many, of the same structure.
    The gradient goes back through every turn. `parallel_iterations`, `swap_memory`,
    `shape_invariants` and `back_prop` are accepted and change nothing.

    Raises: TypeError where `cond` or `body` cannot be called, ValueError for no variables or where
    `body` returns another structure.

    >>> tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2.0), (0, 1.0))[1].numpy()
    np.float32(8.0)
    """
    _callable(cond, "cond")
    _callable(body, "body")
    if not loop_vars and not is_tensor_like(loop_vars):
        raise ValueError("'loop_vars' must be provided; give the first values of the variables.")
    alone = not isinstance(loop_vars, (list, tuple))
    state = (loop_vars,) if alone else loop_vars
    state = nest.map_structure(_tensor, state)
    limit = (
        None if maximum_iterations is None else integer(maximum_iterations, "maximum_iterations")
    )
    turns = 0
    while (limit is None or turns < limit) and truth(cond(*state), "tf.while_loop"):
        given = body(*state)
        if not isinstance(given, (list, tuple)) or hasattr(given, "_fields"):
            given = (given,)
        nest.assert_same_structure(list(given), list(state), check_types=False)
        state = nest.pack_sequence_as(state, [_tensor(v) for v in nest.flatten(given)])
        turns += 1
    return state[0] if alone else state


def _tensor(value: Any) -> Any:
    return value if value is None else convert_operand(value)


def assert_(
    condition: Any, data: Any, summarize: int | None = None, name: str | None = None
) -> None:
    """None if `condition` holds.

    Raises: InvalidArgumentError with `data` in its text where it does not.

    >>> tf.Assert(True, ["fine"])
    """
    if not truth(condition, "tf.Assert"):
        raise InvalidArgumentError(
            "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: "
            + "\n".join(summary(item, summarize) for item in data)
        )


def summary(item: Any, summarize: int | None = 3) -> str:
    """A value for a message: a tensor by its first elements."""
    if not is_tensor_like(item) and not isinstance(item, np.ndarray):
        return item.decode() if isinstance(item, bytes) else str(item)
    x = convert_operand(item)
    array = np.asarray(x._value) if type(x._value) is not Batched else None
    if array is None:
        return repr(x._value)
    if array.dtype == object:
        return "\n".join(v.decode() for v in array.ravel())
    count = 3 if summarize is None else summarize
    if 0 <= count < array.size and array.ndim:
        return f"[{' '.join(str(v) for v in array.ravel()[:count])}...]"
    return str(array)
