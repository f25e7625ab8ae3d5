"""Ops that repeat, turn round, shift or cut up a tensor: tile, roll, reverse, mirror, split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch.batching import full, trailing
from gradtape.errors import InvalidArgumentError
from gradtape.ops.array.shaping import concat, reshape
from gradtape.ops.declaration import custom, linear
from gradtape.primitives.registry import lookup

Axes = tuple[int, ...]


def _tile_rule(g: Any, _y: Any, x_like: Any, *, multiples: tuple[int, ...]) -> Any:
    shape = tuple(x_like.shape)
    apart = tuple(n for pair in zip(multiples, shape, strict=True) for n in pair)
    copies = tuple(range(-2 * len(shape), 0, 2))
    return lookup("Sum")(reshape(g, shape=apart), axis=copies, keepdims=False)


def _tile_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], multiples=(1, *params["multiples"]))


@linear("Tile", _tile_rule, batch=_tile_batch)
def tile(x: Any, *, multiples: tuple[int, ...]) -> Any:
    """x repeated as a whole, `multiples[k]` times along axis k.

    Derivative: g summed over the repetitions.
    """
    return np.tile(x, multiples)


@linear(
    "Roll",
    lambda g, _y, _x, *, shift, axis: roll(g, shift=tuple(-n for n in shift), axis=axis),
    batch=trailing,
    structural=True,
)
def roll(x: Any, *, shift: tuple[int, ...], axis: Axes) -> Any:
    """x shifted along the axes (negative); what leaves at the end comes back at the start.

    Derivative: g shifted back.
    """
    return np.roll(x, shift, axis)


@linear(
    "ReverseV2", lambda g, _y, _x, *, axis: reverse(g, axis=axis), batch=trailing, structural=True
)
def reverse(x: Any, *, axis: Axes) -> Any:
    """x with the order along the axes (negative) turned round.

    Derivative: g turned round along the same axes.
    """
    return np.flip(x, axis)


def _reverse_sequence_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    if not flags[1]:
        # the lengths are the same for every element: a leading axis disturbs nothing
        return op.call(*xs, **params)
    return op.call(xs[0] if flags[0] else full(xs[0], size), xs[1], **params)


@linear(
    "ReverseSequence",
    lambda g, _y, _x, lengths, *, seq_axis, batch_axis: reverse_sequence(
        g, lengths, seq_axis=seq_axis, batch_axis=batch_axis
    ),
    None,
    batch=_reverse_sequence_batch,
    structural=True,
)
def reverse_sequence(x: Any, lengths: Any, *, seq_axis: int, batch_axis: int) -> Any:
    """Row b of x (along `batch_axis`) with its first lengths[b] elements turned round.

    Both axes are negative. `lengths` has one axis, and as many in front as a batch gives it.

    Derivative: g turned round in the same way.
    """
    n, rows = x.shape[seq_axis], x.shape[batch_axis]
    if lengths.shape[-1] != rows:
        raise InvalidArgumentError(
            f"Length of seq_lengths != input.dims({batch_axis}), ({lengths.shape[-1]} vs. {rows}) "
            "[Op:ReverseSequence]"
        )
    if np.any((lengths < 0) | (lengths > n)):
        bad = int(np.argmax((lengths < 0) | (lengths > n)))
        raise InvalidArgumentError(
            f"seq_lens({bad}) = {lengths.ravel()[bad]} is not between 0 and {n}, the size of the "
            "sequence axis [Op:ReverseSequence]"
        )
    place = np.arange(n)
    order = np.where(place < lengths[..., None], lengths[..., None] - 1 - place, place)
    rank = x.ndim
    shape = [1] * rank
    shape[batch_axis], shape[seq_axis] = rows, n
    order = order if batch_axis < seq_axis else np.swapaxes(order, -1, -2)
    for k in range(lengths.ndim - 1):
        shape[k] = lengths.shape[k]
    return np.take_along_axis(x, order.reshape(shape), seq_axis)


def _mirrored(x: Any, paddings: Any, border: int) -> Any:
    mode: Any = "reflect" if border else "symmetric"
    most = "the dimension size" + " less 1" * border
    for k, (before, after) in enumerate(paddings):
        n = x.shape[k] - border
        if before > n or after > n:
            raise InvalidArgumentError(
                "paddings must be no greater than "
                f"{most}: {before}, {after} greater than {n} on axis {k} [Op:MirrorPad]"
            )
    return np.pad(x, paddings, mode=mode)


def _mirror_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], paddings=((0, 0), *params["paddings"]), border=params["border"])


@linear(
    "MirrorPad",
    lambda g, _y, _x, *, paddings, border: mirror_pad_grad(g, paddings=paddings, border=border),
    batch=_mirror_batch,
    structural=True,
)
def mirror_pad(x: Any, *, paddings: tuple[tuple[int, int], ...], border: int) -> Any:
    """x continued by its mirror image; `border` is 1 where the edge is not repeated (REFLECT).

    Derivative: g folded back: each element plus its mirror images.
    """
    return _mirrored(x, paddings, border)


@linear(
    "MirrorPadGrad",
    lambda g, _y, _x, *, paddings, border: mirror_pad(g, paddings=paddings, border=border),
    batch=_mirror_batch,
    structural=True,
)
def mirror_pad_grad(x: Any, *, paddings: tuple[tuple[int, int], ...], border: int) -> Any:
    """The padded tensor folded back: each element plus its mirror images.

    Derivative: g continued by its mirror image.
    """
    for k, (before, after) in enumerate(paddings):
        moved = np.moveaxis(x, k, 0)
        n = len(moved) - before - after
        out = moved[before : before + n].copy()
        out[border : border + before] += moved[:before][::-1]
        out[n - border - after : n - border] += moved[before + n :][::-1]
        x = np.moveaxis(out, 0, k)
    return x


def _split_pull(g: Any, _y: Any, _x: Any, *, sizes: tuple[int, ...], axis: int) -> Any:
    return concat(*g, axis=axis, rank=len(g[0].shape))


def _split_batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    return op.call(xs[0], sizes=params["sizes"], axis=params["axis"] + 1)


def _declare_split(type: str, name: str, doc: str) -> Callable[..., Any]:
    def jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
        return call(tangents[0], **params)

    def function(x: Any, *, sizes: tuple[int, ...], axis: int) -> Any:
        starts = np.cumsum(sizes)[:-1]
        return tuple(np.split(x, starts, axis))

    derivative = "Derivative: the cotangents of the pieces one after the other."
    function.__name__, function.__doc__ = name, f"{doc}\n\n    {derivative}\n    "
    call = custom(type, pullback=_split_pull, jvp=jvp, batch=_split_batch)(function)
    return call


split = _declare_split("Split", "split", "Pieces of x of one size along `axis` (≥ 0).")
split_sizes = _declare_split("SplitV", "split_sizes", "Pieces of x of these sizes along `axis`.")
