"""Cases: one call of a public function each, for TensorFlow (the recorder) and for gradtape.

    case("math.exp", normal(3, 4))
    case("reduce_sum", normal(2, 3), axis=1)
    case("gather", normal(5, 2), integers(0, 5, 3), axis=0)
    case("concat", [normal(2, 3), normal(1, 3)], 0)

Draws (`normal(…)`, `positive(…)`, …) become float64 arrays whose numbers depend on the case's own
name and arguments alone; `tests/goldens/record.py` writes what TensorFlow gives for them. Any other
argument is passed as it is. A draw may stand inside a list or tuple, or as a keyword argument.

Options, as keywords with a leading underscore:
    _at         positions (among the draws, in order) to differentiate; default: every float draw
    _tol        relative tolerance against TensorFlow in float64 (default 1e-9)
    _tol32      the same for the value in float32 (default 3e-6)
    _numeric    False: a special point (tie, zero, infinity), compared with TensorFlow alone;
                "algebra": too coarse for differences, checked by identities of the modes
    _second     False: no second-order check, with the reason in a comment
    _forward    False: no forward-mode check, with the reason in a comment
    _jacobian   False: no batched-Jacobian check, with the reason in a comment
    _float32    False: the function takes no float32 (complex numbers, for instance)
    _differs    a sentence: where gradtape is right and TensorFlow is not; gradients are then
                checked numerically and the recorded ones must differ
    _symmetric  True: the function reads one triangle of a symmetric matrix and its gradient is
                symmetric, so it is checked along symmetric directions
    _up_to_sign a sentence: absolute values are compared, and gradients with differences alone
    _id         a suffix that tells apart two cases of equal text
"""

from __future__ import annotations

import importlib
import pkgutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Draw:
    """An array to be drawn."""

    kind: str
    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 1.0
    values: tuple[Any, ...] | None = None
    dtype: str = "float64"

    def array(self, seed: int) -> np.ndarray[Any, Any]:
        """The numbers for this seed."""
        rng = np.random.default_rng(seed)
        if self.kind == "exactly":
            return np.array(self.values[0], self.dtype)  # type: ignore[index]
        if self.kind == "normal":
            return rng.standard_normal(self.shape)
        if self.kind == "complex":
            return rng.standard_normal(self.shape) + 1j * rng.standard_normal(self.shape)
        if self.kind == "uniform":
            return rng.uniform(self.low, self.high, self.shape)
        if self.kind == "integers":
            return rng.integers(int(self.low), int(self.high), self.shape).astype(self.dtype)
        if self.kind == "boolean":
            return rng.integers(0, 2, self.shape).astype(bool)
        if self.kind == "spd":
            a = rng.standard_normal(self.shape)
            return a @ np.swapaxes(a, -1, -2) + self.shape[-1] * np.eye(self.shape[-1])
        if self.kind == "distinct":
            return rng.permutation(np.linspace(-2.0, 2.0, int(np.prod(self.shape)))).reshape(
                self.shape
            )
        raise ValueError(self.kind)

    @property
    def is_float(self) -> bool:
        """Whether it can be differentiated."""
        return self.kind not in ("integers", "boolean") and np.dtype(self.dtype).kind in "fc"

    def __repr__(self) -> str:
        if self.kind == "exactly":
            return str(self.values[0]).replace(" ", "")  # type: ignore[index]
        return f"{self.kind}{list(self.shape)}".replace(" ", "")


def normal(*shape: int) -> Draw:
    """Standard normal numbers."""
    return Draw("normal", shape)


def positive(*shape: int) -> Draw:
    """Numbers in [0.3, 2.5]."""
    return Draw("uniform", shape, 0.3, 2.5)


def unit(*shape: int) -> Draw:
    """Numbers in (-0.95, 0.95)."""
    return Draw("uniform", shape, -0.95, 0.95)


def uniform(low: float, high: float, *shape: int) -> Draw:
    """Numbers in [low, high]."""
    return Draw("uniform", shape, low, high)


