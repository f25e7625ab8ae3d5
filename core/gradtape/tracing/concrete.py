"""`ConcreteFunction`: a function for one signature, from `get_concrete_function`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.errors import InvalidArgumentError, UnimplementedError
from gradtape.functions.control.specs import TensorSpec
from gradtape.tensors.conversion import READERS, convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.tracing.counting import widened

#: the size that stands for one that is left open while a signature is looked at
_SIZES = (2, 3)


class ConcreteFunction:
    """A traced function whose arguments have the shapes and dtypes that were asked for.

    Python's values among the arguments are those of the signature: leave them out, or give the
    same.
    """

    def __init__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._function = function
        self._args, self._kwargs = _as_specs((args, kwargs))
        self.name = f"__inference_{function.name}".encode()
        self._outputs: Any = None
        self._known = False

    @property
    def function_spec(self) -> inspect.Signature:
        """The Python signature."""
        return inspect.signature(self._function.python_function)

    @property
    def structured_input_signature(self) -> tuple[Any, dict[str, Any]]:
        """The arguments: tensors as `tf.TensorSpec`s with their names, Python's values."""
        names = list(self.function_spec.parameters)
        named = [
            TensorSpec(value.shape, value.dtype, value.name or name)
            if isinstance(value, TensorSpec)
            else value
            for value, name in zip(self._args, [*names, *[None] * len(self._args)], strict=False)
        ]
        return tuple(named), self._kwargs

    @property
    def inputs(self) -> list[TensorSpec]:
        """The specs of all tensors among the arguments, in order."""
        flat = nest.flatten(self.structured_input_signature)
        return [value for value in flat if isinstance(value, TensorSpec)]

    def trace(self) -> None:
        """Look at what the function gives, where that can be done without calling it."""
        try:
            seen = [self._looked_at(size) for size in _SIZES[: 1 + self._is_open()]]
        except UnimplementedError:
            return
        key = seen[0][1]
        for _, other in seen[1:]:
            key = widened(key, other)
        self._function.count.note(key)
        self._outputs = nest.map_structure(_joined, *[outputs for outputs, _ in seen])
        self._known = True

    @property
    def structured_outputs(self) -> Any:
        """The result's structure, with a `tf.TensorSpec` for each tensor.

        Raises: UnimplementedError where the function would have to be called to know it.
        """
        if not self._known:
            self._looked_at(_SIZES[0])
        return self._outputs

    @property
    def outputs(self) -> list[TensorSpec]:
        """The specs of all tensors of the result."""
        flat = nest.flatten(self.structured_outputs)
        return [value for value in flat if isinstance(value, TensorSpec)]

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function reads."""
        return tuple(self._function.known_variables())

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """Those of the variables that are trainable."""
        return tuple(v for v in self.variables if v.trainable)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives.

        Raises: TypeError where arguments are missing or are other values of Python's than those of
        the signature; InvalidArgumentError where a tensor has another dtype or shape.
        """
        tensors = [a for a in args if isinstance(a, EagerTensor) or type(a) in READERS]
        specs = self.inputs
        if len(tensors) == len(args) == len(specs) and not kwargs:
            supply = iter(args)
            args, kwargs = nest.map_structure(
                lambda v: next(supply) if isinstance(v, TensorSpec) else v,
                (self._args, self._kwargs),
            )
        args, kwargs = self._function.canonical(args, kwargs)
        self._check((args, kwargs))
        return self._function.call_known(args, kwargs)

    def _check(self, given: Any) -> None:
        want = nest.flatten((self._args, self._kwargs))
        have = nest.flatten(given)
        if len(want) != len(have):
            raise TypeError(
                f"Binding inputs to tf.function failed: {len(want)} values are asked for, "
                f"{len(have)} came, for {self!r}."
            )
        for k, (spec, value) in enumerate(zip(want, have, strict=True)):
            if isinstance(spec, TensorSpec):
                tensor = convert(value)
                if tensor.dtype != spec.dtype:
                    raise InvalidArgumentError(
                        f"cannot compute {self.name.decode()} as input #{k}(zero-based) was "
                        f"expected to be a {spec.dtype.word} tensor but is a {tensor.dtype.word} "
                        f"tensor [Op:{self.name.decode()}]"
                    )
                if not spec.shape.is_compatible_with(tensor.shape):
                    raise InvalidArgumentError(
                        f"input #{k} of {self.name.decode()} has the shape {tensor.shape}, and "
                        f"{spec.shape} was asked for."
                    )
            elif type(value) is not type(spec) or value != spec:
                raise TypeError(
                    f"Binding inputs to tf.function failed due to `Can not cast {value!r} to "
                    f"Literal[{spec!r}]`. Leave it out, or ask for another concrete function."
                )

    def _is_open(self) -> bool:
        return any(not spec.shape.is_fully_defined() for spec in self.inputs)

    def _looked_at(self, size: int) -> Any:
        args, kwargs = _with_examples((self._args, self._kwargs), size)
        return self._function.looked_at(args, kwargs)

    def __repr__(self) -> str:
        args, kwargs = self.structured_input_signature
        names = list(self.function_spec.parameters)
        parts = [f"{n}: {_text(v)}" for n, v in zip(names, args, strict=False)]
        parts += [f"{n}: {_text(v)}" for n, v in kwargs.items()]
        return f"<ConcreteFunction {self._function.name}({', '.join(parts)})>"


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, TensorSpec) else f"Literal[{value!r}]"


def _as_specs(value: Any) -> Any:
    def spec(leaf: Any) -> Any:
        return TensorSpec.from_tensor(leaf) if isinstance(leaf, EagerTensor) else leaf

    return nest.map_structure(spec, value)


def _with_examples(value: Any, size: int) -> Any:
    def example(leaf: Any) -> Any:
        if not isinstance(leaf, TensorSpec):
            return leaf
        rank = leaf.shape.rank
        shape = () if rank is None else tuple(size if n is None else n for n in leaf.shape)
        if leaf.dtype.name == "string":
            return wrap(np.full(shape, b"", object))
        return wrap(np.zeros(shape, leaf.dtype.numpy))

    return nest.map_structure(example, value)


def _joined(*leaves: Any) -> Any:
    first, *rest = leaves
    if not isinstance(first, TensorSpec):
        return first
    shape = first.shape
    for other in rest:
        shape = TensorShape(shape).most_specific_compatible_shape(other.shape)
    return TensorSpec(shape, first.dtype, first.name)
