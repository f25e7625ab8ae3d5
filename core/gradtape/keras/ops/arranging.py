"""`keras.ops`: shapes, joining, taking and making tensors, as NumPy calls them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.ops.making import op, tensor, together


@op
def reshape(x: Any, newshape: Any) -> Any:
    """`x` in another shape, one size of which may be −1."""
    return tf.reshape(tensor(x), [newshape] if isinstance(newshape, int) else list(newshape))


@op
def ravel(x: Any) -> Any:
    """`x` along one axis."""
    return tf.reshape(tensor(x), [-1])


@op
def transpose(x: Any, axes: Any = None) -> Any:
    """`x` with its axes in another order, the reverse by default."""
    return tf.transpose(tensor(x), None if axes is None else list(axes))


@op
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """`x` with two axes exchanged."""
    x = tensor(x)
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return tf.transpose(x, order)


@op
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """`x` with axes moved to other places."""
    x = tensor(x)
    places = np.moveaxis(np.empty([1] * x.ndim), source, destination)
    del places
    one, two = ([a] if isinstance(a, int) else list(a) for a in (source, destination))
    one, two = [a % x.ndim for a in one], [a % x.ndim for a in two]
    order = [i for i in range(x.ndim) if i not in one]
    for place, axis in sorted(zip(two, one, strict=True)):
        order.insert(place, axis)
    return tf.transpose(x, order)


@op
def expand_dims(x: Any, axis: Any) -> Any:
    """`x` with a new axis of size 1, or several."""
    x = tensor(x)
    axes = [axis] if isinstance(axis, int) else list(axis)
    for each in sorted(a % (x.ndim + len(axes)) for a in axes):
        x = tf.expand_dims(x, each)
    return x


@op
def squeeze(x: Any, axis: Any = None) -> Any:
    """`x` without its axes of size 1."""
    axis = [axis] if isinstance(axis, int) else None if axis is None else list(axis)
    return tf.squeeze(tensor(x), axis)


@op
def broadcast_to(x: Any, shape: Any) -> Any:
    """`x` repeated to a larger shape."""
    return tf.broadcast_to(tensor(x), shape)


@op
def concatenate(xs: Any, axis: int = 0) -> Any:
    """The tensors one after the other along `axis`."""
    return tf.concat(together(*xs), axis=axis)


@op
def stack(x: Any, axis: int = 0) -> Any:
    """The tensors along a new axis."""
    return tf.stack(together(*x), axis=axis)


@op
def unstack(x: Any, num: int | None = None, axis: int = 0) -> Any:
    """The tensors along an axis, as a list."""
    return tf.unstack(tensor(x), num=num, axis=axis)


@op
def append(x1: Any, x2: Any, axis: Any = None) -> Any:
    """x2 behind x1, both flat by default."""
    pair = together(x1, x2)
    if axis is None:
        return tf.concat([tf.reshape(x, [-1]) for x in pair], axis=0)
    return tf.concat(pair, axis=axis)


@op
def hstack(xs: Any) -> Any:
    """The tensors side by side: along axis 1, or 0 where they have one axis."""
    parts = [tf.reshape(x, [1]) if not x.ndim else x for x in together(*xs)]
    return tf.concat(parts, axis=0 if parts[0].ndim == 1 else 1)


@op
def vstack(xs: Any) -> Any:
    """The tensors one below the other."""
    rows = [tf.reshape(x, [1, -1]) if x.ndim < 2 else x for x in together(*xs)]
    return tf.concat(rows, axis=0)


@op
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """So many equal parts along `axis`, or those between the given places."""
    x = tensor(x)
    if isinstance(indices_or_sections, int):
        return tf.split(x, indices_or_sections, axis=axis)
    places = [0, *indices_or_sections, int(x.shape[axis])]
    return tf.split(x, [b - a for a, b in itertools.pairwise(places)], axis=axis)


@op
def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """So many parts along `axis`, as equal as can be."""
    x = tensor(x)
    if not isinstance(indices_or_sections, int):
        return split(x, indices_or_sections, axis)
    each, more = divmod(int(x.shape[axis]), indices_or_sections)
    sizes = [each + 1] * more + [each] * (indices_or_sections - more)
    return tf.split(x, sizes, axis=axis)


@op
def repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    """Each element so many times."""
    return tf.repeat(tensor(x), repeats, axis=axis)


@op
def tile(x: Any, repeats: Any) -> Any:
    """The whole so many times along each axis."""
    x = tensor(x)
    times = [repeats] if isinstance(repeats, int) else list(repeats)
    times = [1] * (x.ndim - len(times)) + times
    x = tf.reshape(x, [1] * (len(times) - x.ndim) + [int(n) for n in x.shape])
    return tf.tile(x, times)


@op
def flip(x: Any, axis: Any = None) -> Any:
    """`x` from the end along `axis`, all axes by default."""
    x = tensor(x)
    axes = list(range(x.ndim)) if axis is None else [axis] if isinstance(axis, int) else list(axis)
    return tf.reverse(x, axis=axes)


@op
def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """`x` moved round along `axis`, the flat tensor by default."""
    x = tensor(x)
    if axis is None:
        return tf.reshape(tf.roll(tf.reshape(x, [-1]), shift, axis=0), x.shape)
    return tf.roll(x, shift, axis)


@op
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """`x` with elements before and after: zeros, reflections, or mirrored ones."""
    x = tensor(x)
    pairs = np.broadcast_to(np.asarray(pad_width), (x.ndim, 2)).tolist()
    value = 0 if constant_values is None else constant_values
    return tf.pad(x, pairs, mode.upper(), value)


@op
def meshgrid(*x: Any, indexing: str = "xy") -> Any:
    """The coordinates of the grid that vectors span."""
    return tf.meshgrid(*(tensor(each) for each in x), indexing=indexing)


@op
def cast(x: Any, dtype: Any) -> Any:
    """`x` in another dtype."""
    return tf.cast(x, dtype)


@op
def saturate_cast(x: Any, dtype: Any) -> Any:
    """`x` in another dtype, cut to what it holds."""
    return tf.saturate_cast(x, dtype)


@op
def copy(x: Any) -> Any:
    """`x` again."""
    return tf.identity(tensor(x))


@op
def stop_gradient(variable: Any) -> Any:
    """The value, a constant to every tape."""
    return tf.stop_gradient(variable)


@op
def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones of the shape of `x`."""
    return tf.ones_like(tensor(x), dtype=dtype)


