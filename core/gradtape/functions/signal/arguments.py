"""Reading the tensors, lengths and axes that the functions of signals take."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import DType, as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, shape_of
from gradtape.ops.array.shaping import pad, slice_
from gradtape.tensors.tensor import EagerTensor


def of_rank(value: Any, rank: int, hint: Any = None) -> EagerTensor:
    """A tensor of at least this rank; numbers that are none take the dtype `hint` if they can.

    Raises: ValueError for a lower rank.
    """
    x = convert_operand(value) if hint is None else hint(value)
    shape = shape_of(x)
    if len(shape) < rank:
        raise ValueError(f"Shape {shape} must have rank at least {rank}")
    return x


def length(value: Any, what: str, least: int = 0) -> int:
    """One number of samples.

    Raises: ValueError for a vector, TypeError for fractions, InvalidArgumentError below `least`.
    """
    shape = tuple(
        getattr(value, "shape", None) or ((len(value),) if hasattr(value, "__len__") else ())
    )
    if shape:
        raise ValueError(f"{what}: Shape {shape} must have rank 0")
    n = integer(value, what)
    if n < least:
        raise InvalidArgumentError(f"{what} must be >= {least}, got {n}")
    return n


def floating(dtype: Any) -> DType:
    """A dtype of real floating-point numbers.

    Raises: ValueError for any other.
    """
    kind = as_dtype(dtype)
    if not kind.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {kind!r}")
    return kind


def resized(x: EagerTensor, sizes: tuple[int, ...]) -> EagerTensor:
    """x with its last axes cut off, or filled up with zeros, to these sizes."""
    shape = shape_of(x)
    outer = shape[: len(shape) - len(sizes)]
    have = shape[len(outer) :]
    kept = tuple(map(min, have, sizes))
    if kept != have:
        x = slice_(x, begin=(0,) * len(shape), size=(*outer, *kept))
    if kept != sizes:
        more = ((0, n - m) for n, m in zip(sizes, kept, strict=True))
        x = pad(x, paddings=(*(((0, 0),) * len(outer)), *more))
    return x
