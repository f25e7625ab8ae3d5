"""Matrices turned, and their diagonals and bands: taken out, set, summed."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, integers
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
    k: int = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> EagerTensor:
    """Matrices with `diagonal` on their `k`-th diagonal and `padding_value` elsewhere.

    Shapes: (…, n) → (…, n + |k|, n + |k|), or `num_rows` × `num_cols`. The derivative takes the
    diagonal back.

    >>> import gradtape as tf
    >>> tf.linalg.diag([1, 2]).numpy()
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    x = _numbers(convert_operand(diagonal))
    if not x._value.shape:
        raise InvalidArgumentError(
            f"diagonal must be at least 1-dim, received a scalar of dtype {x.dtype.name} "
            "[Op:MatrixDiagV3]"
        )
    offset = _one_diagonal(k, align)
    n = x._value.shape[-1]
    rows = num_rows if num_rows != -1 else max(n + max(-offset, 0), 0)
    columns = num_cols if num_cols != -1 else max(n + max(offset, 0), 0)
    if num_rows == -1 and num_cols == -1:
        rows = columns = n + abs(offset)
    y = diagonals.diag(x, k=offset, shape=(rows, columns))
    if np.any(np.asarray(padding_value) != 0):
        mask = wrap(np.eye(rows, columns, offset, dtype=bool))
        return select(mask, y, convert(padding_value, x.dtype))
    return y


_ALIGNMENTS = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")


def _one_diagonal(k: Any, align: str) -> int:
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
    if given[0] != given[-1]:
        raise NotImplementedError(
            f"gradtape takes one diagonal k at a time, got the band {given}; tf.linalg.band_part "
            "keeps bands."
        )
    return given[0]


def _inside(k: int, shape: tuple[int, ...], op: str) -> int:
    """A diagonal that the matrices have."""
    rows, columns = shape[-2:]
    if k and not -rows < k < columns:
        raise InvalidArgumentError(
            f"lower_diag_index is out of bound: {k}. It must be between {-rows} and {columns} "
            f"[Op:{op}]: the matrices are {rows} × {columns}."
        )
    return k


def diag_part(
    input: Any,
    name: str = "diag_part",
    k: int = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> EagerTensor:
    """The `k`-th diagonal of the last two axes: (…, m, n) → (…, length).

    >>> import gradtape as tf
    >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy()
    array([1, 4], dtype=int32)
    """
    x = matrix_of(_numbers(convert_operand(input)))
    offset = _inside(_one_diagonal(k, align), x._value.shape, "MatrixDiagPartV3")
    return diagonals.diag_part(x, k=offset)


def set_diag(
    input: Any, diagonal: Any, name: str = "set_diag", k: int = 0, align: str = "RIGHT_LEFT"
) -> EagerTensor:
    """`input` with its `k`-th diagonal replaced; the gradient splits in the same way.

    >>> import gradtape as tf
    >>> tf.linalg.set_diag([[1, 2], [3, 4]], [0, 0]).numpy()
    array([[0, 2],
           [3, 0]], dtype=int32)
    """
    x, d = pair(input, diagonal)
    shape = matrix_of(x)._value.shape
    offset = _inside(_one_diagonal(k, align), shape, "MatrixSetDiagV3")
    length = min(shape[-2] + min(offset, 0), shape[-1] - max(offset, 0))
    if tuple(d._value.shape) != (*shape[:-2], length):
        raise InvalidArgumentError(
            f"the diagonal {offset} of {list(shape)} has shape {[*shape[:-2], length]}, got "
            f"{list(d._value.shape)} [Op:MatrixSetDiagV3]"
        )
    return diagonals.set_diag(x, d, k=offset)


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
