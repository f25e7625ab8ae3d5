"""The matrix product."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from gradtape.dispatch.batching import full
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.shaping import reshape, swap
from gradtape.ops.declaration import linear
from gradtape.primitives.op import NUMERIC


def _left(g: Any, _y: Any, _a: Any, b: Any) -> Any:
    return matmul(g, swap(b))


def _right(g: Any, _y: Any, a: Any, _b: Any) -> Any:
    return matmul(swap(a), g)


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    a, b = xs
    a_rank, b_rank = len(a.shape) - flags[0], len(b.shape) - flags[1]
    if flags[0] and not flags[1] and a_rank == b_rank == 2:
        # (size, m, k) @ (k, n) as one product of (size·m, k)
        shape = tuple(a.shape)
        y = op.call(reshape(a, shape=(shape[0] * shape[1], shape[2])), b)
        return reshape(y, shape=(*shape[:2], tuple(b.shape)[1]))
    rank = max(a_rank, b_rank)
    return op.call(
        *(_lift(x if flag else full(x, size), rank) for x, flag in zip(xs, flags, strict=True))
    )


def _lift(x: Any, rank: int) -> Any:
    shape = tuple(x.shape)
    missing = rank + 1 - len(shape)
    return reshape(x, shape=(shape[0], *(1,) * missing, *shape[1:])) if missing else x


#: Integers in which a product soon wraps around; TensorFlow has no kernel for them either (int16
#: has one for batches of matrices).
_NARROW = "bBhHILQ"


def refused_product(op: str, dtype: Any) -> InvalidArgumentError:
    """The error for a sum of products in a dtype that is too narrow for it."""
    return InvalidArgumentError(
        f"Value for attr 'T' of {dtype} is not in the list of allowed values: bfloat16, half, "
        f"float, double, int32, int64, complex64, complex128 [Op:{op}]. Use tf.cast(x, tf.int32), "
        "or tf.matmul(…, output_type=tf.int32) for int8 and uint8."
    )


@linear("MatMul", _left, _right, batch=_batch, allowed=NUMERIC)
def matmul(a: Any, b: Any) -> Any:
    """The matrix product over the last two axes, the others broadcast: (…, m, k) · (…, k, n).

    Derivative: g·bᵀ with respect to a and aᵀ·g with respect to b. Of complex factors the
    conjugates.
    """
    if a.dtype.char in _NARROW and (a.dtype.char != "h" or len(a.shape) == len(b.shape) == 2):
        raise refused_product("MatMul", a.dtype)
    if len(a.shape) < 2 or len(b.shape) < 2:
        which, x = (0, a) if len(a.shape) < 2 else (1, b)
        raise ValueError(
            f"In[{which}] ndims must be >= 2: {len(x.shape)}. Use tf.linalg.matvec for a vector, "
            "or add an axis with x[:, tf.newaxis]"
        )
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(
            f"Matrix size-incompatible: In[0]: {list(a.shape)}, In[1]: {list(b.shape)}: the last "
            "axis of the first must equal the second-to-last of the second"
        )
    kind, size = a.dtype.kind, a.dtype.itemsize
    if (kind in "fc" and size > 2) or a.size * b.shape[-1] < _SMALL:
        return np.matmul(a, b)
    if kind == "f":
        return product(a.astype(np.float32), b.astype(np.float32)).astype(a.dtype)
    return _whole_product(a, b)


if sys.platform == "emscripten":

    def product(a: Any, b: Any, out: Any = None) -> Any:
        """np.matmul of arrays, by the kernel that the op has in this tab."""
        y = matmul.op.kernel(a, b)
        if out is not None:
            out[...] = y
        return y

else:
    product = np.matmul

#: Below so many multiplications a product of integers is done as NumPy does it.
_SMALL = 1 << 14


def _whole_product(a: Any, b: Any) -> Any:
    """A product of integers by that of floats, which is exact as long as the sums are below 2⁵³.

    Where they are not, numbers of 32 bits are taken apart: (2¹⁶h + l)(2¹⁶h′ + l′) is, but for
    multiples of 2³², 2¹⁶(hl′ + lh′) + ll′.
    """
    if a.shape[-1] * _magnitude(a) * _magnitude(b) < 1 << 53:
        return _exact(a, b).astype(a.dtype)
    if a.dtype.itemsize > 4 or a.shape[-1] >> 20:
        return np.matmul(a, b)
    a_high, b_high = a >> 16, b >> 16
    a_low, b_low = a & 0xFFFF, b & 0xFFFF
    y = _exact(a_high, b_low)
    y += _exact(a_low, b_high)
    y <<= 16
    y += _exact(a_low, b_low)
    return y.astype(a.dtype)


def _magnitude(x: Any) -> int:
    return max(abs(int(x.min())), abs(int(x.max()))) if x.size else 0


def _exact(a: Any, b: Any) -> Any:
    return np.matmul(a.astype(np.float64), b.astype(np.float64)).astype(np.int64)
