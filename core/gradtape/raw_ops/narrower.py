"""Raw ops that take less than the public function of the same meaning, as TensorFlow's do.

The function converts, promotes or accepts a case that the op of its name has no kernel or no dtype
for; here such arguments are refused with the op's own error.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError, UnimplementedError
from gradtape.functions.arguments import matched
from gradtape.functions.array import casting, creation, joining, selection
from gradtape.functions.math import clipping, comparison, complex_numbers
from gradtape.functions.nn import activations, cross_entropies
from gradtape.ops.math import arithmetic
from gradtape.ops.nn.softmax import sparse_weights
from gradtape.primitives.registry import lookup
from gradtape.raw_ops.meanings import raw
from gradtape.tensors.conversion import convert, is_tensor_like

_COMPLEX = ("complex64", "complex128")
_REAL = ("float32", "float64")
_FLOATS = ("float16", *_REAL)


def _only(value: Any, op: str, allowed: tuple[str, ...], attribute: str = "T") -> Any:
    """The tensor, which has to be of one of these dtypes."""
    x = convert_operand(value)
    if x.dtype.name not in allowed:
        raise InvalidArgumentError(
            f"Value for attr '{attribute}' of {x.dtype.name} is not in the list of allowed values: "
            f"{', '.join(allowed)} [Op:{op}]. Use tf.cast."
        )
    return x


def _complex(value: Any, op: str, Tout: Any = "float32") -> Any:
    """A complex tensor; arrays and real numbers become complex64 where float32 is to come out.

    Python's complex numbers are complex128, as in TensorFlow.
    """
    if not is_tensor_like(value) and as_dtype(Tout).name == "float32":
        x = convert(value)
        own = x.dtype.is_complex and not isinstance(value, np.ndarray)
        return x if own else convert(value, as_dtype("complex64"))
    return _only(value, op, _COMPLEX)


def _of(dtype: Any, y: Any, op: str, argument: str = "Tout") -> Any:
    """y, which has to have that dtype."""
    if y.dtype is not as_dtype(dtype):
        raise InvalidArgumentError(
            f"the result has dtype {y.dtype.name}, not {argument}={as_dtype(dtype).name} [Op:{op}]"
        )
    return y


@raw("Add")
def add(x: Any, y: Any) -> Any:
    """tf.add, which is AddV2 and takes unsigned integers of more than 8 bits."""
    x, y = matched(x, y)
    if x.dtype.name in ("uint16", "uint32", "uint64"):
        raise InvalidArgumentError(
            f"Value for attr 'T' of {x.dtype.name} is not in the list of allowed values: bfloat16, "
            "half, float, double, uint8, int8, int16, int32, int64, complex64, complex128, string "
            "[Op:Add]. Use tf.raw_ops.AddV2."
        )
    return arithmetic.add(x, y)


@raw("Angle")
def angle(input: Any, Tout: Any) -> Any:
    """tf.math.angle of complex numbers."""
    return _of(Tout, complex_numbers.angle(_complex(input, "Angle", Tout)), "Angle")


@raw("Complex")
def complex(real: Any, imag: Any, Tout: Any) -> Any:
    """tf.complex of two tensors of one dtype."""
    a = _only(real, "Complex", _REAL)
    b = _only(imag if is_tensor_like(imag) else convert(imag, a.dtype), "Complex", _REAL)
    if a.dtype is not b.dtype:
        raise InvalidArgumentError(
            f"cannot compute Complex as input #1(zero-based) was expected to be a {a.dtype.name} "
            f"tensor but is a {b.dtype.name} tensor [Op:Complex]. Use tf.cast."
        )
    return _of(Tout, complex_numbers.complex(a, b), "Complex")


@raw("ComplexAbs")
def complex_abs(x: Any, Tout: Any) -> Any:
    """tf.abs of complex numbers."""
    return _of(Tout, lookup("ComplexAbs")(_complex(x, "ComplexAbs", Tout)), "ComplexAbs")


@raw("Conj")
def conj(input: Any) -> Any:
    """tf.math.conj of complex numbers."""
    return complex_numbers.conj(_complex(input, "Conj"))


@raw("Imag")
def imag(input: Any, Tout: Any) -> Any:
    """tf.math.imag of complex numbers."""
    return _of(Tout, complex_numbers.imag(_complex(input, "Imag", Tout)), "Imag")


@raw("Real")
def real(input: Any, Tout: Any) -> Any:
    """tf.math.real of complex numbers."""
    return _of(Tout, complex_numbers.real(_complex(input, "Real", Tout)), "Real")


@raw("ReadVariableOp")
def read_variable_op(resource: Any, dtype: Any) -> Any:
    """The value of a variable."""
    return _of(dtype, resource.read_value(), "ReadVariableOp", "dtype")


@raw("LogicalNot")
def logical_not(x: Any) -> Any:
    """tf.logical_not."""
    return comparison.logical_not(x)


@raw("LeakyRelu")
def leaky_relu(features: Any, alpha: float) -> Any:
    """tf.nn.leaky_relu of floating-point numbers."""
    if not is_tensor_like(features):
        features = convert(features, as_dtype("float32"))
    return activations.leaky_relu(_only(features, "LeakyRelu", _FLOATS), alpha)


@raw("ClipByValue")
def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any) -> Any:
    """tf.clip_by_value; what is no tensor takes the dtype of one that is."""
    t, low, high = matched(t, clip_value_min, clip_value_max)
    return clipping.clip_by_value(t, low, high)


@raw("Cast")
def cast(x: Any, DstT: Any, Truncate: bool) -> Any:
    """tf.cast. `Truncate`, which cuts a float's digits off, matters where floats get narrower."""
    x, dtype = convert_operand(x), as_dtype(DstT)
    narrower = dtype.is_floating and x.dtype.is_floating and dtype.size < x.dtype.size
    if Truncate and (narrower or x.dtype.is_complex):
        raise UnimplementedError(
            f"tf.raw_ops.Cast is computed with Truncate=False alone where {x.dtype.name} becomes "
            f"{dtype.name}, got True."
        )
    return casting.cast(x, dtype)


