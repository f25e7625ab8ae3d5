"""Matrices turned, and their diagonals and bands: taken out, set, summed."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, integers
from gradtape.functions.linalg import bands
from gradtape.functions.linalg.products import pair
from gradtape.ops.array import shaping as shapes
from gradtape.ops.array.selection import select
from gradtape.ops.linalg import decompositions as ops
from gradtape.ops.linalg import diagonals
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap


def matrix_transpose(a: Any, name: str | None = None, conjugate: bool = False) -> EagerTensor:
    """The last two axes exchanged: (…, m, n) → (…, n, m); conjugated where asked.

    >>> import gradtape as tf
    >>> tf.linalg.matrix_transpose([[1, 2], [3, 4]]).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    x = matrix_of(a, ValueError)
    return ops.adjoint(x) if conjugate else shapes.swap(x)


def adjoint(matrix: Any, name: str | None = None) -> EagerTensor:
    """The conjugate transpose of the last two axes.

    >>> import gradtape as tf
    >>> tf.linalg.adjoint([[1 + 2j]]).numpy()
    array([[1.-2.j]])
    """
    return ops.adjoint(matrix_of(matrix, ValueError))


def matrix_of(value: Any, error: type[Exception] = InvalidArgumentError) -> EagerTensor:
    """A tensor with at least two axes; `error` for fewer."""
    x = convert_operand(value)
    if len(x._value.shape) < 2:
        raise error(
            f"Argument should be a (batch) matrix with rank at least 2. Received: {x!r}. Add an "
            "axis with x[tf.newaxis]."
        )
    return x


def _numbers(x: EagerTensor) -> EagerTensor:
    if x.dtype.name == "string":
        raise TypeError(f"a diagonal here holds numbers or truth values, got text: {x!r}")
    return x


def diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> EagerTensor:
    """Matrices with `diagonal` on their `k`-th diagonal and `padding_value` elsewhere.

    Shapes: (…, n) → (…, n + |k|, n + |k|), or `num_rows` × `num_cols`; for a band `k=(low, high)`
    the diagonals are the rows of (…, high − low + 1, longest), the uppermost first, and `align`
    says at which end the shorter ones stand. The derivative takes the diagonals back.

    Raises: InvalidArgumentError for sizes that do not fit.

    >>> import gradtape as tf
    >>> tf.linalg.diag([1, 2]).numpy()
    array([[1, 0],
           [0, 2]], dtype=int32)
    >>> tf.linalg.diag([[0, 8, 9], [1, 2, 3]], k=(0, 1)).numpy()
    array([[1, 8, 0],
           [0, 2, 9],
           [0, 0, 3]], dtype=int32)
    """
    x = _numbers(convert_operand(diagonal))
    if not x._value.shape:
        raise InvalidArgumentError(
            f"diagonal must be at least 1-dim, received a scalar of dtype {x.dtype.name} "
            "[Op:MatrixDiagV3]"
        )
    low, high = _band(k, align)
    if low != high:
        bands.check_band(x, (low, high), "MatrixDiagV3")
    shape = _made(x._value.shape[-1], (low, high), num_rows, num_cols)
    if low != high:
        padding = _padding(padding_value, x)
        return bands.with_band(x, (low, high), shape, padding, align)
    y = diagonals.diag(x, k=low, shape=shape)
    if np.any(np.asarray(padding_value) != 0):
        mask = wrap(np.eye(*shape, low, dtype=bool))
        return select(mask, y, _padding(padding_value, x))
    return y


def _padding(value: Any, x: EagerTensor) -> EagerTensor:
    """What stands beside the diagonals; 0 is one of every dtype, also of truth values."""
    if np.any(np.asarray(value) != 0):
        return convert(value, x.dtype)
    return wrap(np.zeros((), x._value.dtype))


def _made(n: int, band: tuple[int, int], num_rows: int, num_cols: int) -> tuple[int, int]:
    """The shape of matrices whose band has diagonals of length n."""
    least = (n - min(band[1], 0), n + max(band[0], 0))
    if num_rows == num_cols == -1:
        return max(least), max(least)
    shape = (
        least[0] if num_rows == -1 else int(num_rows),
        least[1] if num_cols == -1 else int(num_cols),
    )
    for what, size, needed in zip(("rows", "columns"), shape, least, strict=True):
        if size < needed:
            raise InvalidArgumentError(
                f"The number of {what} is too small: {size}, and the diagonals need {needed} "
                "[Op:MatrixDiagV3]"
            )
    if shape[0] != least[0] and shape[1] != least[1]:
        raise InvalidArgumentError(
            "The number of rows or columns is not consistent with the specified d_lower, d_upper, "
            f"and diagonal: {list(shape)}, where {least[0]} rows or {least[1]} columns fit "
            "[Op:MatrixDiagV3]"
        )
    return shape


_ALIGNMENTS = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")


def _band(k: Any, align: str) -> tuple[int, int]:
    """The lowest and the highest diagonal that `k` names."""
    if align not in _ALIGNMENTS:
        raise InvalidArgumentError(
            f"Value for attr 'align' of {align!r} is not in the list of allowed values: "
            f"{', '.join(_ALIGNMENTS)}"
        )
    given = integers(k, "k")
    if len(given) not in (1, 2):
        raise InvalidArgumentError(
            f"diag_index must have only one or two elements, received {len(given)} elements."
        )
    if given[0] > given[-1]:
        raise InvalidArgumentError(
            f"lower_diag_index must not be larger than upper_diag_index: {given[0]} > {given[-1]}"
        )
    return given[0], given[-1]


