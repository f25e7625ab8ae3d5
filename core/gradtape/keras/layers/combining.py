"""Layers that combine several inputs or wrap a plain function."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.layer import Layer
from gradtape.keras.masks import carried, mask_of
from gradtape.keras.ops.arranging import concatenate as joined
from gradtape.keras.ops.arranging import expand_dims, zeros_like
from gradtape.keras.ops.batch_dot import batch_dot
from gradtape.keras.ops.elementwise import logical_not, logical_or
from gradtape.keras.ops.normalizing import normalize
from gradtape.keras.ops.reductions import any as any_of


class _Merge(Layer):
    """The base of layers called with a list of tensors whose first axis is the batch.

    Inputs of fewer axes get axes of size 1 behind the batch: (2, 3) and (2, 4, 3) meet as (2, 1, 3)
    and (2, 4, 3), example by example.

    Raises: ValueError for what is no list, for batches of different sizes, for shapes that do not
    broadcast, and for a scalar among tensors with axes.
    """

    def call(self, inputs: Any) -> Any:
        """The combination of the list `inputs`."""
        if not isinstance(inputs, (list, tuple)) or not inputs:
            raise ValueError(
                f"A merge layer should be called on a list of at least 1 input. Received: {inputs}"
            )
        shapes = [tuple(x.shape) for x in inputs]
        self._check(shapes)
        return self._merge(_of_one_dtype(self._aligned(list(inputs), shapes)))

    def _check(self, shapes: list[tuple[int, ...]]) -> None:
        _one_batch(shapes)
        known = [shape[1:] for shape in shapes if None not in shape]
        try:
            np.broadcast_shapes(*known)
        except ValueError:
            raise ValueError(
                f"Inputs have incompatible shapes. Received shapes {known} behind the batch axis"
            ) from None

    def _aligned(self, inputs: list[Any], shapes: list[tuple[int, ...]]) -> list[Any]:
        rank = max(map(len, shapes))
        if rank and () in shapes:
            raise ValueError(
                "Cannot merge a scalar with tensors that have a batch axis. Received tensors with "
                f"shapes {shapes}"
            )
        return [
            tf.reshape(x, (*shape[:1], *(1,) * (rank - len(shape)), *shape[1:]))
            if len(shape) < rank
            else x
            for x, shape in zip(inputs, shapes, strict=True)
        ]

    def _merge(self, inputs: list[Any]) -> Any:
        raise NotImplementedError

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where one of the masks counts a step; None where an input has no mask."""
        if mask is None or any(each is None for each in _checked(inputs, mask)):
            return None
        return reduce(logical_or, mask)


def _one_batch(shapes: list[tuple[int, ...]]) -> None:
    if len({shape[0] for shape in shapes if shape}) > 1:
        raise ValueError(
            "Cannot merge tensors with different batch sizes. Received tensors with shapes "
            f"{shapes}"
        )


def _checked(inputs: Any, mask: Any) -> list[Any]:
    """The masks, one for each input."""
    if not isinstance(mask, (list, tuple)) or not isinstance(inputs, (list, tuple)):
        raise ValueError(
            f"`inputs` and `mask` should be lists. Received: inputs={inputs}, mask={mask}"
        )
    if len(mask) != len(inputs):
        raise ValueError(
            "The lists `inputs` and `mask` should have the same length. Received: "
            f"inputs={inputs} of length {len(inputs)}, and mask={mask} of length {len(mask)}"
        )
    return list(mask)


def _of_one_dtype(inputs: list[Any]) -> list[Any]:
    """The tensors cast to the dtype that holds all: floats and complex numbers before integers."""
    kinds = {x.dtype for x in inputs}
    if len(kinds) == 1:
        return inputs
    wide = [k.numpy for k in kinds if k.is_differentiable] or [k.numpy for k in kinds]
    together = np.result_type(*wide)
    if together.kind == "f" and wide[0].kind in "iu":  # int64 beside uint64
        together = np.dtype(config.floatx())
    return [carried(x, tf.cast(x, together)) for x in inputs]


class Add(_Merge):
    """The sum of the inputs."""

    def _merge(self, inputs: list[Any]) -> Any:
        return reduce(tf.add, inputs)


class Subtract(_Merge):
    """The first of two inputs less the second."""

    def _merge(self, inputs: list[Any]) -> Any:
        if len(inputs) != 2:
            raise ValueError(
                "A `Subtract` layer should be called on exactly 2 inputs. "
                f"Received {len(inputs)} inputs."
            )
        return tf.subtract(*inputs)


class Multiply(_Merge):
    """The product of the inputs; a step that a mask leaves out is a factor of one.

    Where all inputs have masks, what none of them counts is zero.
    """

    def _merge(self, inputs: list[Any]) -> Any:
        masks = [mask_of(x) for x in inputs]
        factors = [
            x if mask is None else tf.where(tf.expand_dims(mask, -1), x, tf.ones_like(x))
            for x, mask in zip(inputs, masks, strict=True)
        ]
        product = reduce(tf.multiply, factors)
        if any(mask is None for mask in masks):
            return product
        counted = tf.expand_dims(reduce(tf.logical_or, masks), -1)
        return tf.where(counted, product, tf.zeros_like(product))


