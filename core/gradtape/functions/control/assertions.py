"""Checks of values, shapes and dtypes: tf.debugging.assert_*, check_numerics.

Each gives None (assert_all_finite and check_numerics: the tensor) or raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, shape_of
from gradtape.functions.control.printing import block
from gradtape.ops.array import passing
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def check_numerics(tensor: Any, message: str, name: str | None = None) -> EagerTensor:
    """`tensor`, if it holds no nan and no infinity; its gradient is checked on the way back too.

    Raises: InvalidArgumentError with `message` where it does.

    >>> tf.debugging.check_numerics([1.0, 2.0], "fine").numpy()
    array([1., 2.], dtype=float32)
    """
    return passing.check_numerics(convert_operand(tensor), message=message)


def assert_all_finite(x: Any, message: str, name: str | None = None) -> EagerTensor:
    """`x`, if it holds no nan and no infinity (the same as `check_numerics`).

    Raises: InvalidArgumentError with `message` where it does.

    >>> tf.debugging.assert_all_finite([1.0], "fine").numpy()
    array([1.], dtype=float32)
    """
    return check_numerics(x, message)


def _pair(x: Any, y: Any, error: type[Exception] = InvalidArgumentError) -> tuple[Any, Any]:
    if is_tensor_like(y) and not is_tensor_like(x):
        b = convert_operand(y)
        a = convert(x, b.dtype)
    else:
        a = convert_operand(x)
        b = convert_operand(y) if is_tensor_like(y) else convert(y, a.dtype)
    if a.dtype != b.dtype:
        raise error(
            f"the two sides must have one dtype, got {a.dtype.name} and {b.dtype.name}; use "
            "tf.cast."
        )
    return a, b


def _in_each_call(verify: Callable[..., None], *tensors: EagerTensor) -> None:
    """Call `verify` on the tensors' arrays; of what a traced function computes, in each call."""

    def on_arrays(*values: Any) -> None:
        verify(*map(np.asarray, values))

    values = tuple(tensor._value for tensor in tensors)
    if state.trace is not None and any(map(state.trace.holds, tensors)):
        state.trace.verified(on_arrays, values)
    else:
        on_arrays(*values)