@op
def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros of the shape of `x`."""
    return tf.zeros_like(tensor(x), dtype=dtype)


@op
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One value in the shape of `x`."""
    x = tensor(x)
    return tf.broadcast_to(tf.cast(fill_value, dtype or x.dtype), x.shape)


def shape(x: Any) -> tuple[int, ...]:
    """The sizes of the axes."""
    return tuple(x.shape) if hasattr(x, "shape") else tuple(tensor(x).shape)


def ndim(x: Any) -> int:
    """The number of axes."""
    return len(shape(x))


def size(x: Any) -> int:
    """The number of elements."""
    return math.prod(shape(x))


def dtype(x: Any) -> str:
    """The name of the dtype."""
    return str(tensor(x).dtype.name)


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor."""
    return bool(tf.is_tensor(x))


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
    """`x` as a tensor."""
    return tensor(x, dtype)


def convert_to_numpy(x: Any) -> Any:
    """`x` as a NumPy array."""
    return np.asarray(tensor(x))


def array(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor."""
    return tensor(x, dtype)


@op
def rot90(array: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """`array` turned k times by a right angle."""
    x = tensor(array)
    a, b = axes
    k = k % 4
    if k == 2:
        return tf.reverse(x, axis=[a, b])
    turned = swapaxes(x, a, b)
    return tf.reverse(turned, axis=[a if k == 1 else b]) if k else x


@op
def unravel_index(indices: Any, shape: Any) -> Any:
    """The places in this shape of places in the flat tensor."""
    flat = np.asarray(tensor(indices))
    return tuple(tf.constant(each.astype(flat.dtype)) for each in np.unravel_index(flat, shape))


@op
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """The powers of `x` along a new axis, falling by default."""
    x = tensor(x)
    powers = np.arange(int(x.shape[0]) if N is None else N)
    powers = powers if increasing else powers[::-1]
    return tf.pow(tf.expand_dims(x, -1), tf.constant(powers.copy(), x.dtype))
