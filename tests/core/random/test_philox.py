"""Philox streams: the published test vectors, and that any part of a stream can be had alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradtape as tf  # noqa: F401 - the package as a user imports it
from gradtape.random.philox import Stream, full_range, integers, scrambled, uniform

# Known answers that come with the Random123 library: counter, key → block.
ONES = 0xFFFFFFFF
VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

counters = st.integers(0, 2**128 - 1) | st.integers(2**128 - 9, 2**128 - 1)
keys = st.integers(0, 2**64 - 1)


def joined(words: tuple[int, ...]) -> int:
    return sum(word << 32 * i for i, word in enumerate(words))


@pytest.mark.parametrize(("counter", "key", "block"), VECTORS)
def test_known_answers(
    counter: tuple[int, ...], key: tuple[int, ...], block: tuple[int, ...]
) -> None:
    assert tuple(Stream(joined(key), joined(counter)).words(4).tolist()) == block


@given(keys, counters, st.integers(0, 40), st.integers(0, 9))
def test_skipping_leaves_words_out(key: int, counter: int, count: int, blocks: int) -> None:
    stream = Stream(key, counter)
    words = stream.words(4 * blocks + count)
    np.testing.assert_array_equal(stream.skip(blocks).words(count), words[4 * blocks :])


@given(keys, counters, st.lists(st.integers(0, 50), max_size=9))
def test_blocks_can_be_read_in_any_order(key: int, counter: int, offsets: list[int]) -> None:
    stream = Stream(key, counter)
    blocks = stream.blocks(np.array(offsets, np.uint64))
    for offset, block in zip(offsets, blocks, strict=True):
        np.testing.assert_array_equal(stream.skip(offset).words(4), block)


def test_chunks_of_a_long_stream_join() -> None:
    stream = Stream(3, 2**64 - 10_000)  # the carry falls inside
    words = stream.words(100_000)
    for word in (0, 32_764, 32_768, 39_996, 40_000, 99_996):
        np.testing.assert_array_equal(stream.skip(word // 4).words(4), words[word : word + 4])


@given(keys, counters, st.sampled_from(["float16", "float32", "float64"]))
def test_uniform_numbers_lie_on_the_grid(key: int, counter: int, name: str) -> None:
    dtype = np.dtype(name)
    u = uniform(Stream(key, counter), 33, dtype)
    assert u.dtype == dtype
    assert u.min() >= 0
    assert u.max() < 1
    steps = u.astype(np.float64) / np.finfo(dtype).eps
    np.testing.assert_array_equal(steps, np.rint(steps))


@given(keys, st.integers(-(2**31), 2**31 - 2), st.integers(1, 2**32))
def test_integers_lie_in_their_range(key: int, low: int, width: int) -> None:
    high = min(low + width, 2**31 - 1)
    for name in ("int32", "int64"):
        drawn = integers(Stream(key, 0), 9, np.dtype(name), low, high)
        assert drawn.dtype == name
        assert drawn.min() >= low
        assert drawn.max() < high


def test_full_range_reaches_both_halves() -> None:
    for name in ("int32", "int64", "uint32", "uint64"):
        drawn = full_range(Stream(1, 2), 1000, np.dtype(name)).astype(np.float64)
        limits = np.iinfo(name)
        middle = (limits.min + limits.max) / 2
        assert 400 < np.count_nonzero(drawn > middle) < 600


def test_seeds_that_differ_in_one_bit_share_nothing() -> None:
    streams = [scrambled((1, 2)), scrambled((1, 3)), scrambled((0, 2)), scrambled((2, 1))]
    words = np.concatenate([stream.words(1000) for stream in streams])
    assert len(np.unique(words)) > 3990
