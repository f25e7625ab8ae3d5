"""What every random function does to its arguments: shape, dtype, seed, bounds and scale."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.dtypes import DType
from gradtape.errors import InvalidArgumentError, UnimplementedError, shape_text
from gradtape.random.philox import Stream, scrambled
from gradtape.runtime.recorders import restore_warnings, silence_warnings, state
from gradtape.tensors.conversion import as_array, convert, holds_tensors, is_tensor_like
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, Tensor, wrap

__all__ = [
    "Algorithm",
    "algorithm_number",
    "bounds",
    "element_count",
    "floating",
    "host",
    "parameter",
    "refuse_threefry",
    "scaled",
    "shape_of",
    "stateless_seed",
    "stateless_stream",
    "traced_seed",
]

_INT32_LIMIT = 2**31


class Algorithm(enum.Enum):
    """The names of the random-number algorithms; gradtape has Philox, as TensorFlow's CPU build."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


def host(value: Any) -> np.ndarray[Any, Any]:
    """The value of a tensor, variable, array or list as an array, without a trace on a tape."""
    return np.asarray(convert(value)._text())


# -- shapes


def shape_of(shape: Any, op: str) -> tuple[tuple[int, ...], str]:
    """The shape as a tuple, and the name of the dtype that it came in (`int32` or `int64`).

    Raises: InvalidArgumentError unless `shape` is a vector of integers ≥ 0; ValueError where a size
    is not known.
    """
    if isinstance(shape, TensorShape):
        if not shape.is_fully_defined():
            raise ValueError(
                f"Cannot convert a partially known TensorShape {shape} to a Tensor; {op} needs "
                "every size."
            )
        sizes = tuple(size for size in shape if size is not None)
        kind = _width(sizes)
    elif type(shape) in (tuple, list, range) and all(type(size) is int for size in shape):
        sizes = tuple(shape)
        kind = _width(sizes)
    else:
        tensor = convert(shape)
        kind = tensor.dtype.name
        array = host(tensor)
        if kind not in ("int32", "int64"):
            raise InvalidArgumentError(
                f"Value for attr 'T' of {tensor.dtype.word} is not in the list of allowed values: "
                f"int32, int64: {op} was given the shape {shape!r}; write its sizes as integers."
            )
        if array.ndim != 1:
            raise InvalidArgumentError(
                f"shape must be a vector of {{int32,int64}}, got shape {shape_text(array.shape)}: "
                f"{op} was given {shape!r}; write [n] for n numbers, [] for a single one."
            )
        sizes = tuple(array.tolist())
    for size in sizes:
        if size < 0:
            raise InvalidArgumentError(
                f"Dimension {size} must be >= 0 [Op:{op}]; the shape is {list(sizes)}"
            )
    return sizes, kind


def _width(sizes: tuple[int, ...]) -> str:
    return "int32" if all(size < _INT32_LIMIT for size in sizes) else "int64"


def element_count(sizes: tuple[int, ...]) -> int:
    """The number of elements."""
    return math.prod(sizes)


# -- dtypes, bounds and scale


def floating(dtype: Any, op: str) -> DType:
    """`dtype` where it is one that normal numbers come in.

    Raises: InvalidArgumentError for other dtypes, TypeError for bfloat16, which NumPy lacks.
    """
    wanted = dtypes.as_dtype(dtype)
    if not wanted.is_floating:
        if wanted.is_integer:
            raise TypeError(
                f"Cannot convert 0.0 to EagerTensor of dtype {wanted.name}: {op} draws real "
                "numbers. Draw float32 and tf.cast, or use tf.random.uniform for integers."
            )
        raise InvalidArgumentError(
            f"Value for attr 'dtype' of {wanted.word} is not in the list of allowed values: half, "
            f"float, double [Op:{op}]"
        )
    wanted.numpy  # noqa: B018  (raises for bfloat16)
    return wanted


def bounds(minval: Any, maxval: Any, dtype: DType, op: str) -> tuple[int, int]:
    """The scalars minval and maxval of an integer draw, in `dtype`.

    Raises: InvalidArgumentError where one is no scalar.
    """
    ends = []
    for name, value in (("minval", minval), ("maxval", maxval)):
        array = host(convert(value, dtype))
        if array.ndim:
            raise InvalidArgumentError(
                f"{name} must be 0-D, got shape {shape_text(array.shape)} [Op:{op}]. Integer draws "
                "take one range for all elements."
            )
        ends.append(int(array))
    return ends[0], ends[1]


