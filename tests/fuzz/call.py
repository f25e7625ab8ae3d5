"""One call to be compared: its inputs and an expression, as texts that either library evaluates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Input:
    """A named tensor, array or list of a call; in the text of the call it stands as its name."""

    name: str
    text: str
    dtype: str
    shape: tuple[int, ...]
    differentiable: bool

    def __repr__(self) -> str:
        return self.name

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)


@dataclass(frozen=True)
class Call:
    """`expression`, evaluated where `inputs` have been bound to their names."""

    function: str
    inputs: tuple[Input, ...]
    expression: str

    @property
    def message(self) -> dict[str, Any]:
        """What is sent to a worker: texts alone, so that neither side needs the other's types."""
        return {
            "inputs": [[i.name, i.text, i.differentiable] for i in self.inputs],
            "expression": self.expression,
        }

    @property
    def sources(self) -> list[str]:
        """The names with respect to which the call is differentiated."""
        return [i.name for i in self.inputs if i.differentiable]

    def program(self, aspect: str = "value") -> str:
        """A program to paste, which shows this aspect of the call."""
        lines = ["import numpy as np", "import tensorflow as tf", "from math import inf, nan", ""]
        lines += [f"{i.name} = {i.text}" for i in self.inputs]
        if aspect == "value" or not self.sources:
            return "\n".join([*lines, f"print({self.expression})"])
        sources = f"[{', '.join(self.sources)}]"
        weights = "tf.zeros_like(t)" if aspect == "zero cotangent" else "g(t)"
        lines += [
            "g = lambda t: ((np.arange(tf.size(t)) * 7 + 3) % 10 / 2 - 2.25).reshape(t.shape)"
            ".astype(t.dtype.as_numpy_dtype)",
            "with tf.GradientTape() as outer, tf.GradientTape() as tape:",
            f"    outer.watch({sources})",
            f"    tape.watch({sources})",
            f"    y = tf.nest.flatten({self.expression})",
            f"    d = tape.gradient(y, {sources}, output_gradients=[{weights} for t in y])",
        ]
        if aspect != "second order":
            return "\n".join([*lines, "print(d)"])
        lines += [
            "d = [t for t in d if t is not None]",
            f"print(outer.gradient(d, {sources}, output_gradients=[g(t) for t in d]))",
        ]
        return "\n".join(lines)
