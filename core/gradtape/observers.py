"""Watching the engine from outside: what programs record, ask and get, while they do it.

    from gradtape import observers

For tools that show what a program does: the playground, and the recorder of snippets. An observer
is told of events (see `Observer`), and reads what it was given by the functions here; it needs no
name of the engine that begins with an underscore, and no order of anything. What is written in this
file is kept by every engine that is published: within one `OBSERVER_VERSION` things are added only.

>>> import gradtape as tf
>>> from gradtape import observers
>>> class Printing(observers.Observer):
...     def answered(self, question, value):
...         print(question.method, value.numpy())
>>> stop = observers.observe(Printing())
>>> x = tf.Variable(3.0)
>>> with tf.GradientTape() as tape:
...     y = x * x
>>> dy_dx = tape.gradient(y, x)
gradient 6.0
>>> stop()
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.explain.inquiry import explain
from gradtape.autodiff.observation import (
    OBSERVATION,
    Computed,
    Follower,
    Observer,
    Question,
    Step,
    Value,
)
from gradtape.dispatch.batching import Batched
from gradtape.primitives.registry import REGISTRY
from gradtape.runtime.call_sites import CallSite, resolve
from gradtape.runtime.recorders import recorders
from gradtape.snippet.labels import argument, call_in, simple_name, source_names
from gradtape.tensors.indexed_slices import IndexedSlices, dense
from gradtape.tensors.tensor import EagerTensor
from gradtape.tensors.variable import Variable

__all__ = [
    "OBSERVER_VERSION",
    "Computed",
    "Follower",
    "Observer",
    "Question",
    "Step",
    "Value",
    "as_array",
    "derivative_of",
    "explanation",
    "id_of",
    "ids_of",
    "line_of",
    "names_of",
    "observe",
    "unrecorded",
]

#: a documentation's sentence on the derivative, up to a full stop that ends it
_DERIVATIVE = re.compile(r"Derivative: (.+?)(?:\.\s|\.?$|\n\n)", re.DOTALL)

#: raised when something here changes its meaning or goes; additions leave it
OBSERVER_VERSION = 1


def observe(observer: Observer) -> Callable[[], None]:
    """Tell `observer` of what happens from now on; the result, called, ends that."""
    OBSERVATION.add(observer)
    return lambda: OBSERVATION.remove(observer)


def unrecorded() -> AbstractContextManager[None]:
    """A block in which no tape and no accumulator of this thread records."""
    return recorders(())


def as_array(value: Any) -> np.ndarray[Any, Any] | None:
    """A value or a cotangent as NumPy's array, rows of a gather made dense.

    None where it is a batch of values, or lies on a device and cannot be read now.
    """
    if isinstance(value, IndexedSlices):
        with unrecorded():
            value = dense(value)
    if isinstance(value, (EagerTensor, Variable)):
        value = _tensor(value)._value
    if isinstance(value, (np.ndarray, np.generic, bool, int, float, complex)):
        return np.asarray(value)
    read = getattr(value, "to_numpy", None)
    if read is None or isinstance(value, Batched):
        return None
    try:
        return np.asarray(read())
    except RuntimeError:
        return None


def derivative_of(op_type: str) -> str | None:
    """The derivative of an op in mathematics, as its documentation has it; None where it has none.

    >>> derivative_of("Sin")
    'cos x'
    """
    op = REGISTRY.get(op_type)
    found = None if op is None or op.doc is None else _DERIVATIVE.search(op.doc)
    return None if found is None else " ".join(found[1].split())


def id_of(value: Any) -> int:
    """The number that a tensor, or the present value of a variable, has in steps and graphs."""
    number: int = _tensor(value)._id
    return number


def ids_of(tape: Any, source: Any) -> tuple[int, ...]:
    """The numbers under which a tape knows a source: a variable has one for each value it had."""
    ids: tuple[int, ...] = tape._ids(source)
    return ids


def _tensor(value: Any) -> Any:
    return value._tensor if isinstance(value, Variable) else value


def explanation(question: Question, source: Any, names: tuple[str, str]) -> dict[str, Any]:
    """Why the question has the answer that it has for `source`: see `tape.explain`, as data.

    `names` are what the texts call target and source.
    """
    tape: Any = question.asked
    told: dict[str, Any] = explain(tape, question.target, source, names, question.frame).to_dict()
    return told


def line_of(question: Question) -> dict[str, str | int] | None:
    """The line of the program that asks, as data: `file`, `lineno` and `source`."""
    frame = question.frame
    place: CallSite | None = None if frame is None else (frame.f_code, frame.f_lasti)
    line = resolve(place)
    return None if line is None else line.to_dict()


def names_of(question: Question) -> tuple[str, list[str]]:
    """What the program calls the target and each of the sources, in their flat order.

    A variable without a name in the call goes by its own.
    """
    sources = question.sources
    flat = nest.flatten(sources)
    call = None if question.frame is None else call_in(question.frame)
    single = len(flat) == 1 and flat[0] is sources
    paths: list[tuple[object, ...]] = [()] if single else [(i,) for i in range(len(flat))]
    if not single and not isinstance(sources, (list, tuple)):
        paths = []  # a dictionary: its order is not that of the call
    keyword = "source" if question.method == "batch_jacobian" else "sources"
    written = source_names(argument(call, 1, keyword), paths)
    written += [None] * (len(flat) - len(written))
    names = [
        name or _own_name(source) or f"source {i}"
        for i, (name, source) in enumerate(zip(written, flat, strict=True))
    ]
    target = simple_name(argument(call, 0, "target"))
    return target or _own_name(question.target) or "target", names


def _own_name(thing: Any) -> str | None:
    name = getattr(thing, "name", None)
    return name if isinstance(name, str) and name else None