def parameter(value: Any, dtype: DType) -> Any:
    """A tensor where `value` is tensor-like, so that a tape sees it; else an array."""
    if is_tensor_like(value) or holds_tensors(value):
        return convert(value, dtype)
    token = silence_warnings()
    try:
        return as_array(value, dtype)  # too large a number for float16 is inf
    finally:
        restore_warnings(token)


def scaled(draw: Any, scale: Any, shift: Any) -> EagerTensor:
    """draw · scale + shift, two roundings; tensors among scale and shift receive gradients.

    Both were made by `parameter`; a `shift` of None adds nothing.
    """
    if isinstance(scale, Tensor) or isinstance(shift, Tensor):
        # on the tape: ∂/∂scale is the draw, ∂/∂shift is 1
        y = wrap(draw) * convert(scale)
        return y if shift is None else y + convert(shift)
    token = silence_warnings()
    try:
        if type(draw) is np.ndarray and not (np.ndim(scale) or np.ndim(shift)):
            draw *= scale  # it is nobody else's
            value = draw if shift is None else np.add(draw, shift, out=draw)
        else:
            value = draw * scale
            if shift is not None:
                value = value + shift
    except ValueError as error:
        raise InvalidArgumentError(
            f"Incompatible shapes: a draw of shape {shape_text(np.shape(draw))} with the "
            f"parameters {scale!r} and {shift!r}, which must broadcast against it."
        ) from error
    finally:
        restore_warnings(token)
    return wrap(value)


# -- seeds and algorithms


def stateless_seed(seed: Any) -> EagerTensor:
    """The seed of a stateless function: a tensor of shape [2], int32 or int64.

    Raises: InvalidArgumentError for another shape or dtype.
    """
    tensor = convert(seed)
    if tensor.dtype not in (dtypes.int32, dtypes.int64):
        raise InvalidArgumentError(
            f"Value for attr 'Tseed' of {tensor.dtype.word} is not in the list of allowed values: "
            f"int32, int64: a stateless seed is two integers, such as [1, 2]; got {seed!r}"
        )
    if tuple(tensor.shape) != (2,):
        raise InvalidArgumentError(
            f"seed must have shape [2], not {shape_text(tensor.shape)}: a stateless seed is two "
            f"integers, such as [1, 2]; got {seed!r}"
        )
    return tensor


def stateless_stream(seed: Any, alg: Any) -> Stream:
    """The stream of a stateless function."""
    refuse_threefry(algorithm_number(alg))
    first, second = host(stateless_seed(seed)).tolist()
    return scrambled((first, second))


def traced_seed(seed: Any, alg: Any, *others: EagerTensor) -> Callable[..., Any] | None:
    """Of a seed or other operands that a traced function makes: how what is drawn is noted.

    That is a function of reading(stream, *arrays of the others); None where all are known now.
    """
    trace = state.trace
    if trace is None:
        return None
    tensor = stateless_seed(seed)
    operands = (tensor, *others)
    if not any(map(trace.holds, operands)):
        return None
    refuse_threefry(algorithm_number(alg))

    def noted(read: Callable[..., Any]) -> Any:
        def kernel(pair: Any, *arrays: Any) -> Any:
            first, second = pair.tolist()
            return read(scrambled((first, second)), *arrays)

        return trace.compute(None, kernel, tuple(t._value for t in operands), {})

    return noted


def algorithm_number(alg: Any) -> int:
    """1 for Philox, 2 for ThreeFry, 3 for the choice between them.

    Raises: ValueError for any other name or number.
    """
    if isinstance(alg, Algorithm):
        return int(alg.value)
    if isinstance(alg, str):
        for known in Algorithm:
            if alg.upper() == known.name:
                return int(known.value)
        raise ValueError(
            f"Argument `alg` got unsupported value {alg}. Supported values are philox for the "
            "Philox algorithm, threefry for the ThreeFry algorithm, and auto_select for "
            "auto-selection."
        )
    array = host(alg)
    if array.ndim == 0 and array.dtype.kind in "iu" and int(array) in (1, 2, 3):
        return int(array)
    raise ValueError(
        f"Argument `alg` got unsupported value {alg}. Supported values are 1 for the Philox "
        "algorithm, 2 for the ThreeFry algorithm, and 3 for auto-selection."
    )


def refuse_threefry(alg: int) -> None:
    """UnimplementedError for ThreeFry, which TensorFlow's CPU build refuses too."""
    if alg == Algorithm.THREEFRY.value:
        raise UnimplementedError(
            "The ThreeFry algorithm is not here, nor in TensorFlow on a CPU; use alg='philox' or "
            "'auto_select'."
        )
