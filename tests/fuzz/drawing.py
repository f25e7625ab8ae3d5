"""Drawing the arguments of a call: tensors of every dtype and shape, axes, sizes, options.

A template (see `templates/`) is a function of a `Drawing`; what it draws first and smallest is what
hypothesis shrinks to. Beside what fits, a little of everything is drawn that does not: an axis out
of range, an operand of another dtype, a shape that is not broadcast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.fuzz.call import Call, Input

FLOATS = ("float32", "float64", "float16")
COMPLEX = ("complex64", "complex128")
SIGNED = ("int32", "int64", "int8", "int16")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
INTEGERS = (*SIGNED, *UNSIGNED)
NUMBERS = (*FLOATS, *COMPLEX, *INTEGERS)
ALL = (*NUMBERS, "bool", "string")

#: A tensor has at most so many different elements: each costs a choice.
DISTINCT = 5

_PLAIN = [k / 8 for k in (8, 16, 4, -8, 12, -4, 20, -12, 6, 28, -20, 3, -30, 11, 37, -1)]
_SINGULAR = [0.0, 1.0, -1.0, 2.0, 0.5, -0.0, -2.0, 3.0, -3.0, 6.0, -0.5, 1e-7, 100.0, -100.0]
_WILD = [*_SINGULAR, float("inf"), -float("inf"), float("nan"), 1e30, -1e30, 1e-20]
_WORDS = [b"a", b"", b"1.5", b"-3", b"\xc3\xa9b", b"Hello World", b"nan", b"0x1F", b" 7 "]


class Text(str):
    """A text that stands in a program as it is."""

    def __repr__(self) -> str:
        return str(self)


class Absent:
    """An argument that is left out."""


ABSENT = Absent()


class Drawing:
    """Draws the parts of one call of `function`, and gathers its inputs."""

    def __init__(self, draw: Callable[[Any], Any], function: str) -> None:
        self._draw = draw
        self.function = function
        self.inputs: list[Input] = []

    # ---------------------------------------------------------------- choices

    def one_of(self, choices: Sequence[Any]) -> Any:
        """One of these, the first when shrunk."""
        return self._draw(st.sampled_from(choices))

    def integer(self, low: int, high: int) -> int:
        """low ≤ n ≤ high, the one nearest to zero when shrunk."""
        return int(self._draw(st.integers(low, high)))

    def chance(self, percent: int) -> bool:
        """True about so often; False when shrunk."""
        return self.integer(0, 99) >= 100 - percent

    def flag(self) -> bool:
        """A truth value."""
        return bool(self._draw(st.booleans()))

    def maybe(self, what: Callable[..., Any], *args: Any, percent: int = 50) -> Any:
        """What the function draws, or that the argument is left out."""
        return what(*args) if self.chance(percent) else ABSENT

    def dtype_of(self, *groups: Sequence[str]) -> str:
        """A dtype: mostly of the first group, float32 and float64 before others."""
        group = groups[0] if len(groups) == 1 or self.chance(75) else self.one_of(groups[1:])
        if group[0] == "float32" and not self.chance(50):
            return "float64" if self.chance(30) else "float32"
        return str(self.one_of(group))

    def dtype(self, *names: str) -> Text:
        """A dtype as an argument."""
        return Text(f"tf.{self.one_of(names or NUMBERS)}")

    def permutation(self, count: int) -> list[int]:
        """0 … count − 1 in any order."""
        return list(self._draw(st.permutations(range(count))))

    # ---------------------------------------------------------------- shapes

    def shape(self, low: int = 0, high: int = 3, largest: int = 3) -> tuple[int, ...]:
        """A shape of low to high axes; about one axis in twelve is empty."""
        rank = self.integer(low, high)
        return tuple(0 if self.chance(8) else self.integer(1, largest) for _ in range(rank))

    def other_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """A shape that is broadcast with this one, mostly."""
        if not self.chance(50):
            return shape
        if self.chance(15):
            return self.shape()
        kept = shape[self.integer(0, len(shape)) :]
        return tuple(1 if self.chance(30) else n for n in kept)

    def axis(self, rank: int) -> int:
        """An axis, sometimes out of range."""
        if self.chance(5):
            return int(self.one_of([rank, -rank - 1, rank + 3]))
        return self.integer(-rank, max(rank - 1, 0)) if rank else self.integer(-1, 0)

    def axes(self, rank: int) -> Any:
        """An axis, several, none or all."""
        kind = self.integer(0, 7)
        if kind <= 3:
            return self.axis(rank)
        if kind == 4:
            return None
        several = [self.axis(rank) for _ in range(self.integer(0, min(rank, 3)))]
        if kind == 5:
            several = sorted({a % rank if rank else a for a in several})
        return several if kind != 7 else Text(f"tf.constant({several}, tf.int32)")

    # ---------------------------------------------------------------- tensors

    def number(self, dtype: str, values: Sequence[Any] | None = None, wild: int = 1) -> Any:
        """One element of this dtype; `wild`: 0 plain, 1 singular points, 2 the rest too."""
        if dtype == "bool":
            return self.flag()
        if dtype == "string":
            return self.one_of(_WORDS)
        if values is not None:
            return self.one_of(values)
        if dtype in FLOATS:
            x = self.one_of((_PLAIN, _SINGULAR, _WILD)[wild])
            return float(np.float16(x)) if dtype == "float16" and abs(x) < 6e4 else x
        if dtype in COMPLEX:
            return complex(self.number("float32", None, wild), self.number("float32", None, wild))
        limits = np.iinfo(dtype)
        low = max(-4, limits.min)
        if wild == 2:
            extremes = [0, 1, limits.max, limits.min, limits.max // 2, limits.max // 3 * 2, 100]
            return int(self.one_of(extremes))
        return self.integer(low, 6)

    def tensor(
        self,
        dtype: str,
        shape: Sequence[int],
        values: Sequence[Any] | None = None,
        wild: int | None = None,
        plain: bool = False,
        differentiable: bool = True,
    ) -> Input:
        """A tensor; rarely, unless `plain`, an array, a list or a variable instead."""
        shape = tuple(shape)
        if wild is None:
            wild = 0 if not self.chance(45) else 1 if not self.chance(40) else 2
        size = int(np.prod(shape, dtype=int))
        drawn = [self.number(dtype, values, wild) for _ in range(min(size, DISTINCT))]
        numbers = [drawn[k % DISTINCT] for k in range(size)]
        form = "tensor"
        if not plain and self.chance(9):
            form = self.one_of(["array", "list", "variable"])
        return self._entered(form, dtype, shape, numbers, differentiable)

    def like(self, other: Input, shape: Sequence[int] | None = None, **how: Any) -> Input:
        """A tensor of the same dtype, mostly, and of this or the same shape."""
        dtype = other.dtype
        if self.chance(5):
            dtype = self.one_of(ALL)
        return self.tensor(dtype, other.shape if shape is None else shape, **how)

    def indices(self, count: int, shape: Sequence[int], dtype: str | None = None) -> Input:
        """Indices into `count` places; rarely out of range."""
        low, high = 0, max(count - 1, 0)
        if self.chance(6):
            low, high = -1, count
        if dtype is None:
            dtype = self.one_of(["int32", "int64"]) if not self.chance(4) else self.one_of(ALL)
        return self.tensor(dtype, shape, values=list(range(low, high + 1)), plain=True)

    def _entered(
        self, form: str, dtype: str, shape: tuple[int, ...], numbers: list[Any], source: bool
    ) -> Input:
        items = _items(numbers, shape, dtype)
        if 0 in shape:
            items = f"np.zeros({list(shape)}, {_numpy(dtype)})"
        if form == "list" and 0 not in shape:
            text = items
        elif form == "array":
            text = f"np.array({items}, {_numpy(dtype)})"
        else:
            # TensorFlow keeps scalars that it has made and takes 0.0 for -0.0 then; no arrays.
            text = f"tf.constant({items}, tf.{dtype})"
            if not shape and numbers[0] == 0 and dtype in (*FLOATS, *COMPLEX):
                text = f"tf.constant(np.array({items}, {_numpy(dtype)}))"
            if form == "variable":
                text = f"tf.Variable({text})"
        source = source and dtype in (*FLOATS, *COMPLEX) and text.startswith("tf.")
        entered = Input(f"x{len(self.inputs)}", text, dtype, shape, source)
        self.inputs.append(entered)
        return entered

    # ---------------------------------------------------------------- calls

    def call(self, *args: Any, **kwargs: Any) -> Call:
        """The call of the function with these arguments; those that are `ABSENT` are left out."""
        shown = [repr(a) for a in args if a is not ABSENT]
        shown += [f"{k}={v!r}" for k, v in kwargs.items() if v is not ABSENT]
        return self.expression(f"tf.{self.function}({', '.join(shown)})")

    def expression(self, text: str) -> Call:
        """Any expression of the inputs."""
        return Call(self.function, tuple(self.inputs), text)


def _numpy(dtype: str) -> str:
    return {"string": "object", "bool": "bool"}.get(dtype, f"np.{dtype}")


def _items(numbers: list[Any], shape: tuple[int, ...], dtype: str) -> str:
    """The elements as nested lists."""
    if not shape:
        return _item(numbers[0], dtype) if numbers else ""
    row = len(numbers) // shape[0] if shape[0] else 0
    parts = (numbers[k * row : (k + 1) * row] for k in range(shape[0]))
    return "[" + ", ".join(_items(part, shape[1:], dtype) for part in parts) + "]"


def _item(x: Any, dtype: str) -> str:
    if dtype in FLOATS and isinstance(x, (int, float)):
        return repr(float(x))
    if dtype in COMPLEX and isinstance(x, complex):
        return f"complex({x.real!r}, {x.imag!r})"
    return repr(x)
