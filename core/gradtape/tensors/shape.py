"""The static shape of a tensor: `TensorShape`, whose sizes are integers or, where unknown, `None`.

Values in gradtape always have a known shape; unknown sizes appear in signatures
(`TensorSpec`, `Variable(shape=...)`), where a shape is a pattern that others must fit.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any, SupportsIndex, overload

__all__ = ["TensorShape"]

Size = int | None


def _size(value: Any, given: Any) -> Size:
    """One axis length: an integer >= 0, or None where it is unknown."""
    if value is None:
        return None
    try:
        size = operator.index(value)
    except TypeError:
        raise TypeError(
            "Dimension value must be integer or None or have an __index__ method, "
            f"got value {value!r} with type '{type(value)}'. "
            f"A shape is one size (10) or an iterable of sizes ([1, 10, None]); got {given!r}."
        ) from None
    if size < 0:
        raise ValueError(f"Dimension {size} must be >= 0; write None for an unknown size.")
    return size


def _sizes(dims: Any) -> tuple[Size, ...] | None:
    """The sizes that `dims` describes, or None for an unknown rank."""
    if dims is None:
        return None
    if isinstance(dims, TensorShape):
        return dims._dims
    if type(dims) is tuple and all(type(d) is int and d >= 0 for d in dims):
        return dims
    if isinstance(dims, str):
        raise TypeError(
            f"Failed to convert {dims!r} to a shape: a string is not a size. "
            "A shape is one size (10) or an iterable of sizes ([1, 10, None])."
        )
    try:
        return (_size(operator.index(dims), dims),)
    except TypeError:  # not one size, so an iterable of sizes
        items = dims if isinstance(dims, Iterable) else [dims]
    return tuple(_size(d, dims) for d in items)


class TensorShape:
    """The sizes of a tensor's axes; each is an integer, or None where it is not known.

    `TensorShape(None)` has an unknown rank, `TensorShape([])` is a scalar's shape. A single
    integer is a shape of rank one. A shape iterates, indexes and slices like a tuple, equals
    lists and tuples of the same sizes, and joins with them by `+`.

    Raises: TypeError where a size is no integer, ValueError where it is negative; `len`,
    iteration and `as_list` of an unknown rank raise ValueError.

    >>> shape = TensorShape([2, None, 3])
    >>> shape.rank, shape[0], shape[1:]
    (3, 2, TensorShape([None, 3]))
    >>> shape.is_compatible_with([2, 7, 3]), TensorShape([4]) + [5]
    (True, TensorShape([4, 5]))
    """

    __slots__ = ("_dims",)
    _dims: tuple[Size, ...] | None

    def __init__(self, dims: Any) -> None:
        self._dims = _sizes(dims)

    @classmethod
    def of(cls, sizes: tuple[int, ...]) -> TensorShape:
        """The shape of these sizes, unchecked: for arrays, whose sizes are right already."""
        shape = object.__new__(cls)
        shape._dims = sizes
        return shape

    # What is known.

    @property
    def rank(self) -> int | None:
        """Number of axes, or None where it is unknown."""
        return None if self._dims is None else len(self._dims)

    @property
    def ndims(self) -> int | None:
        """The same as `rank`."""
        return self.rank

    @property
    def dims(self) -> list[Size] | None:
        """The sizes as a list, or None for an unknown rank."""
        return None if self._dims is None else list(self._dims)

    def as_list(self) -> list[Size]:
        """The sizes as a list of integers and None."""
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def num_elements(self) -> int | None:
        """The product of the sizes, or None if any is unknown."""
        if self._dims is None:
            return None
        product = 1
        for size in self._dims:
            if size is None:
                return None
            product *= size
        return product

    def is_fully_defined(self) -> bool:
        """Whether rank and every size are known."""
        return self._dims is not None and None not in self._dims

    # Comparing patterns.

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one value can have both shapes: equal wherever both are known."""
        mine, theirs = self._dims, _sizes(other)
        if mine is None or theirs is None:
            return True
        return len(mine) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(mine, theirs, strict=True)
        )

    def merge_with(self, other: Any) -> TensorShape:
        """The shape that knows what either of two compatible shapes knows."""
        theirs = _sizes(other)
        if self._dims is None:
            return TensorShape(theirs)
        if theirs is None:
            return self
        if not self.is_compatible_with(theirs):
            raise ValueError(f"Shapes {self} and {TensorShape(theirs)} are not compatible")
        return TensorShape(
            [a if a is not None else b for a, b in zip(self._dims, theirs, strict=True)]
        )

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The narrowest pattern that both shapes fit.

        >>> TensorShape([1, 2]).most_specific_compatible_shape([1, 3])
        TensorShape([1, None])
        """
        theirs = _sizes(other)
        if self._dims is None or theirs is None or len(self._dims) != len(theirs):
            return TensorShape(None)
        return TensorShape([a if a == b else None for a, b in zip(self._dims, theirs, strict=True)])

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this shape also fits the shape `other`."""
        if not isinstance(other, TensorShape):
            return False
        if other._dims is None:
            return True
        return (
            self._dims is not None
            and len(self._dims) == len(other._dims)
            and all(b is None or a == b for a, b in zip(self._dims, other._dims, strict=True))
        )

    def most_specific_common_supertype(self, others: Iterable[Any]) -> TensorShape | None:
        """The narrowest pattern that this shape and all `others` fit; None if one is no shape."""
        shape = self
        for other in others:
            if not isinstance(other, TensorShape):
                return None
            shape = shape.most_specific_compatible_shape(other)
        return shape

    # Assertions.

    def assert_has_rank(self, rank: int) -> None:
        """Raises ValueError unless this shape can have `rank` axes."""
        if self.rank not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_same_rank(self, other: Any) -> None:
        """Raises ValueError unless both shapes can have the same number of axes."""
        theirs = TensorShape(other)
        if None not in (self.rank, theirs.rank) and self.rank != theirs.rank:
            raise ValueError(f"Shapes {self} and {theirs} must have the same rank")

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless one value can have both shapes."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless rank and every size are known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    # New shapes.

    def with_rank(self, rank: int) -> TensorShape:
        """This shape; an unknown rank becomes `rank` unknown sizes."""
        if self._dims is None:
            return TensorShape([None] * rank)
        self.assert_has_rank(rank)
        return self

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape; ValueError if it has fewer than `rank` axes."""
        if self._dims is not None and len(self._dims) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape; ValueError if it has more than `rank` axes."""
        if self._dims is not None and len(self._dims) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def concatenate(self, other: Any) -> TensorShape:
        """The sizes of this shape followed by those of `other`; unknown if either rank is."""
        theirs = _sizes(other)
        if self._dims is None or theirs is None:
            return TensorShape(None)
        return TensorShape(self._dims + theirs)

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    # The sequence protocol.

    def __len__(self) -> int:
        if self._dims is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._dims)

    def __bool__(self) -> bool:
        return self._dims is not None

    def __iter__(self) -> Iterator[Size]:
        if self._dims is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter(self._dims)

    @overload
    def __getitem__(self, key: slice) -> TensorShape: ...
    @overload
    def __getitem__(self, key: SupportsIndex) -> Size: ...
    def __getitem__(self, key: Any) -> Any:
        if self._dims is not None:
            return TensorShape(self._dims[key]) if isinstance(key, slice) else self._dims[key]
        if not isinstance(key, slice):
            return None
        start, stop = key.start or 0, key.stop
        if key.step not in (None, 1) or stop is None or start < 0 or stop < 0:
            return TensorShape(None)  # how many sizes that selects depends on the unknown rank
        return TensorShape([None] * max(0, stop - start))

    # Value semantics.

    def __eq__(self, other: object) -> bool:
        try:
            return self._dims == _sizes(other)
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._dims)

    def __reduce__(self) -> tuple[type[TensorShape], tuple[tuple[Size, ...] | None]]:
        return TensorShape, (self._dims,)

    def __repr__(self) -> str:
        return f"TensorShape({self.dims})"

    def __str__(self) -> str:
        return "<unknown>" if self._dims is None else str(self._dims)