def _inside(band: tuple[int, int], shape: tuple[int, ...], op: str) -> tuple[int, int]:
    """A band that the matrices have."""
    rows, columns = shape[-2:]
    for what, k in zip(("lower", "upper"), band, strict=True):
        if k and not -rows < k < columns:
            raise InvalidArgumentError(
                f"{what}_diag_index is out of bound: {k}. It must be between {-rows} and {columns} "
                f"[Op:{op}]: the matrices are {rows} × {columns}."
            )
    return band


def diag_part(
    input: Any,
    name: str = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> EagerTensor:
    """The `k`-th diagonal of the last two axes: (…, m, n) → (…, length).

    A band `k=(low, high)` gives a row for each diagonal, the uppermost first; the shorter ones
    stand at the end that `align` says, beside `padding_value`.

    >>> import gradtape as tf
    >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy()
    array([1, 4], dtype=int32)
    >>> tf.linalg.diag_part([[1, 2], [3, 4]], k=(-1, 1), padding_value=9).numpy()
    array([[9, 2],
           [1, 4],
           [3, 9]], dtype=int32)
    """
    x = matrix_of(_numbers(convert_operand(input)))
    low, high = _inside(_band(k, align), x._value.shape, "MatrixDiagPartV3")
    if low != high:
        return bands.band_of(x, (low, high), _padding(padding_value, x), align)
    if isinstance(padding_value, float) and not x.dtype.is_differentiable:
        _padding(padding_value, x)  # no padding is needed, but one of another dtype is refused
    return diagonals.diag_part(x, k=low)


def set_diag(
    input: Any, diagonal: Any, name: str = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT"
) -> EagerTensor:
    """`input` with its `k`-th diagonal replaced; the gradient splits in the same way.

    For a band `k=(low, high)` the diagonals are rows, as in `tf.linalg.diag_part`.

    >>> import gradtape as tf
    >>> tf.linalg.set_diag([[1, 2], [3, 4]], [0, 0]).numpy()
    array([[0, 2],
           [3, 0]], dtype=int32)
    """
    x, d = pair(input, diagonal)
    shape = tuple(matrix_of(x)._value.shape)
    low, high = _inside(_band(k, align), shape, "MatrixSetDiagV3")
    length = bands.longest((low, high), (shape[-2], shape[-1]))
    rows = () if low == high else (high - low + 1,)
    if tuple(d._value.shape) != (*shape[:-2], *rows, length):
        raise InvalidArgumentError(
            f"the diagonals {low} to {high} of {list(shape)} have shape "
            f"{[*shape[:-2], *rows, length]}, got {list(d._value.shape)} [Op:MatrixSetDiagV3]"
        )
    if low != high:
        return bands.with_band(d, (low, high), (shape[-2], shape[-1]), x, align)
    return diagonals.set_diag(x, d, k=low)


def band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> EagerTensor:
    """`input` with zeros outside a band; −1 keeps a whole triangle.

    >>> import gradtape as tf
    >>> tf.linalg.band_part([[1, 2], [3, 4]], -1, 0).numpy()
    array([[1, 0],
           [3, 4]], dtype=int32)
    """
    x = _numbers(matrix_of(input))
    lower, upper = integer(num_lower, "num_lower"), integer(num_upper, "num_upper")
    sizes = x._value.shape[-2:]
    for what, count, axis, n in zip(
        ("num_lower", "num_upper"), (lower, upper), ("rows", "columns"), sizes, strict=True
    ):
        if count > n:
            raise InvalidArgumentError(
                f"{what} must be negative or less or equal to number of {axis} ({n}) got: {count} "
                "[Op:MatrixBandPart]; -1 keeps the whole triangle."
            )
    return diagonals.band_part(x, lower=lower, upper=upper)


def trace(x: Any, name: str | None = None) -> EagerTensor:
    """The sum of the main diagonal: (…, m, n) → (…); its derivative is the unit matrix.

    >>> import gradtape as tf
    >>> tf.linalg.trace([[1.0, 2.0], [3.0, 4.0]]).numpy()
    np.float32(5.0)
    """
    return reduce_sum(diag_part(x), axis=(-1,), keepdims=False)


def tensor_diag(diagonal: Any, name: str | None = None) -> EagerTensor:
    """A tensor of shape d + d that has `diagonal`, of shape d, on its diagonal.

    >>> import gradtape as tf
    >>> tf.linalg.tensor_diag([1, 2]).numpy()
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    x = convert_operand(diagonal)
    shape = tuple(x._value.shape)
    if not shape or x.dtype.name in ("string", "bool"):
        raise InvalidArgumentError(
            f"tensor_diag takes numbers with at least one axis, got {x.dtype.name}{list(shape)}"
        )
    n = int(np.prod(shape, dtype=int))
    flat = diagonals.diag(shapes.reshape(x, shape=(n,)), k=0, shape=(n, n))
    return shapes.reshape(flat, shape=shape + shape)


def tensor_diag_part(input: Any, name: str | None = None) -> EagerTensor:
    """The diagonal of a tensor of shape d + d.

    >>> import gradtape as tf
    >>> tf.linalg.tensor_diag_part([[1, 2], [3, 4]]).numpy()
    array([1, 4], dtype=int32)
    """
    x = convert_operand(input)
    shape = tuple(x._value.shape)
    if x.dtype.name in ("string", "bool"):
        raise InvalidArgumentError(f"tensor_diag_part takes numbers, got {x.dtype.name}")
    half = len(shape) // 2
    if len(shape) % 2 or shape[:half] != shape[half:]:
        raise InvalidArgumentError(f"tensor_diag_part takes a shape d + d, got {list(shape)}")
    n = int(np.prod(shape[:half], dtype=int))
    flat = diagonals.diag_part(shapes.reshape(x, shape=(n, n)), k=0)
    return shapes.reshape(flat, shape=shape[:half])