@raw("ConcatV2")
def concat_v2(values: Any, axis: Any) -> Any:
    """tf.concat of two tensors or more."""
    if len(values) < 2:
        raise InvalidArgumentError(
            f"Value for attr 'N' of {len(values)} must be at least minimum 2 [Op:ConcatV2]; "
            "tf.concat takes one tensor too."
        )
    return joining.concat(values, axis)


@raw("GatherNd")
def gather_nd(params: Any, indices: Any) -> Any:
    """tf.gather_nd."""
    places = _only(indices, "GatherNd", ("int16", "int32", "int64"), "Tindices")
    return selection.gather_nd(params, places)


@raw("LinSpace")
def lin_space(start: Any, stop: Any, num: Any) -> Any:
    """tf.linspace between two floating-point scalars of one dtype, of one number at least."""
    a = _only(start, "LinSpace", _FLOATS)
    b = stop if is_tensor_like(stop) else convert(stop, a.dtype)
    if b.dtype.name != a.dtype.name:
        raise InvalidArgumentError(
            f"cannot compute LinSpace as input #1(zero-based) was expected to be a {a.dtype.name} "
            f"tensor but is a {b.dtype.name} tensor [Op:LinSpace]. Use tf.cast."
        )
    if int(num) < 1:
        raise InvalidArgumentError(f"Requires num > 0: {int(num)} [Op:LinSpace]")
    return creation.linspace(a, b, num)


class SparseSoftmaxCrossEntropyWithLogits(NamedTuple):
    """The loss, and its derivative with respect to the logits."""

    loss: Any
    backprop: Any


@raw("SparseSoftmaxCrossEntropyWithLogits")
def sparse_softmax_cross_entropy_with_logits(
    features: Any, labels: Any
) -> SparseSoftmaxCrossEntropyWithLogits:
    """The loss of each row, and softmax(features) − the one-hot labels."""
    x = convert_operand(features)
    k = _only(labels, "SparseSoftmaxCrossEntropyWithLogits", ("int32", "int64"), "Tlabels")
    loss = cross_entropies.sparse_softmax_cross_entropy_with_logits(k, x)
    return SparseSoftmaxCrossEntropyWithLogits(loss, sparse_weights(x, k))
