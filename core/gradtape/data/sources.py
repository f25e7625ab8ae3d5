"""Where pipelines begin: rows of arrays, one element, numbers, Python's generators, file names."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.data.elements import aligned, element_of, leaves_of, rebuilt, same_length, spec_of
from gradtape.data.node import Node
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.functions.control.specs import TensorSpec
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import wrap


class Slices(Node):
    """The rows of one or more arrays."""

    def __init__(self, tensors: Any) -> None:
        self.template = element_of(tensors)
        self.arrays = [np.asarray(leaf._value) for leaf in leaves_of(self.template)]
        self.length = same_length(self.arrays)
        self.rows = self

    def indices(self) -> Iterator[int]:
        return iter(range(self.length))

    def element(self, k: int) -> Any:
        """Row k."""
        return rebuilt(self.template, [wrap(array[k]) for array in self.arrays])

    def taken(self, numbers: list[int]) -> Any:
        """These rows, as one batch."""
        return rebuilt(self.template, [wrap(array.take(numbers, axis=0)) for array in self.arrays])

    def elements(self) -> Iterator[Any]:
        return map(self.element, range(self.length))

    def count(self) -> int:
        return self.length

    def spec(self) -> Any:
        return rebuilt(self.template, [TensorSpec(a.shape[1:], a.dtype) for a in self.arrays])


class Single(Node):
    """One element."""

    def __init__(self, tensors: Any) -> None:
        self._element = element_of(tensors)

    def elements(self) -> Iterator[Any]:
        yield self._element

    def count(self) -> int:
        return 1

    def spec(self) -> Any:
        return spec_of(self._element)


class Range(Node):
    """start, start + step, … up to but without stop."""

    def __init__(self, numbers: tuple[int, ...], dtype: Any) -> None:
        if not 1 <= len(numbers) <= 3:
            raise ValueError(f"Dataset.range takes one to three integers, got {len(numbers)}")
        values = [int(np.asarray(convert(n)._value)) for n in numbers]
        if len(values) == 3 and not values[2]:
            raise InvalidArgumentError("step must be a non-zero integer. [Op:RangeDataset]")
        self._numbers, self._dtype = range(*values), as_dtype(dtype).numpy

    def elements(self) -> Iterator[Any]:
        kind = self._dtype.type
        return (wrap(kind(n)) for n in self._numbers)

    def count(self) -> int:
        return len(self._numbers)

    def spec(self) -> Any:
        return TensorSpec([], self._dtype)


class Generated(Node):
    """What a Python generator yields, a new one for each pass, checked against a signature."""

    def __init__(
        self, generator: Callable[..., Any], types: Any, shapes: Any, args: Any, signature: Any
    ) -> None:
        if not callable(generator):
            raise TypeError("`generator` must be a Python callable.")
        if signature is None and types is None:
            raise TypeError(
                "Either `output_types` or `output_signature` must be specified; say "
                "output_signature=tf.TensorSpec(shape=(), dtype=tf.int32), or a structure of them."
            )
        if signature is None:
            flat = nest.flatten(types)
            known = [None] * len(flat) if shapes is None else aligned(types, shapes)
            specs = [TensorSpec(s, as_dtype(t)) for s, t in zip(known, flat, strict=True)]
            signature = nest.pack_sequence_as(types, specs) if nest.is_nested(types) else specs[0]
        self._make, self._signature = generator, signature
        self._args = tuple(convert(a).numpy() for a in args or ())

    def elements(self) -> Iterator[Any]:
        specs = nest.flatten(self._signature)
        for value in self._make(*self._args):
            try:
                parts = aligned(self._signature, value)
            except ValueError as error:
                raise TypeError(
                    f"`generator` yielded an element that did not match the expected structure: "
                    f"{error}"
                ) from None
            leaves = [self._checked(part, spec) for part, spec in zip(parts, specs, strict=True)]
            yield rebuilt(self._signature, leaves)

    def _checked(self, value: Any, spec: TensorSpec) -> Any:
        try:
            tensor = element_of(convert(value, spec.dtype))
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(
                f"`generator` yielded an element that could not be converted to the expected type. "
                f"The expected type was {spec.dtype.name}, but the yielded element was {value!r}."
            ) from error
        if not spec.shape.is_compatible_with(tensor.shape):
            raise InvalidArgumentError(
                f"`generator` yielded an element of shape {tensor.shape} where an element of shape "
                f"{spec.shape} was expected."
            )
        return tensor

    def spec(self) -> Any:
        return self._signature


def matching_files(pattern: Any) -> list[str]:
    """The sorted names of the files that match one or more patterns.

    Raises: InvalidArgumentError where no file matches.
    """
    patterns = [
        p.decode() if isinstance(p, bytes) else str(p) for p in np.ravel(convert(pattern).numpy())
    ]
    found = sorted({name for one in patterns for name in glob.glob(one)})
    if not found:
        raise InvalidArgumentError(f"No files matched pattern: {', '.join(patterns)}")
    return found
