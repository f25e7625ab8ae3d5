"""`Variable`: a value that can be changed, and that tapes watch by themselves.

The current value is an ordinary tensor (`_tensor`) that `assign` replaces; reading the variable
hands that tensor out and tells the recorders. The class shows itself as `ResourceVariable`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.primitives.registry import lookup
from gradtape.runtime import devices
from gradtape.runtime.call_sites import CallSite, here
from gradtape.runtime.recorders import next_id, state
from gradtape.tensors.conversion import CONVERTERS, READERS, convert
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.operators import Operators
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.shown import Shown
from gradtape.tensors.tensor import EagerTensor, Reference, numpy_repr, wrap
from gradtape.tensors.variable_options import VariableSynchronization, as_options
from gradtape.tensors.variable_reference import VariableRef, one_value
from gradtape.tensors.variable_refusals import Refusals
from gradtape.tensors.variable_scattering import Scattering, begun


class Variable(Scattering, Refusals, Shown, Operators[EagerTensor]):
    """A value that `assign` changes and that tapes watch (where `trainable`).

    Args:
      initial_value: a number, array, tensor or a function without arguments that gives one.
      trainable: whether tapes watch it when it is read.
      name: shown as `name:0`.
      dtype: converts Python and NumPy values; a tensor of another dtype is an error.
      shape: `tf.TensorShape(None)` lets later values have other shapes.

    Arithmetic gives tensors; `v += 1` is refused, since it would replace the variable by a tensor.

    >>> import gradtape as tf
    >>> v = tf.Variable([1.0, 2.0], name="v")
    >>> v.assign_add([1.0, 1.0]).numpy()
    array([2., 3.], dtype=float32)
    """

    __slots__ = (
        "__dict__", "__weakref__", "_aggregation", "_constraint", "_id", "_made", "_name",
        "_shape", "_synchronization", "_tensor", "_trainable", "ref_weak",
    )  # fmt: skip
    __array_priority__ = 100
    _frozen_at: CallSite | None  # where a layer above was set not to be trained

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        READERS.add(cls)

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: Any = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ) -> None:
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are "
                "not providing a `variable_def`. Give a number, an array, a tensor or a function."
            )
        if constraint is not None and not callable(constraint):
            raise ValueError(
                f"Argument `constraint` must be None or a callable. Got a {type(constraint)}: "
                f"{constraint!r}"
            )
        if callable(initial_value) and not isinstance(initial_value, (EagerTensor, Variable)):
            initial_value = initial_value()
        wanted = None if dtype is None else dtypes.as_dtype(dtype)
        try:
            tensor = convert(initial_value, wanted)
        except ValueError as error:
            raise ValueError(f"initial_value: {error}") from None
        tensor = begun(self, one_value(tensor))
        self._id = next_id()
        self._made = here()
        # its own, without the value's history
        self._tensor = wrap(devices.upload(tensor._value) if devices.SCOPED else tensor._value)
        self._synchronization, self._aggregation = as_options(synchronization, aggregation)
        by_itself = self._synchronization is not VariableSynchronization.ON_READ
        self._trainable = by_itself if trainable is None else bool(trainable)
        self._name = state.name_prefix + (name or "Variable")
        self._constraint = constraint
        self._shape = None if shape is None else TensorShape(shape)
        if self._shape is not None and not self._shape.is_compatible_with(self._tensor.shape):
            raise ValueError(
                f"The initial value's shape ({self._tensor.shape}) is not compatible with the "
                f"explicitly supplied `shape` argument ({self._shape})."
            )
        self.ref_weak = VariableRef(self)
        self.ref_weak.name = "" if self._name == "Variable" else self.name
        self.ref_weak.shape, self.ref_weak.dtype = self._tensor.shape, self._tensor.dtype
        if devices.stored is not None:
            devices.stored(self, self._tensor._value)
        for recorder in state.recorders:
            recorder.note_assign(self, tensor)

    # -- what it is

    @property
    def name(self) -> str:
        """The name, such as `w:0`."""
        return self._name + ":0"

    @property
    def dtype(self) -> dtypes.DType:
        """The type of the elements."""
        return dtypes.BY_NUMPY[self._tensor._value.dtype]

    @property
    def shape(self) -> TensorShape:
        """The shape; what was declared where `shape=` was given."""
        return self._tensor.shape if self._shape is None else self._shape

    @property
    def trainable(self) -> bool:
        """Whether tapes watch this variable when it is read."""
        return self._trainable

    @property
    def device(self) -> str:
        """Where the value lies."""
        return self._tensor.device

    @property
    def constraint(self) -> Callable[[Any], Any] | None:
        """The projection that optimizers apply after an update."""
        return self._constraint

    handle = property(lambda self: self, doc="The variable itself (TensorFlow: its resource).")
    initializer = property(lambda self: None, doc="None in eager execution.")
    synchronization = property(lambda v: v._synchronization, doc="A `tf.VariableSynchronization`.")
    aggregation = property(lambda v: v._aggregation, doc="A `tf.VariableAggregation`.")

    def get_shape(self) -> TensorShape:
        """The shape."""
        return self.shape

    def ref(self) -> Reference:
        """A hashable stand-in for this variable."""
        return Reference(self)

    # -- reading

    def _operand(self) -> EagerTensor:
        """The current value for use in an op, with the recorders told."""
        tensor = self._tensor
        for recorder in state.recorders:
            if tensor._id not in recorder.tracked:
                other = recorder.note_read(self, tensor)
                tensor = tensor if other is None else other  # a trace has one of its own
        return tensor

    def read_value(self) -> EagerTensor:
        """The current value as a new tensor."""
        y: EagerTensor = lookup("ReadVariableOp")(self._operand())
        return y

    @property
    def value(self) -> Any:
        """TensorFlow's method, `v.value()`: a new tensor; and Keras's property, `v.value`: v."""
        return Value(self)

    def numpy(self) -> Any:
        """The value as a NumPy scalar or a fresh array; no gradient passes."""
        return self._operand().numpy()

    async def fetch(self) -> Any:
        """The value as `numpy()` gives it, awaited; for tabs in which Python cannot wait."""
        return await self._operand().fetch()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self._operand().__array__(dtype, copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self._operand().__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)

    def __float__(self) -> float:
        return float(self._operand())

    def __int__(self) -> int:
        return int(self._operand())

    def __index__(self) -> int:
        return self._operand().__index__()

    def __bool__(self) -> bool:
        return bool(self._operand())

    def __complex__(self) -> complex:
        return complex(self._operand())

    def sparse_read(self, indices: Any, name: str | None = None) -> Any:
        """The rows at `indices`; the gradient is `IndexedSlices`."""
        return lookup("GatherV2")(self, convert(indices), axis=0, batch_dims=0)

    def gather_nd(self, indices: Any, name: str | None = None) -> Any:
        """The elements or slices at the index tuples `indices`."""
        return lookup("GatherNd")(self, convert(indices))

    # -- changing

    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Any:
        """Set the value; no gradient flows from the variable back into `value`.

        Raises: ValueError where the shape or a tensor's dtype is another.
        """
        tensor = self._new_value(value)
        have, want = tensor.shape, self.shape
        if not want.is_compatible_with(have):
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable "
                f"shape {want}, and the assigned value shape {have} are incompatible. Nothing was "
                "changed; make the variable with shape=tf.TensorShape(None) if its shape is to "
                "change."
            )
        return self._store(tensor, tensor._value, read_value)

    def assign_add(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Any:
        """Add `delta`, of the same shape and dtype."""
        return self._update(delta, np.add, read_value)

    def assign_sub(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Any:
        """Subtract `delta`, of the same shape and dtype (`IndexedSlices` too)."""
        return self._update(delta, np.subtract, read_value)

    def _new_value(self, value: Any) -> EagerTensor:
        if isinstance(value, IndexedSlices):
            value = convert(value)
        return one_value(convert(value, self.dtype))

    def _update(self, delta: Any, combine: Any, read_value: bool) -> Any:
        tensor = self._new_value(delta)
        if self.dtype.is_bool or self.dtype.name == "string":
            raise InvalidArgumentError(
                f"assign_add and assign_sub take numbers, and this variable is {self.dtype.name}; "
                "use assign."
            )
        have, want = tensor._value.shape, self._tensor._value.shape
        if have != want:
            raise InvalidArgumentError(
                f"Cannot update variable with shape {shape_text(want)} using a Tensor with shape "
                f"{shape_text(have)}, shapes must be equal."
            )
        return self._store(tensor, combine(self._now()._value, tensor._value), read_value)

    def _store(self, origin: EagerTensor, value: Any, read_value: bool) -> Any:
        self.set_array(value)
        for recorder in state.recorders:
            recorder.note_assign(self, origin)
        return UnreadVariable(self) if read_value else None

    def set_array(self, value: Any) -> None:
        """Set the value from an array of the same shape and dtype without checks or copies."""
        if state.trace is not None:
            state.trace.stored(self, value)
            return
        self._tensor = wrap(value)
        if devices.stored is not None:
            devices.stored(self, value)

    def is_initialized(self, name: str | None = None) -> EagerTensor:
        """True: a variable has a value from the beginning."""
        return convert(True)

    # -- copies and refusals

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        state = self._trainable, self._name, self._shape, self._constraint
        return memo.setdefault(id(self), _rebuild(self._tensor, *state))

    def __reduce__(self) -> tuple[Any, ...]:
        value = np.asarray(self._tensor._text())
        return _rebuild, (value, self._trainable, self._name, self._shape, self._constraint)

    def __hash__(self) -> int:
        raise TypeError(
            f"Variable is unhashable. Instead, use variable.ref() as the key. (Variable: {self!r})"
        )

    def __repr__(self) -> str:
        return (
            f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}, "
            f"{numpy_repr(self._tensor._text())}>"
        )

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError(
                "unsupported format string for a tf.Variable; format v.numpy() instead."
            )
        return str(self)


class UnreadVariable(Variable):
    """What `assign` gives back: the variable itself, read when it is used, under another name."""

    __slots__ = ("_of",)
    _of: Variable

    def __init__(self, of: Variable) -> None:
        object.__setattr__(self, "_of", of)

    # No slot but `_of` is ever filled here, so that whatever is asked for comes from the variable.
    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._of, name, value)

    @property
    def name(self) -> str:
        """`UnreadVariable`, as TensorFlow has it."""
        return "UnreadVariable"

    def _operand(self) -> EagerTensor:
        return self._of._operand()

    def _store(self, origin: EagerTensor, value: Any, read_value: bool) -> Any:
        return self._of._store(origin, value, read_value)


class Value(UnreadVariable):
    """`variable.value`: the variable itself, as Keras has it; called, its present value."""

    __slots__ = ()

    def __call__(self) -> EagerTensor:
        """The value as a new tensor, as TensorFlow's method gives it."""
        return self._of.read_value()

    @property
    def name(self) -> str:
        """The variable's."""
        return self._of.name


Variable.__name__ = Variable.__qualname__ = "ResourceVariable"
UnreadVariable.__name__ = UnreadVariable.__qualname__ = "_UnreadVariable"


def _rebuild(value: Any, trainable: bool, name: str, *rest: Any) -> Variable:
    shape, constraint = rest or (None, None)  # older pickles have neither
    variable = Variable(value, trainable=trainable, constraint=constraint, shape=shape)
    variable._name = name
    variable.ref_weak.name = "" if name == "Variable" else variable.name
    return variable


def _from_variable(variable: Variable, dtype: dtypes.DType | None) -> EagerTensor:
    if dtype is not None and variable.dtype is not dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name} for `tf.Variable of type "
            f"{variable.dtype.name}. (Variable: {variable!r}) Use tf.cast(v, tf.{dtype.name})."
        )
    return variable.read_value()


READERS.add(Variable)
CONVERTERS[Variable] = _from_variable
