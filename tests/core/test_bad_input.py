"""Every public function, given what it cannot take, says so in an exception of its kind."""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Callable
from typing import Any

import pytest

import gradtape as tf
from gradtape.names.exports import EXPORTS

#: What TensorFlow raises for arguments that it cannot take.
KINDS = (ValueError, TypeError, tf.errors.OpError, NotImplementedError, RuntimeError, LookupError)
#: What would be a fault of this library, though some are kinds of LookupError and RuntimeError.
FAULTS = (IndexError, KeyError, RecursionError)
BAD = {
    "text": "a",
    "ragged": [[1.0], [2.0, 3.0]],
    "None": None,
    "object": object(),
    "mixed": [1.0, None],
}
#: They print, log or open a scope, whatever they are given.
WITHOUT_VALUES = {"print", "device", "name_scope", "get_logger", "control_dependencies"}


def functions() -> dict[str, Callable[..., Any]]:
    found = {name: getattr(tf, name) for name in EXPORTS if name not in WITHOUT_VALUES}
    for namespace in ("math", "nn", "linalg"):
        module = importlib.import_module(f"gradtape.{namespace}")
        found |= {f"{namespace}.{name}": getattr(module, name) for name in dir(module)}
    return {name: f for name, f in found.items() if inspect.isfunction(f) and "._" not in name}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", sorted(functions()))
def test_refuses_in_words(name: str) -> None:
    function = functions()[name]
    required = [
        p
        for p in inspect.signature(function).parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    for kind, value in BAD.items():
        try:
            function(*[value] * len(required))
        except KINDS as error:
            assert not isinstance(error, FAULTS), (kind, error)
            assert str(error), kind
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    assert tape.gradient(y, x).numpy() == 6


def nested(depth: int) -> list[Any]:
    value: list[Any] = [1.0]
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("take", [tf.constant, tf.convert_to_tensor, tf.Variable, tf.reduce_sum])
def test_ten_thousand_nested_lists(take: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match="nested more than"):
        take(nested(10_000))


def test_a_list_that_holds_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested more than"):
        tf.convert_to_tensor(endless)


def test_a_variable_assigned_another_shape_is_unchanged() -> None:
    v = tf.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="Shape mismatch"):
        v.assign([1.0, 2.0, 3.0])
    assert v.numpy().tolist() == [1, 2]


def test_a_tape_left_by_an_exception_still_answers() -> None:
    x = tf.constant(3.0)
    with pytest.raises(ZeroDivisionError), tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        raise ZeroDivisionError
    assert tape.gradient(y, x).numpy() == 6


def test_two_threads_with_their_own_tapes() -> None:
    found: dict[float, float] = {}

    def work(value: float) -> None:
        x = tf.constant(value)
        for _ in range(200):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * x * x
            found[value] = float(tape.gradient(y, x))

    threads = [threading.Thread(target=work, args=(value,)) for value in (1.0, 2.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1.0: 3.0, 2.0: 12.0}
