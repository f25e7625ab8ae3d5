"""`tf.TensorArray`: tensors by number, written one after the other and put together."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import DType, as_dtype
from gradtape.errors import InvalidArgumentError, OutOfRangeError
from gradtape.functions.arguments import integer, integers
from gradtape.functions.array.joining import concat, split, stack, unstack
from gradtape.runtime.call_sites import here
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor


class TensorArray:
    """Tensors by number. `write` and its kin give the array itself, as loops of TensorFlow need it.

    Args: `dtype`; `size`, how many there are (0); `dynamic_size`, whether writing makes room;
    `clear_after_read` (True), whether an element can be read once only; `infer_shape` (True),
    whether all must have the first one's shape; `element_shape`. Gradients flow through it.

    Raises: OutOfRangeError for a number beyond the size, InvalidArgumentError for another dtype,
    shape, or a second read.

    >>> squares = tf.TensorArray(tf.float32, size=3)
    >>> for k in range(3):
    ...     squares = squares.write(k, tf.constant(float(k)) ** 2)
    >>> squares.stack().numpy()
    array([0., 1., 4.], dtype=float32)
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        self._dtype = as_dtype(dtype)
        self._trace = state.trace
        count = 0 if size is None else integer(size, "size")
        self._elements: list[EagerTensor | None] = [None] * count
        self._dynamic = bool(dynamic_size)
        self._clears = True if clear_after_read is None else bool(clear_after_read)
        self._infers = infer_shape
        self._shape = TensorShape(None) if element_shape is None else TensorShape(element_shape)
        self._read: set[int] = set()

    @property
    def _tensors(self) -> list[EagerTensor | None]:
        trace = state.trace
        if trace is not None and trace is not self._trace:
            trace.give_up("it uses a TensorArray that was made outside", here())
        return self._elements

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def element_shape(self) -> TensorShape:
        """The shape of the elements, as far as it is known."""
        return self._shape

    @property
    def dynamic_size(self) -> bool:
        """Whether writing makes room."""
        return self._dynamic

    @property
    def flow(self) -> None:
        """None: nothing is traced."""
        return None

    @property
    def handle(self) -> None:
        """None: nothing is traced."""
        return None

    def identity(self) -> TensorArray:
        """The array itself."""
        return self

    def size(self, name: str | None = None) -> EagerTensor:
        """How many elements there are, int32."""
        return convert(np.int32(len(self._tensors)))

    def _element(self, index: int) -> EagerTensor:
        """An element; zeros where none was written and the shape is known."""
        found = self._tensors[index]
        if found is not None:
            return found
        if index in self._read:
            raise InvalidArgumentError(
                None,
                None,
                f"Could not read index {index} twice because it was cleared after a previous read "
                "(perhaps try setting clear_after_read = false?)",
            )
        if not self._shape.is_fully_defined():
            raise ValueError(
                f"Could not read index {index}: nothing was written to it, and the shape of its "
                "elements is not known; give element_shape=."
            )
        return convert(np.zeros(self._shape.as_list(), self._dtype.numpy))

    def read(self, index: Any, name: str | None = None) -> EagerTensor:
        """The element of this number; with `clear_after_read`, once only."""
        k = integer(index, "index")
        if not 0 <= k < len(self._tensors):
            raise OutOfRangeError(
                None,
                None,
                f"Tried to read from index {k} but array size is: {len(self._tensors)} ",
            )
        found = self._element(k)
        if self._clears:
            self._tensors[k] = None
            self._read.add(k)
        return found

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Put a tensor at this number."""
        k = integer(index, "index")
        if k < 0:
            raise OutOfRangeError(None, None, f"Writing to negative indices (index {k}) is refused")
        if k >= len(self._tensors):
            if not self._dynamic:
                raise OutOfRangeError(
                    None,
                    None,
                    f"Tried to write to index {k} but array is not resizeable and size is: "
                    f"{len(self._tensors)} ",
                )
            self._tensors.extend([None] * (k + 1 - len(self._tensors)))
        self._tensors[k] = self._checked(value)
        return self

    def _checked(self, value: Any) -> EagerTensor:
        tensor = value if isinstance(value, EagerTensor) else convert(value, self._dtype)
        if tensor.dtype != self._dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype "
                f"{tensor.dtype.name} ",
            )
        if not self._shape.is_compatible_with(tensor.shape):
            raise ValueError(
                f"Incompatible shape for value ({tensor.shape}), expected ({self._shape})"
            )
        if self._infers:
            self._shape = self._shape.merge_with(tensor.shape)
        return tensor

    def stack(self, name: str | None = None) -> EagerTensor:
        """All elements along a new first axis."""
        return self._taken(range(len(self._tensors)))

    def gather(self, indices: Any, name: str | None = None) -> EagerTensor:
        """The elements of these numbers along a new first axis."""
        numbers = integers(indices, "indices")
        for k in numbers:
            if not 0 <= k < len(self._tensors):
                raise OutOfRangeError(
                    None, None, f"Tried to read from index {k} of {len(self._tensors)} "
                )
        return self._taken(numbers)

    def _taken(self, numbers: Any) -> EagerTensor:
        parts = [self._element(k) for k in numbers]
        if parts:
            return stack(parts)
        inner = self._shape.as_list() if self._shape.is_fully_defined() else []
        return convert(np.zeros([0, *inner], self._dtype.numpy))

    def concat(self, name: str | None = None) -> EagerTensor:
        """All elements one behind the other along their first axis."""
        return concat([self._element(k) for k in range(len(self._tensors))], 0)

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Become the slices of a tensor along its first axis."""
        parts = unstack(convert(value, self._dtype) if isinstance(value, (list, tuple)) else value)
        if len(parts) > len(self._tensors) and not self._dynamic and self._tensors:
            raise ValueError(
                f"Cannot unstack {len(parts)} tensors into a TensorArray of static size "
                f"{len(self._tensors)}"
            )
        self._tensors[:] = [self._checked(part) for part in parts]
        self._read.clear()
        return self

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Write the slices of a tensor to these numbers."""
        for k, part in zip(integers(indices, "indices"), unstack(convert(value)), strict=True):
            self.write(k, part)
        return self

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Become the parts of a tensor of these lengths along its first axis.

        Raises: InvalidArgumentError where the lengths do not add up.
        """
        sizes, whole = integers(lengths, "lengths"), convert(value)
        if sum(sizes) != whole._value.shape[0]:
            raise InvalidArgumentError(
                None,
                None,
                f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
                f"{sum(sizes)} and value's shape is: {whole.shape} ",
            )
        self._infers = False
        self._tensors[:] = [self._checked(part) for part in split(whole, list(sizes))]
        self._read.clear()
        return self

    def close(self, name: str | None = None) -> None:
        """Let the elements go."""
        self._tensors.clear()
