"""`tf.function` and `tf.TensorSpec`. Nothing is traced: the function runs as the Python it is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.function_gradients import asks_for_gradients, recorded
from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import DType, as_dtype
from gradtape.errors import UnimplementedError
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor


class TensorSpec:
    """The shape and dtype that a tensor must have; None in a shape fits any size.

    >>> tf.TensorSpec([None, 2], tf.int32)
    TensorSpec(shape=(None, 2), dtype=tf.int32, name=None)
    """

    __slots__ = ("dtype", "name", "shape")

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self.shape, self.dtype, self.name = TensorShape(shape), as_dtype(dtype), name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that describes `tensor`."""
        return cls(tensor.shape, tensor.dtype, name)

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """The same spec under another name."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether the shape and dtype of a spec or tensor fit."""
        other = spec_or_value
        if not hasattr(other, "shape") or not hasattr(other, "dtype"):
            other = convert(other)
        return self.dtype == as_dtype(other.dtype) and self.shape.is_compatible_with(
            TensorShape(other.shape)
        )

    def most_specific_compatible_type(self, other: Any) -> TensorSpec:
        """The narrowest spec that both fit; ValueError where the dtypes differ."""
        if self.dtype != other.dtype:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return TensorSpec(self.shape.most_specific_compatible_shape(other.shape), self.dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, DType, str | None]:
        return (str(self.shape), self.dtype, self.name)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype!r}, name={self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (TensorSpec, (self.shape, self.dtype, self.name))


@contextmanager
def init_scope() -> Iterator[None]:
    """A block that would leave the building of a graph; there is none, and tapes record on."""
    yield


class Function:
    """What `tf.function` returns: the function, with its arguments checked and made tensors."""

    def __init__(self, python_function: Callable[..., Any], input_signature: Any) -> None:
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._asks: bool | None = None  # whether it calls tf.gradients or tf.hessians
        functools.update_wrapper(self, python_function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        if self.input_signature is not None:
            args, kwargs = self._bound(args, kwargs), {}
        else:
            args, kwargs = (
                nest.map_structure(_argument, args),
                nest.map_structure(_argument, kwargs),
            )
        if self._asks is None:
            self._asks = asks_for_gradients(self.python_function)
        if not self._asks:
            return nest.map_structure(_result, self.python_function(*args, **kwargs))
        with recorded():
            return nest.map_structure(_result, self.python_function(*args, **kwargs))

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return Function(self.python_function.__get__(instance, owner), self.input_signature)

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        specs = self.input_signature or ()
        names = list(inspect.signature(self.python_function).parameters)
        values = [*args]
        for name in names[len(args) :]:
            if name in kwargs:
                values.append(kwargs[name])
        if len(values) != len(specs) or set(kwargs) - set(names[len(args) :]):
            raise self._refused(
                f"{len(specs)} arguments are asked for, {len(args) + len(kwargs)} came",
                args,
                kwargs,
            )
        bound = []
        for value, spec in zip(values, specs, strict=True):
            if isinstance(spec, TensorSpec):
                bound.append(self._fitted(spec, value, args, kwargs))
                continue
            nest.assert_same_structure(spec, value, check_types=False)
            bound.append(
                nest.map_structure(lambda s, v: self._fitted(s, v, args, kwargs), spec, value)
            )
        return tuple(bound)

    def _fitted(self, spec: Any, value: Any, args: Any, kwargs: Any) -> EagerTensor:
        try:
            tensor = convert_operand(value) if is_tensor_like(value) else convert(value, spec.dtype)
        except (TypeError, ValueError) as error:
            raise self._refused(str(error), args, kwargs) from None
        if not spec.is_compatible_with(tensor):
            got = TensorSpec.from_tensor(tensor)
            raise self._refused(f"Can not cast {got!r} to {spec!r}", args, kwargs)
        return tensor

    def _refused(self, why: str, args: Any, kwargs: Any) -> TypeError:
        return TypeError(
            f"Binding inputs to tf.function failed due to `{why}`. Received args: {args} and "
            f"kwargs: {kwargs} for signature: {self.input_signature}."
        )

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: there are no graphs here."""
        raise UnimplementedError(
            "gradtape has no graphs, so a tf.function has no concrete functions; call the function "
            "itself, or share the program as a gradtape snippet."
        )

    def experimental_get_tracing_count(self) -> int:
        """0: nothing is ever traced."""
        return 0

    def __repr__(self) -> str:
        return f"<tf.function {getattr(self, '__qualname__', self.python_function)!r}, run eagerly>"


def _argument(value: Any) -> Any:
    return convert(value) if isinstance(value, np.ndarray) else value


def _result(value: Any) -> Any:
    kinds = (bool, int, float, complex, str, bytes, np.ndarray, np.generic)
    return convert(value) if isinstance(value, kinds) else value


def function(
    func: Callable[..., Any] | None = None, input_signature: Any = None, autograph: bool = True,
    jit_compile: bool | None = None, reduce_retracing: bool = False,
    experimental_implements: Any = None, experimental_autograph_options: Any = None,
    experimental_attributes: Any = None, experimental_relax_shapes: Any = None,
    experimental_compile: Any = None, experimental_follow_type_hints: Any = None,
) -> Any:  # fmt: skip
    """`func`, run eagerly: gradtape has no graphs, so every call runs the Python code anew.

    Use it as `@tf.function` or `@tf.function(…)`, also on methods. NumPy arrays among the arguments
    and numbers among the results become tensors, as in TensorFlow. With `input_signature` (a
    `tf.TensorSpec` per argument) arguments are converted to it and checked. All other options are
    accepted and change nothing; Python's side effects happen on every call, not once per trace.

    Raises: TypeError where arguments do not fit the signature, or `func` cannot be called;
    UnimplementedError from `get_concrete_function`.

    >>> @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    ... def double(x):
    ...     return 2.0 * x
    >>> double([1.0, 2.0]).numpy()
    array([2., 4.], dtype=float32)
    """
    if input_signature is not None and not isinstance(input_signature, (list, tuple)):
        raise TypeError(
            f"input_signature must be a list or tuple of tf.TensorSpec, got {input_signature!r}."
        )
    if func is None:
        return lambda f: function(f, input_signature)
    if not callable(func):
        raise TypeError(f"{func!r} is not a callable object")
    return Function(func, input_signature)
