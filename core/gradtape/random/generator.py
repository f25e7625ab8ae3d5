"""`tf.random.Generator`: a stream of random numbers with its state in a variable.

The state is the 128-bit counter of a Philox stream and its key, as three int64 numbers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.dtypes import as_dtype
from gradtape.errors import NotFoundError, UnimplementedError
from gradtape.random.arguments import (
    Algorithm,
    algorithm_number,
    host,
    refuse_threefry,
)
from gradtape.random.draws import (
    Source,
    draw_full_range,
    draw_integers,
    draw_normal,
    draw_uniform,
)
from gradtape.random.philox import Stream
from gradtape.runtime.recorders import state
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.tensors.variable import Variable

__all__ = ["Generator", "create_rng_state", "get_global_generator", "set_global_generator"]

_MASK32, _MASK64 = (1 << 32) - 1, (1 << 64) - 1
_BLOCKS_RESERVED = 256  # for each number, whatever its distribution really uses


def _state_size(alg: int) -> int:
    return 2 if alg == Algorithm.THREEFRY.value else 3


def _signed(number: Any) -> Any:
    """Numbers in 2⁶³ … 2⁶⁴ − 1, in (nested) lists too, as the int64 of the same bits."""
    if isinstance(number, (list, tuple)):
        return [_signed(item) for item in number]
    return number - 2**64 if isinstance(number, int) and number >= 2**63 else number


def _int64(value: Any) -> np.ndarray[Any, Any]:
    array = host(_signed(value))
    if array.dtype.kind not in "iufb":
        raise UnimplementedError(f"a random seed or state is made of integers; got {value!r}")
    return array.astype(np.int64)


def _checked_state(value: Any, alg: int) -> np.ndarray[Any, Any]:
    state = _int64(value)
    TensorShape(state.shape).assert_is_compatible_with([_state_size(alg)])
    return state


def _key_counter_state(key: Any, counter: Any, alg: int) -> np.ndarray[Any, Any]:
    words, number = _int64(counter), _int64(key)
    TensorShape(words.shape).assert_is_compatible_with([_state_size(alg) - 1])
    TensorShape(number.shape).assert_is_compatible_with([])
    return np.append(words, number)


def create_rng_state(seed: Any, alg: Any) -> EagerTensor:
    """The generator state that `seed` stands for, an int64 vector: two counters and a key.

    A Python integer is cut into 64-bit pieces, the lowest first; a vector of integers is cut or
    filled up with zeros on the left.

    Raises: ValueError for an unknown algorithm.

    >>> import gradtape as tf
    >>> tf.random.create_rng_state(1234, "philox").numpy()
    array([1234,    0,    0])
    """
    size = _state_size(algorithm_number(alg))
    if isinstance(seed, int):
        seed = [seed >> 64 * i & _MASK64 for i in range(size)]
    words = _int64(seed).reshape(-1)[:size]
    return wrap(np.concatenate([np.zeros(size - len(words), np.int64), words]))


class Generator:
    """A random-number generator that keeps its own state.

    Made by `from_seed`, `from_state`, `from_key_counter`, `from_non_deterministic_state`, or as a
    copy of another. Each draw moves `state` on; `set_seed` does not touch it. The numbers are those
    of TensorFlow on a CPU.

    Raises: AssertionError without state and alg; ValueError where the state has another length.

    >>> import gradtape as tf
    >>> g = tf.random.Generator.from_seed(1234)
    >>> g.normal(shape=(2, 3)).numpy()
    array([[ 0.9356609 ,  1.0854305 , -0.93788373],
           [-0.5061547 ,  1.3169702 ,  0.7137579 ]], dtype=float32)
    >>> g.state.numpy()
    array([2770,    0,    0])
    """

    def __init__(
        self, copy_from: Generator | None = None, state: Any = None, alg: Any = None
    ) -> None:
        self._lock = threading.Lock()
        if copy_from is not None:
            if alg is not None or state is not None:
                raise AssertionError("a Generator is made by copy_from=, or by state= and alg=")
            self._alg = copy_from.algorithm
            self._state = Variable(copy_from.state, trainable=False, name="StateVar")
            return
        if alg is None or state is None:
            raise AssertionError(
                "a Generator needs state= and alg=, or copy_from=; "
                "tf.random.Generator.from_seed(1) is the short way"
            )
        self._alg = algorithm_number(alg)
        if isinstance(state, Variable):
            state.shape.assert_is_compatible_with([_state_size(self._alg)])
            self._state = state
        else:
            self._state = Variable(
                _checked_state(state, self._alg), trainable=False, name="StateVar"
            )

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    # -- making

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Generator:
        """A generator with this state: two counters and a key."""
        return cls(alg=alg, state=state)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """A generator whose numbers depend on `seed`, an integer or a vector of integers."""
        number = algorithm_number(Algorithm.PHILOX if alg is None else alg)
        return cls(state=create_rng_state(seed, number), alg=number)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator whose numbers nobody can foresee."""
        number = algorithm_number(Algorithm.PHILOX if alg is None else alg)
        return cls(state=np.frombuffer(os.urandom(8 * _state_size(number)), np.int64), alg=number)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Generator:
        """A generator with this key, a scalar, and this counter, two integers."""
        number = algorithm_number(alg)
        return cls(state=_key_counter_state(key, counter, number), alg=number)

    # -- state

    @property
    def state(self) -> Variable:
        """The state: an int64 variable of two counters and a key."""
        return self._state

    @property
    def algorithm(self) -> int:
        """The number of the algorithm: 1 for Philox."""
        return self._alg

    @property
    def key(self) -> Any:
        """The key, an int64 scalar; generators with different keys share no numbers."""
        return self._state[-1]

    def reset(self, state: Any) -> None:
        """Go on from this state.

        Raises: ValueError where its length is wrong.
        """
        self._state.assign(_checked_state(state, self._alg))

    def reset_from_seed(self, seed: Any) -> None:
        """Go on as if just made `from_seed(seed)`."""
        self._state.assign(create_rng_state(seed, self._alg))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Go on as if just made `from_key_counter(key, counter)`."""
        self._state.assign(_key_counter_state(key, counter, self._alg))

    def skip(self, delta: Any) -> EagerTensor:
        """The state, which then moves on by `delta` numbers of any dtype; −delta goes back."""
        return wrap(self._skip(int(host(delta))))

    def _skip(self, delta: int) -> Any:
        refuse_threefry(self._alg)
        trace = state.trace
        if trace is not None:  # in each call of the function: read, moved on, stored
            now = trace.read(self._state)._value
            self._state.set_array(trace.compute(None, _moved, (now,), {"delta": delta}))
            return now
        with self._lock:
            before = np.array(self._state)
            self._state.assign(_moved(before, delta))
        return before

    @property
    def _source(self) -> Source:
        trace = state.trace
        if trace is None:
            return Source(lambda count, signature: _stream(self._skip(count)))

        def traced(count: int, read: Callable[[Stream], Any]) -> Any:
            return trace.compute(None, lambda now: read(_stream(now)), (self._skip(count),), {})

        return Source(lambda count, signature: _stream(self._skip(count)), traced)

    # -- drawing

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = dtypes.float32,
        name: str | None = None,
    ) -> EagerTensor:
        """Normal numbers; arguments, gradients and errors as in `tf.random.stateless_normal`."""
        return draw_normal(self._source, "StatelessRandomNormalV2", shape, mean, stddev, dtype)

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = dtypes.float32,
        name: str | None = None,
    ) -> EagerTensor:
        """Normal numbers within 2·stddev; as `tf.random.stateless_truncated_normal`."""
        op = "StatelessTruncatedNormalV2"
        return draw_normal(self._source, op, shape, mean, stddev, dtype, True)

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = dtypes.float32,
        name: str | None = None,
    ) -> EagerTensor:
        """Uniform numbers in [minval, maxval); as `tf.random.stateless_uniform`.

        With minval and maxval both None, integers over the whole range of the dtype.
        """
        kind = as_dtype(dtype)
        if not kind.is_integer:
            op, upper = "StatelessRandomUniformV2", 1 if maxval is None else maxval
            return draw_uniform(self._source, op, shape, minval, upper, kind, True)
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer dtype {kind}, minval and maxval must be both `None` or both "
                f"non-`None`; got minval={minval} and maxval={maxval}"
            )
        if minval is None:
            return self.uniform_full_int(shape, kind)
        if kind not in (dtypes.int32, dtypes.int64):
            raise NotFoundError(
                f"Could not find device for node StatelessRandomUniformIntV2 of dtype {kind.name}: "
                "integers in a range are int32 or int64; draw int64 and tf.cast."
            )
        op = "StatelessRandomUniformIntV2"
        return draw_integers(self._source, op, shape, minval, maxval, kind)

    def uniform_full_int(
        self, shape: Any, dtype: Any = dtypes.uint64, name: str | None = None
    ) -> EagerTensor:
        """Integers over the whole range of int32, int64, uint32 or uint64."""
        op = "StatelessRandomUniformFullIntV2"
        return draw_full_range(self._source, op, shape, as_dtype(dtype))

    # -- more generators

    def make_seeds(self, count: Any = 1) -> EagerTensor:
        """`count` seeds for `stateless_…` functions: the columns of an int64 tensor [2, count]."""
        keys = self._keys(count)
        return wrap(np.stack([keys, np.zeros_like(keys)]))

    def split(self, count: Any = 1) -> list[Generator]:
        """`count` generators that are independent of this one and of one another."""
        return [Generator(state=[0, 0, key], alg=self._alg) for key in self._keys(count).tolist()]

    def _keys(self, count: Any) -> np.ndarray[Any, Any]:
        return host(self.uniform_full_int([int(host(count))], dtypes.int64))


def _moved(before: Any, delta: int) -> np.ndarray[Any, Any]:
    """The state that comes `delta` numbers after this one."""
    low, high = (int(n) & _MASK64 for n in before[:2])
    counter = _advanced(high << 64 | low, delta * _BLOCKS_RESERVED & _MASK64)
    after = [_signed(counter & _MASK64), _signed(counter >> 64), int(before[2])]
    return np.array(after, np.int64)


def _stream(words: Any) -> Stream:
    low, high, key = (int(n) & _MASK64 for n in words)
    return Stream(key, high << 64 | low)


def _advanced(counter: int, blocks: int) -> int:
    """The counter `blocks` on, where blocks < 2⁶⁴ may stand for a negative number.

    The four 32-bit words are added as TensorFlow does it: the carry out of the lowest word is lost
    where the next summand is all ones, which is what makes small negative numbers go back.
    """
    low, high = blocks & _MASK32, blocks >> 32
    first = (counter & _MASK32) + low
    high = high + (first >> 32) & _MASK32
    second = (counter >> 32 & _MASK32) + high
    upper = (counter >> 64) + (second >> 32) & _MASK64
    return upper << 64 | (second & _MASK32) << 32 | first & _MASK32


_global_generator: Generator | None = None


def get_global_generator() -> Generator:
    """The generator of the whole program; made without a seed when first asked for."""
    global _global_generator
    if _global_generator is None:
        _global_generator = Generator.from_non_deterministic_state()
    return _global_generator


def set_global_generator(generator: Generator) -> None:
    """Make `generator` the one that `tf.random.get_global_generator` returns."""
    global _global_generator
    _global_generator = generator
