"""What the program calls its values: the variables, lists and dictionaries that hold them.

A variable that was made without a name is called `Variable:0` by the engine, and `W1` by whoever
wrote `W1 = tf.Variable(...)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FrameType, ModuleType
from typing import Any

import gradtape
from gradtape.observers import as_array
from playground.failure import FILE

DEEPEST = 4  # steps into lists, dictionaries and objects
MOST = 4000  # values that are looked at


class Names:
    """Names of the values that a frame of the program, and those it was called from, can reach."""

    def __init__(self, frame: FrameType | None) -> None:
        self._variables: dict[int, str] = {}
        self._arrays: dict[int, str] = {}
        self._kept: list[Any] = []  # an id names an object only while that lives
        self._left = MOST
        while frame is not None:
            if frame.f_code.co_filename == FILE:
                self._look(dict(frame.f_locals))
                self._look(frame.f_globals)
            frame = frame.f_back

    def of(self, value: Any) -> str | None:
        """What the program calls a tensor or a variable."""
        if isinstance(value, gradtape.Variable):
            return self._variables.get(id(value))
        return self.of_array(as_array(value))

    def of_array(self, array: Any) -> str | None:
        """What the program calls the tensor that holds this array."""
        return self._arrays.get(id(array))

    def variables(self) -> Iterator[tuple[Any, str]]:
        """The variables that have a name."""
        for value in self._kept:
            if isinstance(value, gradtape.Variable):
                yield value, self._variables[id(value)]

    def _look(self, names: Mapping[str, Any]) -> None:
        todo = [
            (name, value)
            for name, value in list(names.items())
            if not name.startswith("_") and not isinstance(value, ModuleType)
        ]
        for depth in range(DEEPEST):
            deeper = []
            for name, value in todo:
                if self._left <= 0:
                    return
                self._left -= 1
                if not self._known(name, value) and depth + 1 < DEEPEST:
                    deeper += list(_members(name, value))
            todo = deeper

    def _known(self, name: str, value: Any) -> bool:
        """Keep the name of a variable or a tensor; whether it is one."""
        if isinstance(value, gradtape.Variable):
            if id(value) not in self._variables:
                self._variables[id(value)] = name
                self._kept.append(value)
            return True
        if isinstance(value, gradtape.Tensor):
            array = as_array(value)
            if array is not None and id(array) not in self._arrays:
                self._arrays[id(array)] = name
                self._kept.append(array)
            return True
        plain = isinstance(value, (str, bytes, int, float, type))
        return plain or (callable(value) and not hasattr(value, "trainable_variables"))


def _members(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a list, a dictionary or an object holds, each with the expression that reads it."""
    if isinstance(value, Mapping):
        for key, item in list(value.items())[:500]:
            yield f"{name}[{key!r}]", item
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value[:500]):
            yield f"{name}[{i}]", item
    else:
        held = getattr(value, "__dict__", None)
        for key, item in list(held.items())[:200] if isinstance(held, dict) else ():
            if not key.startswith("_"):
                yield f"{name}.{key}", item
