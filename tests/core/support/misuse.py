"""Programs that go wrong, or might: shared with the recorder of what TensorFlow does with them.

Each takes the library and gives a value, or raises.
"""

from __future__ import annotations

import array
import collections
from collections.abc import Callable
from typing import Any

import numpy as np

Program = Callable[[Any], Any]


def outcome(call: Callable[[], Any]) -> str:
    """The type of the exception that `call` raises, or "= " and the text of its value."""
    try:
        value = call()
    except Exception as error:
        return type(error).__name__
    if hasattr(value, "numpy"):
        value = value.numpy()
    return f"= {np.array2string(value)}" if isinstance(value, np.ndarray) else f"= {value!r}"


def _taped(tf: Any, use: Callable[[Any, Any, Any], Any], **how: Any) -> Any:
    """`use(tape, x, y)` after y = x² was recorded."""
    x = tf.constant(3.0)
    with tf.GradientTape(**how) as tape:
        tape.watch(x)
        y = x * x
    return use(tape, x, y)


def _watched(tf: Any, what: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(what)


def _twice(tf: Any, ask: str) -> Any:
    def use(tape: Any, x: Any, y: Any) -> Any:
        tape.gradient(y, x)
        return getattr(tape, ask)(y, x)

    return _taped(tf, use)


def _other_tape(tf: Any) -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape() as first:
        first.watch(x)
        y = x * x
    with tf.GradientTape() as second:
        second.watch(x)
    return second.gradient(y, x)


def _left_by_an_exception(tf: Any) -> Any:
    x = tf.constant(3.0)
    try:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            raise ZeroDivisionError
    except ZeroDivisionError:
        return tape.gradient(y, x)


def _reentered(tf: Any) -> None:
    with tf.GradientTape() as tape, tape:
        pass


def _paused_twice(tf: Any) -> None:
    with tf.GradientTape() as tape, tape.stop_recording(), tape.stop_recording():
        pass


def _custom(tf: Any, rule: Any) -> Any:
    f = tf.custom_gradient(lambda x: (x * x, rule))
    return _taped(tf, lambda _tape, x, _y: _gradient_of(tf, f, x))


def _gradient_of(tf: Any, f: Any, x: Any, **how: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x, **how)


def _changed(change: Callable[[Any, Any], Any], start: Any = (1.0, 2.0)) -> Program:
    return lambda tf: change(tf, tf.Variable(np.asarray(start, np.float32)))


def _in_place(symbol: str) -> Program:
    def program(tf: Any) -> None:
        exec(f"v {symbol} 2.0", {"v": tf.Variable(1.0)})

    return program


def _with(make: Callable[[Any], Any], use: Callable[[Any, Any], Any]) -> Program:
    return lambda tf: use(tf, make(tf))


class Grid(np.ndarray[Any, Any]):
    """A kind of array."""


VALUES: dict[str, Any] = {
    "ragged": [[1.0], [2.0, 3.0]],
    "a number beside a list": [1, [2]],
    "an empty row": [[1], []],
    "None": None,
    "None inside": [1.0, None],
    "an object": object(),
    "a dict": {"a": 1},
    "a set": {1},
    "text beside a number": ["a", 1],
    "True before a number": [True, 1.0],
    "True behind a number": [1.0, True],
    "True behind an integer": [1, True],
    "True among numbers": [1, 1.5, True],
    "complex behind an integer": [1, 2j],
    "complex behind a float": [1.0, 2j],
    "complex before a float": [2j, 1.0],
    "an integer of 65 bits": 2**64,
    "a float beyond float32": 1e300,
    "bytearray": bytearray(b"ab"),
    "memoryview": memoryview(b"ab"),
    "deque": collections.deque([1, 2]),
    "deque in a list": [collections.deque([1, 2])],
    "array of doubles": array.array("d", [1, 2]),
    "array of integers": array.array("i", [1, 2]),
    "UserList": collections.UserList([1.0]),
    "an array of another class": np.ones((1, 2)).view(Grid),
    "a generator": (k for k in [1]),
}

PROGRAMS: dict[str, Program] = {
    **{f"constant: {name}": lambda tf, v=v: tf.constant(v) for name, v in VALUES.items()},
    **{
        f"convert_to_tensor: {name}": lambda tf, v=v: tf.convert_to_tensor(v)
        for name, v in VALUES.items()
    },
    "constant: float as int32": lambda tf: tf.constant(1.5, tf.int32),
    "constant: int as bool": lambda tf: tf.constant(1, tf.bool),
    "constant: text as float32": lambda tf: tf.constant("a", tf.float32),
    "constant: a shape that does not fit": lambda tf: tf.constant([1, 2, 3], shape=(2, 2)),
    "constant: a dtype that is none": lambda tf: tf.constant(1, dtype="float33"),
    "constant: a tensor of another dtype": lambda tf: tf.constant(tf.constant(1.0), tf.float64),
    "convert_to_tensor: a tensor of another dtype": lambda tf: tf.convert_to_tensor(
        tf.constant(1), tf.float32
    ),
    "convert_to_tensor: a variable of another dtype": lambda tf: tf.convert_to_tensor(
        tf.Variable(1.0), tf.float64
    ),
    "Variable: nothing": lambda tf: tf.Variable(),
    "Variable: a shape that does not fit": lambda tf: tf.Variable([1.0, 2.0], shape=[3]),
    "Variable: a tensor of another dtype": lambda tf: tf.Variable(
        tf.constant(1.0), dtype=tf.float64
    ),
    "Variable: a constraint that is none": lambda tf: tf.Variable(1.0, constraint=3),
    "Variable: another shape": _changed(lambda tf, v: v.assign([1.0, 2.0, 3.0])),
    "Variable: a scalar for a vector": _changed(lambda tf, v: v.assign(1.0)),
    "Variable: another dtype": _changed(
        lambda tf, v: v.assign(tf.constant([1.0, 2.0], tf.float64))
    ),
    "Variable: text": _changed(lambda tf, v: v.assign(["a", "b"])),
    "Variable: None": _changed(lambda tf, v: v.assign(None)),
    "Variable: another shape added": _changed(lambda tf, v: v.assign_add([1.0])),
    "Variable: another dtype added": _changed(
        lambda tf, v: v.assign_add(tf.constant([1.0, 2.0], tf.float64))
    ),
    "Variable: a float into integers": lambda tf: tf.Variable(1).assign(1.5),
    "Variable: assign is printed": _changed(lambda tf, v: repr(v.assign([3.0, 4.0]))),
    "Variable: what assign gives is read late": _changed(
        lambda tf, v: [v.assign([3.0, 4.0]), v.assign([5.0, 6.0])][0]
    ),
    "Variable: scatter of no slices": _changed(lambda tf, v: v.scatter_add([1.0])),
    "Variable: scatter outside": _changed(lambda tf, v: v.scatter_nd_update([[5]], [1.0])),
    "Variable: batch_scatter_update": _changed(
        lambda tf, v: v.batch_scatter_update(
            tf.IndexedSlices(tf.constant([[9.0], [8.0]]), tf.constant([[0], [1]]))
        ),
        [[1.0, 2.0], [3.0, 4.0]],
    ),
    "Variable: batch_scatter_update of no slices": _changed(
        lambda tf, v: v.batch_scatter_update(tf.constant(1.0))
    ),
    "Variable: batch_scatter_update outside": _changed(
        lambda tf, v: v.batch_scatter_update(tf.IndexedSlices(tf.constant([9.0]), tf.constant([7])))
    ),
    "Variable: hash": _changed(lambda tf, v: hash(v)),
    "Variable: compared with None": _changed(lambda tf, v: v == None),  # noqa: E711
    **{f"Variable: {s}": _in_place(s) for s in ("+=", "-=", "*=", "/=", "//=", "%=", "**=")},
    "Tensor: made directly": lambda tf: tf.Tensor(1.0),
    "Tensor: hash": lambda tf: hash(tf.constant(1.0)),
    "Tensor: compared with None": lambda tf: tf.constant(1.0) == None,  # noqa: E711
    "Tensor: item assignment": lambda tf: tf.constant([1.0]).__setitem__(0, 2.0),
    "Tensor: length of a scalar": lambda tf: len(tf.constant(1.0)),
    "Tensor: a loop over a scalar": lambda tf: list(tf.constant(1.0)),
    "Tensor: truth of two": lambda tf: bool(tf.constant([1.0, 2.0])),
    "Tensor: float of two": lambda tf: float(tf.constant([1.0, 2.0])),
    "Tensor: an index outside": lambda tf: tf.constant([1.0])[3],
    "Tensor: too many indices": lambda tf: tf.constant([1.0])[0, 0],
    "Tensor: a float as index": lambda tf: tf.constant([1.0])[0.0],
    "Tensor: text as index": lambda tf: tf.constant([1.0])["a"],
    "Tensor: an array as index": lambda tf: tf.constant([1.0])[np.array([0])],
    "Tensor: a step of 0": lambda tf: tf.constant([1.0])[::0],
    "Tensor: two ellipses": lambda tf: tf.constant([[1.0]])[..., ...],
    "Tensor: NumPy's attributes": lambda tf: tf.constant([1.0]).T,
    "Tensor: shapes that do not broadcast": lambda tf: tf.ones([2]) + tf.ones([3]),
    "Tensor: dtypes that differ": lambda tf: tf.constant(1.0) + tf.constant(1.0, tf.float64),
    "Tensor: a float beside integers": lambda tf: 1.5 + tf.constant(1),
    "Tensor: integers beside a float": lambda tf: tf.constant(1) + 1.5,
    "Tensor: None beside a float": lambda tf: tf.constant(1.0) + None,
    "Tensor: a complex number beside a float": lambda tf: tf.constant(1.0) + 1j,
    "Tensor: matrices that do not fit": lambda tf: tf.ones([2, 2]) @ tf.ones([3, 3]),
    "Tensor: a vector in a matrix product": lambda tf: tf.ones([2, 2]) @ tf.ones([2]),
    "Tensor: an integer divided by 0": lambda tf: tf.constant(1) // tf.constant(0),
    "Tensor: an integer to a negative power": lambda tf: tf.constant(2) ** tf.constant(-1),
    "Tensor: truth values multiplied": lambda tf: tf.constant([True]) * tf.constant([False]),
    "Tensor: truth values times numbers": lambda tf: tf.constant([True]) * tf.constant([2.0]),
    "Tensor: truth values added": lambda tf: tf.constant([True]) + tf.constant([True]),
    "Tensor: truth values divided": lambda tf: tf.constant([True]) / tf.constant([True]),
    "Tensor: minus truth values": lambda tf: -tf.constant([True]),
    "Tensor: minus uint8": lambda tf: -tf.constant([1], tf.uint8),
    "Tensor: minus text": lambda tf: -tf.constant("a"),
    "Tensor: set_shape": lambda tf: tf.constant([1.0]).set_shape([2]),
    "TensorShape: negative": lambda tf: tf.TensorShape([-1]),
    "TensorShape: a float": lambda tf: tf.TensorShape([1.5]),
    "TensorShape: length of an unknown one": lambda tf: len(tf.TensorShape(None)),
    "watch: a float": lambda tf: _watched(tf, 1.0),
    "watch: a list of floats": lambda tf: _watched(tf, [1.0]),
    "watch: an array": lambda tf: _watched(tf, np.ones(2)),
    "watch: None": lambda tf: _watched(tf, None),
    "watch: text": lambda tf: _watched(tf, "a"),
    "watch: a list of tensors": lambda tf: _watched(tf, [tf.constant(1.0)]),
    "watch: an integer tensor": lambda tf: _watched(tf, tf.constant(1)),
    "watch: after the tape": lambda tf: _taped(tf, lambda tape, x, y: tape.watch(y)),
    "watch: before the tape": lambda tf: tf.GradientTape().watch(tf.constant(1.0)),
    "tape: re-entered": _reentered,
    "tape: paused twice": _paused_twice,
    "tape: paused outside": lambda tf: tf.GradientTape().stop_recording().__enter__(),
    "tape: reset outside": lambda tf: _taped(tf, lambda tape, x, y: tape.reset()),
    "tape: never entered": lambda tf: tf.GradientTape().gradient(
        tf.constant(1.0), tf.constant(1.0)
    ),
    "tape: left by an exception": _left_by_an_exception,
    "tape: another's target": _other_tape,
    "gradient: twice": lambda tf: _twice(tf, "gradient"),
    "gradient: a jacobian afterwards": lambda tf: _twice(tf, "jacobian"),
    "gradient: of None": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient(None, x)),
    "gradient: of None inside": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient([None], x)),
    "gradient: of a float": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient(1.0, x)),
    "gradient: by None": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient(y, None)),
    "gradient: by a float": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient(y, 3.0)),
    "gradient: by an array": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient(y, np.ones(1))),
    "gradient: by nothing": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient(y, [])),
    "gradient: of nothing": lambda tf: _taped(tf, lambda tape, x, y: tape.gradient([], x)),
    "gradient: by what is not watched": lambda tf: _taped(
        tf, lambda tape, x, y: tape.gradient(y, tf.constant(3.0))
    ),
    "gradient: unconnected, unknown": lambda tf: _taped(
        tf, lambda tape, x, y: tape.gradient(y, x, unconnected_gradients="bogus")
    ),
    "gradient: a cotangent of another shape": lambda tf: _gradient_of(
        tf, lambda x: x * x, tf.ones([2]), output_gradients=tf.ones([3])
    ),
    "gradient: a cotangent of another dtype": lambda tf: _taped(
        tf, lambda tape, x, y: tape.gradient(y, x, output_gradients=tf.constant(1.0, tf.float64))
    ),
    "gradient: of an op without one": lambda tf: _gradient_of(
        tf, lambda x: tf.image.adjust_contrast(x, 2.0), tf.ones([2, 2, 3])
    ),
    "jacobian: of a list": lambda tf: _taped(tf, lambda tape, x, y: tape.jacobian([y], x)),
    "jacobian: of None": lambda tf: _taped(tf, lambda tape, x, y: tape.jacobian(None, x)),
    "batch_jacobian: of a scalar": lambda tf: _taped(
        tf, lambda tape, x, y: tape.batch_jacobian(y, x)
    ),
    "batch_jacobian: of a vector": lambda tf: _with(
        lambda tf: tf.ones([3]),
        lambda tf, x: _taped(tf, lambda tape, _x, _y: tape.batch_jacobian(x, x)),
    )(tf),
    "batch_jacobian: of other rows": lambda tf: _taped(
        tf, lambda tape, x, y: tape.batch_jacobian(tf.ones([1, 3]), tf.ones([2, 3]))
    ),
    "custom_gradient: too few": lambda tf: _custom(tf, lambda g: []),
    "custom_gradient: too many": lambda tf: _custom(tf, lambda g: [g, g]),
    "custom_gradient: raises": lambda tf: _custom(tf, lambda g: 1 / 0),
    "custom_gradient: no pair": lambda tf: tf.custom_gradient(lambda x: x * x)(tf.constant(1.0)),
    "RegisterGradient: no text": lambda tf: tf.RegisterGradient(3),
    "no_gradient: no text": lambda tf: tf.no_gradient(3),
    "gradients: eager": lambda tf: tf.gradients(tf.constant(1.0), tf.constant(1.0)),
    "ForwardAccumulator: other structures": lambda tf: tf.autodiff.ForwardAccumulator(
        [tf.constant(1.0)], tf.constant(1.0)
    ),
    "ForwardAccumulator: another dtype": lambda tf: tf.autodiff.ForwardAccumulator(
        tf.constant(1.0), tf.constant(1.0, tf.float64)
    ),
    "ForwardAccumulator: one primal twice": lambda tf: (
        lambda x: tf.autodiff.ForwardAccumulator([x, x], [x, x])
    )(tf.constant(1.0)),
    "compute_gradient: no list": lambda tf: tf.test.compute_gradient(
        lambda x: x * x, tf.constant(1.0)
    ),
    "function: another shape": lambda tf: tf.function(
        lambda x: x, input_signature=[tf.TensorSpec([2], tf.float32)]
    )(tf.ones([3])),
    "nest: other structures": lambda tf: tf.nest.map_structure(lambda a, b: a, [1, 2], [1]),
    "nest: other types": lambda tf: tf.nest.map_structure(lambda a, b: a, [1], (1,)),
    "nest: too many leaves": lambda tf: tf.nest.pack_sequence_as([1], [1, 2]),
    "nest: no function": lambda tf: tf.nest.map_structure(3, [1]),
    "Module: a name that is none": lambda tf: tf.Module("a b"),
    "map_fn: another dtype": lambda tf: tf.map_fn(lambda x: x > 0, tf.ones([2])),
    "vectorized_map: other counts": lambda tf: tf.vectorized_map(
        lambda p: p[0] + p[1], (tf.ones([2]), tf.ones([3]))
    ),
    "while_loop: another shape": lambda tf: tf.while_loop(
        lambda i: i < 3, lambda i: (i, i), [tf.constant(0)]
    ),
    "switch_case: no integer": lambda tf: tf.switch_case(1.5, {0: lambda: 1}),
}