def _compare(
    name: str, sign: str, holds: Callable[[Any, Any], Any], words: str, example: str
) -> Callable[..., None]:
    def check(
        x: Any, y: Any, message: str | None = None, summarize: int | None = None,
        name: str | None = None,
    ) -> None:  # fmt: skip
        def verify(a: Any, b: Any) -> None:
            try:
                good = np.asarray(holds(a, b))
            except ValueError:
                raise InvalidArgumentError(
                    f"Incompatible shapes: {list(a.shape)} vs. {list(b.shape)}"
                ) from None
            if good.all():
                return
            count = 3 if summarize is None else summarize
            wide_a, wide_b = (np.broadcast_to(v, good.shape) for v in (a, b))
            lines = [message] if message else []
            lines += [f"Condition x {sign} y did not hold."]
            if good.ndim:
                at = np.argwhere(~good)
                lines += [
                    f"Indices of first {min(count, len(at))} different values:",
                    block(at[:count], -1),
                    "Corresponding x values:",
                    block(wide_a[~good][:count], -1),
                    "Corresponding y values:",
                    block(wide_b[~good][:count], -1),
                ]
            for letter, v in (("x", a), ("y", b)):
                lines += [
                    f"First {min(count, v.size)} elements of {letter}:",
                    block(v.ravel()[:count], -1),
                ]
            raise InvalidArgumentError("\n".join(lines))

        _in_each_call(verify, *_pair(x, y))

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""None, if {words} element by element, with broadcasting.

    Raises: InvalidArgumentError with `message`, the first places and both values where it does not
    hold, or where shapes or dtypes do not go together.

    >>> tf.debugging.{name}({example})
    """
    return check


assert_equal = _compare("assert_equal", "==", np.equal, "x = y", "[1, 2], [1, 2]")
assert_none_equal = _compare("assert_none_equal", "!=", np.not_equal, "x ≠ y", "[1, 2], [2, 1]")
assert_less = _compare("assert_less", "<", np.less, "x < y", "[1, 2], 3")
assert_less_equal = _compare("assert_less_equal", "<=", np.less_equal, "x ≤ y", "[1, 2], 2")
assert_greater = _compare("assert_greater", ">", np.greater, "x > y", "[1, 2], 0")
assert_greater_equal = _compare("assert_greater_equal", ">=", np.greater_equal, "x ≥ y", "[1], 1")


def assert_near(
    x: Any, y: Any, rtol: Any = None, atol: Any = None, message: str | None = None,
    summarize: int | None = None, name: str | None = None,
) -> None:  # fmt: skip
    """None, if |x − y| < atol + rtol·|y| element by element, with broadcasting.

    Both tolerances are 10 times the spacing of the dtype at 1 by default.

    Raises: InvalidArgumentError where it does not hold, ValueError where the dtypes differ.

    >>> tf.debugging.assert_near(1.0, 1.0000001)
    """

    def verify(a: Any, b: Any) -> None:
        ten = 10 * np.finfo(a.dtype).eps if a.dtype.kind in "fc" else 0
        r, t = (float(ten if v is None else v) for v in (rtol, atol))
        if not (np.abs(a - b) < t + r * np.abs(b)).all():
            count = 3 if summarize is None else summarize
            raise InvalidArgumentError(
                f"{message or ''}\nx and y not equal to tolerance rtol = {r}, atol = {t}\n"
                f"x (shape={a.shape} dtype={a.dtype}) = \n{block(a.ravel()[:count], -1)}\n"
                f"y (shape={b.shape} dtype={b.dtype}) = \n{block(b.ravel()[:count], -1)}"
            )

    _in_each_call(verify, *_pair(x, y, ValueError))


def _sign(name: str, sign: str, holds: Callable[[Any], Any], example: str) -> Callable[..., None]:
    def check(
        x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
    ) -> None:
        def verify(a: Any) -> None:
            if not holds(a).all():
                count = 3 if summarize is None else summarize
                raise InvalidArgumentError(
                    f"{message or ''}\nCondition x {sign} 0 did not hold element-wise:\n"
                    f"x (shape={a.shape} dtype={a.dtype}) = \n{block(a.ravel()[:count], -1)}"
                )

        _in_each_call(verify, convert_operand(x))

    check.__name__ = check.__qualname__ = name
    check.__doc__ = f"""None, if x {sign} 0 for every element.

    Raises: InvalidArgumentError with `message` where it does not hold.

    >>> tf.debugging.{name}({example})
    """
    return check


assert_positive = _sign("assert_positive", ">", lambda a: a > 0, "[1.0]")
assert_negative = _sign("assert_negative", "<", lambda a: a < 0, "[-1.0]")
assert_non_negative = _sign("assert_non_negative", ">=", lambda a: a >= 0, "[0.0]")
assert_non_positive = _sign("assert_non_positive", "<=", lambda a: a <= 0, "[0.0]")


def _rank_of(x: Any) -> tuple[int, tuple[int, ...]]:
    shape = shape_of(convert_operand(x))
    return len(shape), shape


def _bad_rank(message: str | None, wanted: str, rank: int, shape: tuple[int, ...]) -> ValueError:
    return ValueError(
        f"{message + ' ' if message else ''}Tensor must have {wanted}. Received rank {rank}, "
        f"shape {shape}"
    )


def assert_rank(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """None, if `x` has `rank` axes.

    Raises: ValueError where it has not.

    >>> tf.debugging.assert_rank([[1.0]], 2)
    """
    have, shape = _rank_of(x)
    if have != integer(rank, "rank"):
        raise _bad_rank(message, f"rank {integer(rank, 'rank')}", have, shape)


def assert_rank_at_least(
    x: Any, rank: Any, message: str | None = None, name: str | None = None
) -> None:
    """None, if `x` has `rank` axes or more.

    Raises: ValueError where it has fewer.

    >>> tf.debugging.assert_rank_at_least([[1.0]], 1)
    """
    have, shape = _rank_of(x)
    if have < integer(rank, "rank"):
        raise _bad_rank(message, f"rank at least {integer(rank, 'rank')}", have, shape)


def assert_rank_in(x: Any, ranks: Any, message: str | None = None, name: str | None = None) -> None:
    """None, if the number of axes of `x` is one of `ranks`.

    Raises: ValueError where it is not.

    >>> tf.debugging.assert_rank_in([1.0], (0, 1))
    """
    have, shape = _rank_of(x)
    allowed = tuple(integer(rank, "ranks") for rank in ranks)
    if have not in allowed:
        raise _bad_rank(message, f"rank in {allowed}", have, shape)


def assert_scalar(tensor: Any, message: str | None = None, name: str | None = None) -> None:
    """None, if `tensor` is a scalar.

    Raises: ValueError where it is not.

    >>> tf.debugging.assert_scalar(1.0)
    """
    shape = shape_of(convert_operand(tensor))
    if shape:
        raise ValueError(f"{message or ''}Expected scalar shape, saw shape: {shape}.")


def assert_shapes(
    shapes: Any, data: Any = None, summarize: int | None = None, message: str | None = None,
    name: str | None = None,
) -> None:  # fmt: skip
    """None, if every tensor has its shape, and equal names stand for equal sizes.

    `shapes` is a list of (tensor, shape) or a dict. A shape is a tuple of sizes: an int, a name
    that stands for one size throughout, or None or "." for any; "*" or `...` at one end stands for
    any number of axes; () is a scalar.

    Raises: ValueError where a shape does not fit.

    >>> x, y = tf.zeros([4, 2]), tf.zeros([4])
    >>> tf.debugging.assert_shapes([(x, ("N", "Q")), (y, ("N",))])
    """
    sizes: dict[Any, tuple[int, int]] = {}
    pairs = shapes.items() if isinstance(shapes, dict) else shapes
    for k, (tensor, symbols) in enumerate(pairs):
        tensor = tensor.deref() if hasattr(tensor, "deref") else tensor
        have = shape_of(convert_operand(tensor))
        if not hasattr(symbols, "__iter__") and not hasattr(symbols, "__getitem__"):
            raise ValueError(
                f"Tensor number {k}. Specified shape must be an iterable. Received specified "
                f"shape: {symbols}"
            )
        wanted = list(symbols.as_list()) if hasattr(symbols, "as_list") else list(symbols)
        own = list(have)
        opened = [s in ("*", ...) for s in wanted]
        if any(opened[1:-1]) or sum(opened) > 1:
            raise ValueError(
                f"Tensor number {k}: '*' or ... stands once, at one end of a shape; got {symbols}"
            )
        if opened and opened[0]:
            wanted = wanted[1:]
            own = own[max(0, len(own) - len(wanted)) :]
        elif opened and opened[-1]:
            wanted = wanted[:-1]
            own = own[: len(wanted)]
        if len(own) != len(wanted):
            raise ValueError(
                f"{message or ''}Tensor number {k} with shape {have} must have rank {len(wanted)}, "
                f"to fit {symbols}. Received rank {len(have)}"
            )
        for axis, (n, symbol) in enumerate(zip(own, wanted, strict=True)):
            if symbol is None or symbol == ".":
                continue
            fixed = isinstance(symbol, (int, np.integer)) or str(symbol).isdigit()
            size, first = (int(symbol), k) if fixed else sizes.setdefault(symbol, (n, k))
            if n != size:
                raise ValueError(
                    f"{message or ''}Specified by tensor number {first}. Tensor number {k} with "
                    f"shape {have}: dimension {axis} ({symbol}) must have size {size}. Received "
                    f"size {n}"
                )


def assert_type(
    tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None
) -> None:
    """None, if `tensor` has this dtype.

    Raises: TypeError where it has another.

    >>> tf.debugging.assert_type(tf.constant(1), tf.int32)
    """
    have, want = convert_operand(tensor).dtype, as_dtype(tf_type)
    if have != want:
        raise TypeError(f"{message or ''}tensor must be of type {want!r}; got {have!r}")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """None, if `x` holds integers.

    Raises: TypeError where it does not.

    >>> tf.debugging.assert_integer(1)
    """
    dtype = convert_operand(x).dtype
    if not dtype.is_integer:
        raise TypeError(
            message or f'Expected "x" to be integer type. Found: tensor of dtype {dtype}'
        )


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> Any:
    """The floating-point dtype that all tensors share (float32 for none).

    Raises: ValueError where they differ, or it is no floating-point dtype.

    >>> tf.debugging.assert_same_float_dtype([tf.constant(1.0), tf.constant(2.0)])
    tf.float32
    """
    found = None if dtype is None else as_dtype(dtype)
    for tensor in tensors or []:
        own = convert_operand(tensor).dtype
        found = own if found is None else found
        if own != found:
            raise ValueError(f"{tensor!r}, type={own}, must be of the same type ({found}).")
    found = found or as_dtype("float32")
    if not found.is_floating:
        raise ValueError(f"Expected floating point type, got {found}.")
    return found


def assert_proper_iterable(values: Any) -> None:
    """None, if `values` can be gone through as a collection (no tensor, array or text).

    Raises: TypeError where it cannot.

    >>> tf.debugging.assert_proper_iterable([1, 2])
    """
    if is_tensor_like(values) or isinstance(values, (str, bytes, np.ndarray)):
        raise TypeError(
            f'Expected argument "values" to be a "proper" iterable. Found: {type(values)}'
        )
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable. Found: {type(values)}')


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether `tensor` is a tensor of numbers.

    >>> tf.debugging.is_numeric_tensor(tf.constant(1.0)), tf.debugging.is_numeric_tensor("a")
    (True, False)
    """
    return is_tensor_like(tensor) and convert_operand(tensor)._value.dtype.kind in "iufc"
