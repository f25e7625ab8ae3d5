"""`Tensor`: an immutable array with a dtype and a shape.

The concrete class is `EagerTensor`. `_value` is the array itself: a NumPy array or scalar, or (in
the subclass `ForeignTensor`) a batch of arrays or an array on a device. `_id` is a number that no
other tensor ever has; tapes know tensors by it. Arithmetic comes with its
first use (see `operators.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from gradtape import dtypes
from gradtape.runtime.recorders import next_id, state
from gradtape.tensors.operators import Operators
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.shown import Shown

_NUMPY_METHODS = frozenset(
    "T astype ravel transpose reshape clip size tolist data".split()  # those TensorFlow names
)
CPU = "CPU:0"


def device_of(value: Any) -> str:
    """Where a value lies: NumPy's arrays on the CPU, others say it themselves."""
    return getattr(value, "device_name", CPU)


class Tensor(Shown, Operators["EagerTensor"]):
    """An immutable array; made by `tf.constant`, `tf.convert_to_tensor` and every op.

    `repr` is `<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>`. NumPy
    and matplotlib take tensors directly. `==` compares element by element, so a tensor is no
    dictionary key: use `tensor.ref()`.

    >>> import gradtape as tf
    >>> tf.constant([1.0, 2.0]) * 3
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([3., 6.], dtype=float32)>
    """

    __slots__ = ("__dict__", "__weakref__", "_id", "_origin", "_value")
    __array_priority__ = 100

    _value: Any
    _id: int
    _origin: Any
    #: which steps of a sequence count, where a layer of gradtape.keras has noted it
    _keras_mask: Any = None
    _keras_logits: Any = None

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("tf.Tensor is not made directly; use tf.constant or tf.convert_to_tensor.")

    # -- what it is

    @property
    def dtype(self) -> dtypes.DType:
        """The type of the elements."""
        return dtypes.BY_NUMPY[self._value.dtype]

    @property
    def shape(self) -> TensorShape:
        """The shape, a `TensorShape`."""
        return TensorShape.of(self._value.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._value.shape)

    @property
    def device(self) -> str:
        """Where the value lies."""
        return "/job:localhost/replica:0/task:0/device:" + device_of(self._value)

    @property
    def backing_device(self) -> str:
        """Where the value lies (the same as `device`)."""
        return self.device

    def get_shape(self) -> TensorShape:
        """The shape, a `TensorShape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Assert that `shape` fits; ValueError where it does not."""
        if not self.shape.is_compatible_with(shape):
            raise ValueError(
                f"Tensor's shape {self.shape} is not compatible with supplied shape {shape}"
            )

    def ref(self) -> Reference:
        """A hashable stand-in for this tensor; `deref()` gives it back."""
        return Reference(self)

    # -- leaving for Python and NumPy

    def numpy(self) -> Any:
        """The value as a NumPy scalar or a fresh, writeable NumPy array.

        The tape cannot follow a value there: what is computed from it has no gradient.
        """
        if state.recorders:
            _left(self, "numpy()")
        value = self._value
        if isinstance(value, np.generic):
            return value
        if type(value) is not np.ndarray:
            value = value.to_numpy()
        if value.ndim:
            return value.copy()
        return value[()]

    async def fetch(self) -> Any:
        """The value as a NumPy scalar or a fresh array, awaited.

        What `numpy()` gives, for places where Python cannot wait for a GPU: some browser tabs.

        >>> import asyncio
        >>> import gradtape as tf
        >>> asyncio.run(tf.constant([1.0, 2.0]).fetch())
        array([1., 2.], dtype=float32)
        """
        value = self._value
        if isinstance(value, (np.ndarray, np.generic)):
            return self.numpy()
        if state.recorders:
            _left(self, "fetch()")
        value = await value.fetch()
        return value.copy() if value.ndim else value[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if state.recorders:
            _left(self, "NumPy")
        value = self._value
        array = np.asarray(
            value if isinstance(value, (np.ndarray, np.generic)) else value.to_numpy()
        )
        if dtype is not None and array.dtype != dtype:
            if copy is False:
                raise ValueError("a tensor of another dtype cannot be had without a copy")
            return array.astype(dtype)
        if copy:
            return array.copy()
        array = array.view()
        array.flags.writeable = False  # a tensor never changes
        return array

    def __buffer__(self, flags: int) -> memoryview:
        return memoryview(self.__array__())  # type: ignore[arg-type]

    def __dlpack__(self, **options: Any) -> Any:
        """The value, copied, for another library: `torch.from_dlpack(t)`, `numpy.from_dlpack(t)`.

        A copy, since the other library may write and a tensor never changes.
        """
        return np.array(self._host("DLPack")).__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        """(1, 0): the copy lies in main memory."""
        return (1, 0)

    def __float__(self) -> float:
        return float(self._python_scalar("float()"))

    def __int__(self) -> int:
        return int(self._python_scalar("int()"))

    def __complex__(self) -> complex:
        return complex(self._python_scalar("complex()"))

    def __index__(self) -> int:
        if not self.dtype.is_integer or self.ndim:
            raise TypeError(
                f"only integer scalar tensors can be used as an index, got {self.dtype.name}"
                f"{list(self._value.shape)}"
            )
        return int(self._python_scalar("an index"))

    def __bool__(self) -> bool:
        value = self._host("bool()")
        if value.size > 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. Use "
                "a.any() or a.all(): in gradtape tf.reduce_any(a) or tf.reduce_all(a)."
            )
        return bool(value.reshape(-1)[0]) if value.size else False

    def __len__(self) -> int:
        if not self._value.shape:
            raise TypeError("Scalar tensor has no `len()`")
        return int(self._value.shape[0])

    def __format__(self, spec: str) -> str:
        value = self._host("format()")
        if value.ndim and spec:
            _no_format(self, spec)
        return format(value[()], spec)

    def _host(self, how: str) -> np.ndarray[Any, Any]:
        if state.recorders:
            _left(self, how)
        value = self._value
        return np.asarray(
            value if isinstance(value, (np.ndarray, np.generic)) else value.to_numpy()
        )

    def _python_scalar(self, how: str) -> Any:
        value = self._host(how)
        if value.ndim:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        return value[()]

    # -- printing

    def _text(self) -> Any:
        value = self._value
        return value if isinstance(value, (np.ndarray, np.generic)) else value.to_numpy()

    def __repr__(self) -> str:
        if hasattr(self._value, "symbol"):
            return f"<tf.Tensor {self._value.symbol!r} shape={self.shape} dtype={self.dtype.name}>"
        return (
            f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, {numpy_repr(self._text())}>"
        )

    def __str__(self) -> str:
        if hasattr(self._value, "symbol"):  # while a function is traced it has no value to show
            symbol = self._value.symbol
            return f'Tensor("{symbol}", shape={self.shape}, dtype={self.dtype.name})'
        text = str(self._text())
        newline = "\n" if "\n" in text else ""
        return f"tf.Tensor({newline}{text}, shape={self.shape}, dtype={self.dtype.name})"

    # -- refusals

    def __hash__(self) -> int:
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TypeError(
            "'EagerTensor' object does not support item assignment: tensors never change. Use "
            "tf.tensor_scatter_nd_update, or a tf.Variable and variable[...].assign(value)."
        )

    def __delitem__(self, key: Any) -> NoReturn:
        raise TypeError("'EagerTensor' object doesn't support item deletion: tensors never change.")

    if not TYPE_CHECKING:  # for type checkers there is what stands above

        def __getattr__(self, name: str) -> Any:
            if name in _NUMPY_METHODS:
                raise AttributeError(
                    f"EagerTensor object has no attribute {name!r}. If you are looking for "
                    f"numpy-related methods, call t.numpy().{name} (its gradient is lost), or the "
                    "function of the same meaning: tf.reshape, tf.transpose, tf.cast, "
                    "tf.clip_by_value, tf.size."
                )
            if name in ("name", "op", "graph"):
                raise AttributeError(f"Tensor.{name} is undefined when eager execution is enabled.")
            from gradtape.names.did_you_mean import instead_of_method  # of use in errors alone

            instead = instead_of_method(name)
            dot = "." if instead else ""
            raise AttributeError(f"'EagerTensor' object has no attribute {name!r}{dot}{instead}")

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: Any) -> Tensor:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (wrap, (np.asarray(self._text()),))


