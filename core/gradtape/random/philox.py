"""Philox4x32-10: streams of random bits, and their conversion to uniform numbers and integers.

A stream is a 64-bit key and a 128-bit counter. Every counter value is enciphered, on its own, to a
block of four 32-bit words, so any part of a stream can be had without the parts before it. Each
function here is pure; who owns which stream is decided in `random.py` and `random/generator.py`.
Arithmetic is on integers, or exact in floating point, so every platform gives the same bits.

Source: Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Stream", "encipher", "full_range", "integers", "scrambled", "uniform", "unit"]

Array = np.ndarray[Any, Any]

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = 0x9E3779B9, 0xBB67AE85  # golden ratio and √3 − 1
_ROUNDS = 10
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_MASK32, _MASK64, _MASK128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1
_CHUNK = 1 << 14  # blocks at a time: five columns of 128 KiB, which stay in the cache


class Stream(NamedTuple):
    """The random words that `key` gives from `counter` on, four to a counter value."""

    key: int
    counter: int

    def skip(self, blocks: int) -> Stream:
        """The stream that begins `blocks` counter values later."""
        return Stream(self.key, (self.counter + blocks) & _MASK128)

    def words(self, count: int, finish: Callable[[Array], Any] | None = None) -> Array:
        """The first `count` words, uint32; `finish` changes them in place, part by part."""
        blocks = -(-count // 4)
        out = np.empty((blocks, 4), np.uint32)
        for start in range(0, blocks, _CHUNK):
            part = out[start : start + _CHUNK]
            self._encipher_into(part, np.arange(start, start + len(part), dtype=np.uint64))
            if finish is not None:
                finish(part)
        return out.reshape(-1)[:count]

    def blocks(self, offsets: Array) -> Array:
        """The blocks `offsets` (uint64) after the first one, uint32 of shape (n, 4)."""
        out = np.empty((len(offsets), 4), np.uint32)
        for start in range(0, len(offsets), _CHUNK):
            self._encipher_into(out[start : start + _CHUNK], offsets[start : start + _CHUNK])
        return out

    def _encipher_into(self, out: Array, offsets: Array) -> None:
        low = offsets + np.uint64(self.counter & _MASK64)
        high = np.full_like(low, self.counter >> 64)
        high += low < offsets  # the carry
        columns = encipher((low & _LOW, low >> _HALF, high & _LOW, high >> _HALF), self.key)
        for i, column in enumerate(columns):
            out[:, i] = column


def encipher(words: tuple[Array, ...], key: int) -> tuple[Array, Array, Array, Array]:
    """Ten Philox rounds over four uint64 columns that hold 32-bit words, and that are used up.

    A round multiplies two of the words, crosses the halves of the products over and mixes in a key
    that moves on by a constant each round. It makes no array: a fifth takes turns with the four.
    """
    c0, c1, c2, c3 = words
    spare = np.empty_like(c0)
    k0, k1 = key & _MASK32, key >> 32 & _MASK32
    for _ in range(_ROUNDS):
        c0 *= _MULTIPLIERS[0]
        c2 *= _MULTIPLIERS[1]
        np.right_shift(c2, _HALF, out=spare)
        spare ^= c1
        spare ^= np.uint64(k0)
        np.right_shift(c0, _HALF, out=c1)
        c1 ^= c3
        c1 ^= np.uint64(k1)
        c2 &= _LOW
        c0 &= _LOW
        c0, c1, c2, c3, spare = spare, c2, c1, c0, c3
        k0, k1 = k0 + _KEY_STEPS[0] & _MASK32, k1 + _KEY_STEPS[1] & _MASK32
    return c0, c1, c2, c3


def scrambled(seed: tuple[int, int]) -> Stream:
    """The stream of a stateless seed: both numbers, enciphered once, give key and counter.

    So seeds that differ in a single bit share nothing, whichever half the user counts up.
    """
    first, second = (n & _MASK64 for n in seed)
    block = Stream(0x02461E293EC8F720, second << 64 | first).words(4)
    k0, k1, c2, c3 = (int(word) for word in block)
    return Stream(k1 << 32 | k0, c3 << 96 | c2 << 64)


def uniform(stream: Stream, count: int, dtype: np.dtype[Any]) -> Array:
    """`count` numbers in [0, 1), equally spaced: the mantissa of a number in [1, 2), less 1.

    float16 takes 10 bits and float32 23 bits of one word each, float64 52 bits of two.
    """
    if dtype == np.float64:
        words = stream.words(2 * count).reshape(-1, 2)
        bits = (words[:, 0] & np.uint32(0xFFFFF)).astype(np.uint64) << _HALF
        bits |= words[:, 1]
        bits |= np.uint64(0x3FF0000000000000)
        return bits.view(np.float64) - 1.0
    if dtype == np.float16:
        words = stream.words(count)
        bits16 = (words & np.uint32(0x3FF)).astype(np.uint16) | np.uint16(0x3C00)
        return bits16.view(np.float16) - np.float16(1.0)
    return stream.words(count, _to_unit).view(np.float32)


def unit(words: Array) -> Array:
    """The float32 in [0, 1) that each uint32 word gives by its low 23 bits."""
    words = words.copy()
    _to_unit(words)
    return words.view(np.float32)


def _to_unit(words: Array) -> None:
    """`unit` in place: the bits of the words become those of the numbers."""
    words &= np.uint32(0x7FFFFF)
    words |= np.uint32(0x3F800000)
    numbers = words.view(np.float32)
    numbers -= np.float32(1.0)


def full_range(stream: Stream, count: int, dtype: np.dtype[Any]) -> Array:
    """`count` integers over the whole range of a 32- or 64-bit dtype."""
    if dtype.itemsize == 4:
        return stream.words(count).view(dtype)
    words = stream.words(2 * count).reshape(-1, 2)
    bits = words[:, 1].astype(np.uint64) << _HALF  # the first word of a pair is the low half
    bits |= words[:, 0]
    return bits.view(dtype)


def integers(stream: Stream, count: int, dtype: np.dtype[Any], low: int, high: int) -> Array:
    """`count` integers in [low, high) of dtype int32 or int64: low + (bits mod (high − low)).

    Slightly biased unless high − low is a power of two, by less than (high − low) / 2³² or 2⁶⁴.
    """
    unsigned = np.dtype(f"u{dtype.itemsize}")
    bits = full_range(stream, count, unsigned)
    bits %= unsigned.type(high - low)
    bits += unsigned.type(low & ((1 << 8 * dtype.itemsize) - 1))  # wraps, in two's complement
    return bits.view(dtype)
