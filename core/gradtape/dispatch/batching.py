"""Batches: one value per element of a leading axis, carried through ops as if it were one value.

`Batched.shape` is the shape of one element. An op on a batch goes to the op's `batch` rule, which
works on the whole leading axis at once; an op without one is applied element by element. Jacobians
are one backward pass with a batch of cotangents; `vectorized_map` is one forward pass over a batch.
Batches nest: the one with the highest level is taken apart first.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from gradtape.dispatch.apply import register_array_type
from gradtape.primitives.op import Op
from gradtape.primitives.registry import lookup
from gradtape.runtime.recorders import recorders, state
from gradtape.tensors.operators import Arithmetic
from gradtape.tensors.tensor import ForeignTensor

new_level: Callable[[], int] = count(1).__next__


class Batched(Arithmetic[Any]):
    """`value` (array, tensor or a batch of a lower level) whose axis 0 counts the elements."""

    __slots__ = ("level", "size", "value")
    __array_ufunc__ = None  # NumPy arrays leave arithmetic to us
    __array_priority__ = 200

    def __init__(self, value: Any, level: int) -> None:
        self.value, self.level = value, level
        self.size = int(value.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one element."""
        return tuple(self.value.shape)[1:]

    @property
    def ndim(self) -> int:
        """The rank of one element."""
        return len(self.value.shape) - 1

    @property
    def dtype(self) -> Any:
        """The NumPy dtype."""
        dtype = self.value.dtype
        return dtype if isinstance(dtype, np.dtype) else dtype.numpy

    @property
    def outside(self) -> tuple[Any, ...]:
        """The recorders that were active around this batch (see `OUTSIDE`)."""
        return OUTSIDE.get(self.level, ())

    def __len__(self) -> int:
        return self.shape[0]

    def conj(self) -> Any:
        """The complex conjugate."""
        return lookup("Conj")(self)

    def to_numpy(self) -> Any:
        """Refused: one element has no single value."""
        raise TypeError(
            "inside tf.vectorized_map a tensor stands for all elements at once and has no value "
            "of its own; use tf ops (tf.where instead of `if`), or tf.map_fn, which runs element "
            "by element."
        )

    def __repr__(self) -> str:
        return f"<{self.size} values of shape {self.shape}>"


#: level of a forward pass over a batch → the recorders active around it. They record the ops on the
#: whole leading axis; recorders opened inside the mapped function record the ops on one element.
OUTSIDE: dict[int, tuple[Any, ...]] = {}


def batch_in(x: Any) -> Batched | None:
    """The batch that x is, or is a tensor around."""
    value = x._value if type(x) is ForeignTensor else x
    return value if type(value) is Batched else None


def apply_batched(op: Op, xs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """`op` on every element of the batches among `xs`."""
    batches = tuple(map(batch_in, xs))
    level = max(b.level for b in batches if b is not None)
    flags = tuple(b is not None and b.level == level for b in batches)
    size = next(b.size for b, flag in zip(batches, flags, strict=True) if b is not None and flag)
    inner = tuple(
        b.value if b is not None and flag else x
        for x, b, flag in zip(xs, batches, flags, strict=True)
    )
    rule = looped if op.batch is None else op.batch
    active = state.recorders
    outside = OUTSIDE.get(level)
    if outside is not None and active:
        with recorders(tuple(r for r in active if r in outside)):
            y = rule(op, inner, flags, size, params)
    else:
        y = rule(op, inner, flags, size, params)
    if type(y) is tuple:
        return tuple(Batched(part, level) for part in y)
    return Batched(y, level)


register_array_type(Batched, apply_batched)


def looped(
    op: Op, xs: tuple[Any, ...], flags: tuple[bool, ...], size: int, params: dict[str, Any]
) -> Any:
    """The slow and always right way: element by element, then stacked."""
    ys = [
        op.call(
            *(element(x, k) if flag else x for x, flag in zip(xs, flags, strict=True)), **params
        )
        for k in range(size)
    ]
    if not ys:
        raise ValueError(f"{op.type} has no batch rule and cannot be mapped over an empty batch")
    if type(ys[0]) is tuple:
        return tuple(stacked(parts) for parts in zip(*ys, strict=True))
    return stacked(ys)


def element(x: Any, k: int) -> Any:
    """x[k], recorded where x is a tensor."""
    if type(x) is np.ndarray:
        return x[k]
    rest = tuple(x.shape)[1:]
    piece = lookup("Slice")(x, begin=(k,) + (0,) * len(rest), size=(1, *rest))
    return lookup("Reshape")(piece, shape=rest)


def stacked(ys: Any) -> Any:
    """The values along a new axis 0."""
    if all(isinstance(y, (np.ndarray, np.generic)) for y in ys):
        return np.stack(ys)
    return lookup("Pack")(*ys, axis=0, rank=len(ys[0].shape))


def elementwise(
    op: Op, xs: tuple[Any, ...], flags: tuple[bool, ...], size: int, params: dict[str, Any]
) -> Any:
    """Broadcasting ops: give every batch as many axes as the widest operand has."""
    rank = max(
        len(x.shape) - flag
        for x, flag in zip(xs, flags, strict=True)
        if not isinstance(x, (int, float, complex))
    )
    return op.call(
        *(widened(x, rank) if flag else x for x, flag in zip(xs, flags, strict=True)), **params
    )


def widened(x: Any, rank: int) -> Any:
    """A batch of values whose elements have `rank` axes, with 1s in front."""
    shape = tuple(x.shape)
    missing = rank - (len(shape) - 1)
    if missing <= 0:
        return x
    return lookup("Reshape")(x, shape=(shape[0], *(1,) * missing, *shape[1:]))


def trailing(
    op: Op, xs: tuple[Any, ...], flags: tuple[bool, ...], size: int, params: dict[str, Any]
) -> Any:
    """Ops whose axes count from the end: a leading axis disturbs nothing."""
    return op.call(
        *(
            full(x, size) if not flag and len(xs) > 1 else x
            for x, flag in zip(xs, flags, strict=True)
        ),
        **params,
    )


def full(x: Any, size: int) -> Any:
    """An unbatched value repeated for every element (without copying where it is an array)."""
    if isinstance(x, (np.ndarray, np.generic)):
        return np.broadcast_to(x, (size, *x.shape))
    return lookup("BroadcastTo")(x, shape=(size, *x.shape))