class EagerTensor(Tensor):
    """A `Tensor` whose value is a NumPy array or scalar."""

    __slots__ = ()


class ForeignTensor(EagerTensor):
    """A `Tensor` whose value is not NumPy's: a batch, or an array on a device."""

    __slots__ = ()


ForeignTensor.__name__ = ForeignTensor.__qualname__ = "EagerTensor"


class Reference:
    """A hashable reference to a tensor or a variable: equal when it is the same object."""

    __slots__ = ("_to",)

    def __init__(self, to: Any) -> None:
        self._to = to

    def deref(self) -> Any:
        """The object."""
        return self._to

    def __hash__(self) -> int:
        return id(self._to)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._to is self._to

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._to!r}>"


def wrap(value: Any) -> EagerTensor:
    """A tensor around `value`, which nobody may change afterwards."""
    kind = type(value)
    if kind is np.ndarray or isinstance(value, np.generic):
        tensor = _new(EagerTensor)
    elif kind is bytes or kind is bool:  # NumPy computes with a scalar of text as Python does
        tensor, value = _new(EagerTensor), np.array(value, object if kind is bytes else bool)
    else:
        tensor = _new(ForeignTensor)
    tensor._value = value
    tensor._id = next_id()
    return tensor


_new = object.__new__


def numpy_repr(value: Any) -> str:
    """The `numpy=…` part of a printed tensor or variable."""
    if isinstance(value, np.generic) or not value.ndim:
        value = value[()]
        return f"numpy={value!r}" if isinstance(value, bytes) else f"numpy={value}"
    text = repr(value)
    return f"numpy=\n{text}" if "\n" in text else f"numpy={text}"


def _left(tensor: Tensor, how: str) -> None:
    for recorder in state.recorders:
        recorder.note_exit(tensor, how)


def _no_format(tensor: Tensor, spec: str) -> NoReturn:
    raise TypeError(
        f"unsupported format string {spec!r} for a tensor of shape {tensor.shape}; only scalars "
        "take "
        "one. Format the elements: [f'{v:.2f}' for v in t.numpy().ravel()]."
    )
