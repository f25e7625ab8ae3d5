"""`Layer`: a function with weights that it makes when it first sees the shape of its input."""

from __future__ import annotations

import inspect
import threading
from itertools import count
from typing import Any

import numpy as np

import gradtape as tf
from gradtape import nest
from gradtape.errors import InvalidArgumentError
from gradtape.keras import constraints, initializers, naming, regularizers
from gradtape.keras.layers.configuring import Configured
from gradtape.keras.layers.input_spec import InputSpec, former_shape
from gradtape.keras.layers.masked_calls import MaskedCalls
from gradtape.keras.layers.symbolic_calls import SymbolicCalls, shapes_of
from gradtape.keras.masks import carried
from gradtape.keras.mixed_precision import as_policy
from gradtape.keras.symbolic import holds_symbols
from gradtape.keras.variable import AutocastVariable, Variable, reading
from gradtape.runtime import arrivals
from gradtape.tensors.tensor import EagerTensor


class _Call(threading.local):
    """What the outermost call that is running in this thread hands down."""

    depth = 0
    number = 0
    training: bool | None = None


_call = _Call()
_numbers = count(1)


class Layer(Configured, MaskedCalls, SymbolicCalls):
    """The base of all layers: define `__init__`, `build(input_shape)` and `call(inputs)`.

    `build` makes the weights with `add_weight`, once, before the first call. Variables and layers
    kept in attributes (also in lists, tuples and dictionaries) are found by `weights`,
    `trainable_variables` and so on: those that `add_weight` made in their order, then others by
    attribute, then those of the layers below.

    Args: `trainable`, whether tapes watch the weights; `dtype`, that of the weights and of what is
    computed (`floatx()` by default: floating-point inputs are cast to it); `name`.

    Raises: ValueError for an argument it does not know.

    >>> import gradtape as tf
    >>> class Scale(tf.keras.layers.Layer):
    ...     def build(self, input_shape):
    ...         self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones")
    ...     def call(self, inputs):
    ...         return inputs * self.factor
    >>> scale = Scale(name="scale")
    >>> scale(tf.constant([[1.0, 2.0]])).numpy()
    array([[1., 2.]], dtype=float32)
    """

    input_spec: InputSpec | None = None

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        kind = type(self).__name__
        self._begins_with = former_shape(kwargs)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments passed to {kind}: {kwargs}")
        self._name = (
            naming.unique(naming.snake_case(kind)) if name is None else naming.checked(name)
        )
        self.built = False
        self.autocast = autocast
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.dtype_policy = as_policy(dtype)
        self._dtype = tf.as_dtype(self.dtype_policy.compute_dtype)
        self._numpy_dtype = np.dtype(self._dtype.as_numpy_dtype)
        self._trainable = bool(trainable)
        self._path: str | None = None
        self._weights: list[Variable] = []
        self._frozen: list[tf.Variable] = []
        self._added_losses: list[tuple[int, tf.Tensor]] = []
        self._last_call = 0
        self._output_shape: Any = None

    # -- what a subclass defines ------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs of this shape."""

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs for the inputs."""
        raise NotImplementedError(
            f"Layer {type(self).__name__} does not have a `call` method implemented."
        )

    # -- what a subclass uses ---------------------------------------------------------------------

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new weight; by default Glorot-uniform where floating, else zero."""
        if isinstance(shape, str):
            raise ValueError(
                f"`name` must be passed as a keyword argument. Received: add_weight({shape!r}, "
                f"...). Use: add_weight(shape=..., name={shape!r})."
            )
        if isinstance(shape, int):
            raise ValueError(f"Cannot convert '{shape}' to a shape. Write ({shape},).")
        sizes = tuple(shape or ())
        if None in sizes:
            raise ValueError(f"A weight needs a known shape, got {sizes}.")
        kind = tf.as_dtype(dtype or self.dtype_policy.variable_dtype)
        if initializer is None:
            initializer = "glorot_uniform" if kind.is_floating else "zeros"
        with naming.inside(self):
            variable = self._variable_class(autocast, kind)(
                initializers.get(initializer), sizes, kind, trainable, name=name
            )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        self._weights.append(variable)
        if trainable and not self._trainable:
            self._freeze(variable)
        return variable

    add_variable = add_weight

    def _variable_class(self, autocast: bool, kind: Any) -> type[Variable]:
        """The class of a weight: under a mixed policy one that is read in the dtype of the call."""
        policy = self.dtype_policy
        if not autocast or not kind.is_floating or policy.compute_dtype == policy.variable_dtype:
            return Variable
        return AutocastVariable

    def add_loss(self, loss: Any) -> None:
        """Add a scalar to `losses` until the next call."""
        now = _call.number if _call.depth else self._last_call
        self._added_losses = [entry for entry in self._added_losses if entry[0] == now]
        self._added_losses.extend((now, tf.convert_to_tensor(each)) for each in nest.flatten(loss))

    # -- calling ----------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs for the inputs, with the weights made first where they are missing."""
        if holds_symbols(args, kwargs):
            return self._symbolic_call(args, kwargs)
        accepts = _parameters(type(self))
        if len(args) == 1:
            args = (self._input(args[0]),)
        else:
            args = tuple(self._input(value) for value in args)
        if kwargs:
            kwargs = {key: self._keyword(value) for key, value in kwargs.items()}
        masks = None
        if kwargs or len(args) != 1 or getattr(args[0], "_keras_mask", None) is not None:
            masks = self._fill_masks(args, kwargs)
        elif type(args[0]) is not EagerTensor:
            masks = self._fill_masks(args, kwargs)
        state = _call
        outer_training = state.training
        training = kwargs.get("training")
        if training is None:
            training = outer_training
        if "training" in accepts:
            if training is not None:
                kwargs["training"] = training
        else:
            kwargs.pop("training", None)
        if not state.depth:
            state.number = next(_numbers)
        state.depth += 1
        state.training = training
        outer_dtype, reading.dtype = reading.dtype, self._dtype
        owners = naming.open_owners()
        owners.append(self)
        try:
            if not self.built or self._path is None:
                self._build_for(args, kwargs)
            if self.input_spec is not None:
                self.input_spec.check(self, args[0] if args else next(iter(kwargs.values()), None))
            self._last_call = state.number
            outputs = self.call(*args, **kwargs)
            if self._output_shape is None:
                self._output_shape = shapes_of(outputs)
            if self.activity_regularizer is not None:
                self._regularize(outputs)
            if masks is not None or self._finds_masks:
                first = args[0] if args else next(iter(kwargs.values()), None)
                self._mask_outputs(first, outputs, masks)
            return outputs
        finally:
            owners.pop()
            state.depth -= 1
            state.training = outer_training
            reading.dtype = outer_dtype

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self._path is None:
            self._path = naming.current_path()
        if self.built:
            return
        inputs = args[0] if args else next(iter(kwargs.values()), None)
        if self.input_spec is not None:
            self.input_spec.check(self, inputs)
        shapes = self._build_arguments(args, kwargs) or [shapes_of(inputs)]
        if type(self).build is not Layer.build and len(shapes) == 1:
            self._build_shape = shapes[0]
        self.build(*shapes)
        self.built = True
        if arrivals.waiting:  # a checkpoint has values for the new weights
            arrivals.tell(self)

    def _build_with(self, shape: Any) -> None:
        """Make the weights for inputs of a shape, outside a call."""
        with naming.inside(self):
            if self._path is None:
                self._path = naming.current_path()
            self._build_shape = shape
            self.build(shape)
        self.built = True

    def _build_arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The shapes for a `build(query_shape, value_shape)`: those of the arguments so named."""
        wanted = [n for n in _build_parameters(type(self)) if n.endswith("_shape")]
        if len(wanted) < 2:
            return []
        names = list(inspect.signature(self.call).parameters)
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        values = [given.get(name.removesuffix("_shape")) for name in wanted]
        return [None if value is None else shapes_of(value) for value in values]

    def _input(self, value: Any) -> Any:
        """A positional argument as tensors; floating-point ones in the layer's dtype."""
        if type(value) is EagerTensor and value._value.dtype is self._numpy_dtype:
            return value
        if value is None:
            return None
        if not nest.is_nested(value):
            return self._tensor(value, required=True)
        return nest.map_structure(lambda v: self._tensor(v, required=True), value)

    def _keyword(self, value: Any) -> Any:
        if isinstance(value, (bool, int, float, str, type(None))):
            return value
        return nest.map_structure(self._tensor, value)

    def _tensor(self, value: Any, required: bool = False) -> Any:
        if isinstance(value, (np.ndarray, np.generic, tf.Variable)):
            value = tf.convert_to_tensor(value)
        elif not tf.is_tensor(value):
            if required and isinstance(value, Layer):
                raise ValueError(
                    f"{self.name} was called on {value.name}, a layer and no tensor. Call that "
                    "layer first: x = layer(inputs), where inputs = keras.Input(shape)."
                )
            if required and value is not None:
                raise ValueError(
                    "Only input tensors may be passed as positional arguments. The following "
                    f"argument value should be passed as a keyword argument: {value} (of type "
                    f"{type(value)}). Use tf.constant(...) for numbers."
                )
            return value
        if self.autocast and value.dtype.is_floating and value.dtype != self._dtype:
            return carried(value, tf.cast(value, self._dtype))
        return value

    def _floating(self, inputs: Any) -> Any:
        """The inputs as floats, whatever they are; complex ones would lose half of themselves."""
        if inputs.dtype.is_complex:
            raise InvalidArgumentError(
                f"Layer '{self.name}' computes with real numbers, got {inputs.dtype.name}. Give it "
                "tf.math.real(x) and tf.math.imag(x), or tf.abs(x)."
            )
        return inputs if inputs.dtype.is_floating else tf.cast(inputs, self._dtype)

    def _regularize(self, outputs: Any) -> None:
        assert self.activity_regularizer is not None
        for output in nest.flatten(outputs):
            batch = output.shape[0] if output.shape.rank else 1
            self.add_loss(self.activity_regularizer(output) / float(batch or 1))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(vars(self))
        state.pop("_inbound_nodes", None)  # a functional model makes those of its copy itself
        return state

    # -- names and types --------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The names of the layers it was first called inside, and its own."""
        return self._path or self._name

    @property
    def dtype(self) -> str:
        """The dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype that is computed in; floating-point inputs are cast to it."""
        return self.dtype_policy.compute_dtype

    def __getattr__(self, name: str) -> Any:
        if "_weights" not in self.__dict__ and not name.startswith("__"):
            raise RuntimeError(
                f"In layer {type(self).__name__!r}, you forgot to call `super().__init__()` as the "
                "first statement in the `__init__()` method. Go add it!"
            )
        found = getattr(type(self), name, None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)  # it raised AttributeError: say what it said
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


_signatures: dict[type, frozenset[str]] = {}


def _parameters(kind: type[Layer]) -> frozenset[str]:
    """The names of the parameters of a layer's `call`."""
    known = _signatures.get(kind)
    if known is None:
        known = _signatures[kind] = frozenset(inspect.signature(kind.call).parameters)
    return known


def takes(layer: Layer, argument: str) -> bool:
    """Whether the `call` of a layer has an argument of this name."""
    return argument in _parameters(type(layer))


_build_signatures: dict[type, tuple[str, ...]] = {}


def _build_parameters(kind: type[Layer]) -> tuple[str, ...]:
    """The names of the parameters of a layer's `build`, but `self`."""
    known = _build_signatures.get(kind)
    if known is None:
        known = _build_signatures[kind] = tuple(inspect.signature(kind.build).parameters)[1:]
    return known