class Average(_Merge):
    """The mean of the inputs."""

    def _merge(self, inputs: list[Any]) -> Any:
        count = len(inputs)
        return reduce(tf.add, inputs) / (count if inputs[0].dtype.is_integer else float(count))


class Maximum(_Merge):
    """The largest of the inputs, element by element."""

    def _merge(self, inputs: list[Any]) -> Any:
        return reduce(tf.maximum, inputs)


class Minimum(_Merge):
    """The smallest of the inputs, element by element."""

    def _merge(self, inputs: list[Any]) -> Any:
        return reduce(tf.minimum, inputs)


class Dot(_Merge):
    """The products of two inputs, summed along an axis of each, example by example.

    `axes` is one number for both, or one for each; with `normalize` both are first divided by their
    lengths along it, so that the sums are cosines.

    Raises: ValueError where the axes have other lengths.
    """

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)):
                raise TypeError(
                    "Invalid type for argument `axes`: it should be a list or an int. "
                    f"Received: axes={axes}"
                )
            if len(axes) != 2 or not all(isinstance(a, int) for a in axes):
                raise ValueError(
                    "Invalid format for argument `axes`: it should contain two integers. "
                    f"Received: axes={axes}"
                )
        self.axes, self.normalize = axes, normalize

    def _check(self, shapes: list[tuple[int, ...]]) -> None:
        _one_batch(shapes)

    def _aligned(self, inputs: list[Any], shapes: list[tuple[int, ...]]) -> list[Any]:
        return inputs  # the axes that `axes` names are those of the inputs as they come

    def _merge(self, inputs: list[Any]) -> Any:
        if len(inputs) != 2:
            raise ValueError(
                f"A `Dot` layer should be called on exactly 2 inputs. Received: inputs={inputs}"
            )
        x, y = inputs
        pair = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        a, b = (axis % each.ndim for axis, each in zip(pair, inputs, strict=True))
        if self.normalize:
            x, y = normalize(x, axis=a), normalize(y, axis=b)
        return batch_dot(x, y, (a, b))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: the axis of the steps may be summed away."""


class Concatenate(_Merge):
    """The inputs one after the other along `axis`."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _check(self, shapes: list[tuple[int, ...]]) -> None:
        rank = len(shapes[0])
        others = {
            tuple(n for k, n in enumerate(s) if k != self.axis % max(rank, 1)) for s in shapes
        }
        if len(others) > 1 or {len(s) for s in shapes} != {rank}:
            raise ValueError(
                "A `Concatenate` layer requires inputs with matching shapes except for the "
                f"concatenation axis. Received: input_shape={shapes}"
            )

    def _merge(self, inputs: list[Any]) -> Any:
        return tf.concat(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where a step counts in one of the inputs; an input without a mask counts wholly."""
        if mask is None or all(each is None for each in _checked(inputs, mask)):
            return None
        whole = []
        for each, own in zip(inputs, mask, strict=True):
            none = zeros_like(each, dtype="bool")
            if own is None:
                own = logical_not(none)
            elif own.ndim < each.ndim:
                own = logical_or(expand_dims(own, axis=-1), none)
            whole.append(own)
        return any_of(joined(whole, axis=self.axis), axis=-1)


class Identity(Layer):
    """The inputs."""

    supports_masking = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs


class Lambda(Layer):
    """A function of tensors as a layer; variables that it reads are not its weights."""

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function, self.arguments = function, arguments or {}
        self.mask = mask
        self.supports_masking = mask is not None
        self.built = True

    def call(self, inputs: Any) -> Any:
        """function(inputs)."""
        return self.function(inputs, **self.arguments)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The argument `mask`, or what that function of inputs and mask gives."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask


class Rescaling(Layer):
    """inputs · scale + offset."""

    supports_masking = True

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.built = True

    def _input(self, value: Any) -> Any:
        return super()._input(tf.convert_to_tensor(value))  # numbers and lists too, as data come

    def call(self, inputs: Any) -> Any:
        """The scaled inputs."""
        if not inputs.dtype.is_floating:
            inputs = tf.cast(inputs, self._dtype)
        return inputs * self.scale + self.offset


def add(inputs: Any, **kwargs: Any) -> Any:
    """The sum of the inputs: the layer `Add`, called."""
    return Add(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """The mean of the inputs: the layer `Average`, called."""
    return Average(**kwargs)(inputs)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """The inputs one after the other along `axis`: the layer `Concatenate`, called."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: Any, axes: Any = -1, **kwargs: Any) -> Any:
    """The products of two inputs summed along `axes`: the layer `Dot`, called."""
    return Dot(axes=axes, **kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """The largest of the inputs: the layer `Maximum`, called."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """The smallest of the inputs: the layer `Minimum`, called."""
    return Minimum(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """The product of the inputs: the layer `Multiply`, called."""
    return Multiply(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """The first of two inputs less the second: the layer `Subtract`, called."""
    return Subtract(**kwargs)(inputs)