def distinct(*shape: int) -> Draw:
    """Well separated numbers in a random order: no ties, no kinks at 0 for even counts."""
    return Draw("distinct", shape)


def complex_(*shape: int) -> Draw:
    """Complex numbers with standard normal parts."""
    return Draw("complex", shape, dtype="complex128")


def spd(*shape: int) -> Draw:
    """Symmetric positive definite matrices."""
    return Draw("spd", shape)


def integers(low: int, high: int, *shape: int, dtype: str = "int32") -> Draw:
    """Integers in [low, high)."""
    return Draw("integers", shape, low, high, dtype=dtype)


def boolean(*shape: int) -> Draw:
    """Truth values."""
    return Draw("boolean", shape, dtype="bool")


def exactly(values: Any, dtype: str = "float64") -> Draw:
    """These numbers."""
    return Draw("exactly", np.shape(values), values=(values,), dtype=dtype)


@dataclass(frozen=True)
class Case:
    """One call: `tf.<function>(*args, **kwargs)`."""

    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A readable name that is also the seed."""
        parts = [_text(a) for a in self.args] + [f"{k}={_text(v)}" for k, v in self.kwargs.items()]
        suffix = self.options.get("id", "")
        return f"{self.function}({','.join(parts)}){suffix}"

    def option(self, name: str, default: Any) -> Any:
        """An option's value."""
        return self.options.get(name, default)

    def draws(self) -> list[tuple[Draw, np.ndarray[Any, Any]]]:
        """The draws of this case with their arrays, in the order of the arguments."""
        seed = zlib.crc32(self.id.encode())
        return [
            (d, d.array(seed + k)) for k, d in enumerate(_walk([*self.args, *self.kwargs.values()]))
        ]

    def sources(self) -> list[int]:
        """Which draws are differentiated."""
        draws = [d for d, _ in self.draws()]
        default = tuple(k for k, d in enumerate(draws) if d.is_float)
        return list(self.option("at", default))

    def call(self, tf: Any, tensors: list[Any]) -> Any:
        """The function on `tensors`, which stand where the draws stood."""
        function: Any = tf
        for part in self.function.split("."):
            function = getattr(function, part)
        supply = iter(tensors)
        args = [_fill(a, supply) for a in self.args]
        kwargs = {k: _fill(_resolve(tf, v), supply) for k, v in self.kwargs.items()}
        return function(*args, **kwargs)


@dataclass(frozen=True)
class DTypeName:
    """`tf.<name>`, looked up in whichever library runs the case."""

    name: str

    def __repr__(self) -> str:
        return self.name


def dtype(name: str) -> DTypeName:
    """The dtype of this name, for keyword arguments."""
    return DTypeName(name)


def _resolve(tf: Any, value: Any) -> Any:
    return getattr(tf, value.name) if isinstance(value, DTypeName) else value


def _walk(value: Any) -> Iterator[Draw]:
    if isinstance(value, Draw):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _walk(item)


def _fill(value: Any, supply: Iterator[Any]) -> Any:
    if isinstance(value, Draw):
        return next(supply)
    if isinstance(value, (list, tuple)):
        return type(value)(_fill(item, supply) for item in value)
    return value


def _text(value: Any) -> str:
    return str(value).replace(" ", "") if not isinstance(value, str) else repr(value)


def case(function: str, *args: Any, **kwargs: Any) -> Case:
    """A case; keywords that begin with `_` are options."""
    options = {k[1:]: kwargs.pop(k) for k in list(kwargs) if k.startswith("_")}
    return Case(function, args, kwargs, options)


def families() -> dict[str, list[Case]]:
    """Family → its cases, from every module of this package."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found[info.name] = list(module.CASES)
        ids = [c.id for c in found[info.name]]
        twice = {i for i in ids if ids.count(i) > 1}
        if twice:
            raise ValueError(
                f"two cases of {info.name} have one id; give one an _id: {sorted(twice)}"
            )
    return found
