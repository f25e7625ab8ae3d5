"""Records values and derivatives at singular points, from TensorFlow, JAX and PyTorch.

    python tests/goldens/record_singular.py        (TensorFlow's environment: make goldens)

It runs itself once more in JAX's and in PyTorch's environment. `singular.json` holds, for each
library and function, one entry per point: see `Answer`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from singular_functions import FUNCTIONS

HERE = Path(__file__).resolve().parent
WHERE = HERE / "singular.json"


class Answer(NamedTuple):
    """What a library says of f at a point; each a list with one entry per input but `value`.

    With f′(x; g) the pullback of the cotangent g (all its elements are g): `zero` is of g = 0;
    `tangent` the derivative of f along 0; `second` the gradient of Σ f′(x; 1); `masked` that of
    Σ f′(x; 0), as it is met behind tf.where.
    """

    value: Any
    gradient: Any
    zero: Any
    tangent: Any
    second: Any
    masked: Any


def _plain(x: Any) -> Any:
    return None if x is None else np.asarray(x, np.float32).tolist()


def of_tensorflow(source: str, points: list[Any]) -> list[Any]:
    """TensorFlow's answers."""
    import tensorflow as tf

    f = eval(source, {"tf": tf})
    return [answer_or_error(partial(of_tapes, tf, f, point)) for point in points]


def answer_or_error(ask: Callable[[], Answer]) -> Any:
    """The answer, or the name of the exception."""
    try:
        return ask()
    except Exception as error:
        return type(error).__name__


def of_tapes(tf: Any, f: Callable[..., Any], point: tuple[Any, ...]) -> Answer:
    """The answer of a library with TensorFlow's interface."""
    xs = [tf.constant(x, tf.float32) for x in point]

    def pulled(scale: float) -> tuple[Any, Any, Any]:
        with tf.GradientTape() as outer:
            outer.watch(xs)
            with tf.GradientTape() as inner:
                inner.watch(xs)
                y = f(*xs)
            g = inner.gradient(y, xs, output_gradients=tf.ones_like(y) * scale)
            total = [tf.reduce_sum(each) for each in g if each is not None]
        try:
            second = outer.gradient(total, xs)
        except LookupError:
            second = [None] * len(xs)
        return y, g, [_plain(s) for s in second]

    y, gradient, second = pulled(1.0)
    _, zero, masked = pulled(0.0)
    try:
        with tf.autodiff.ForwardAccumulator(xs, [tf.zeros_like(x) for x in xs]) as accumulator:
            tangent = accumulator.jvp(f(*xs))
    except LookupError:  # of the gradient's own gradient, which TensorFlow pushes tangents by
        tangent = None
    return Answer(
        _plain(y), list(map(_plain, gradient)), list(map(_plain, zero)), _plain(tangent), second,
        masked,
    )  # fmt: skip


def of_jax(source: str, points: list[Any]) -> list[Any]:
    """JAX's answers."""
    import jax
    import jax.numpy as jnp
    import jax.scipy as jsp

    f = eval(source, {"jax": jax, "jnp": jnp, "jsp": jsp, "nn": jax.nn})

    def pulled(scale: float, *xs: Any) -> Any:
        y, pull = jax.vjp(f, *xs)
        return pull(jnp.ones_like(y) * scale)

    def answer(point: tuple[Any, ...]) -> Answer:
        xs = tuple(jnp.asarray(x, jnp.float32) for x in point)
        every = tuple(range(len(xs)))
        second, masked = (
            jax.grad(
                lambda *at, scale=scale: sum(jnp.sum(g) for g in pulled(scale, *at)), argnums=every
            )(*xs)
            for scale in (1.0, 0.0)
        )
        tangent = jax.jvp(f, xs, tuple(jnp.zeros_like(x) for x in xs))[1]
        gradient, zero = (list(map(_plain, pulled(scale, *xs))) for scale in (1.0, 0.0))
        return Answer(
            _plain(f(*xs)), gradient, zero, _plain(tangent), list(map(_plain, second)),
            list(map(_plain, masked)),
        )  # fmt: skip

    if any(isinstance(x, list) for point in points for x in point):
        return [answer_or_error(partial(answer, point)) for point in points]
    # a function of scalars takes all points at once, which JAX compiles but once
    whole = answer(tuple(zip(*points, strict=True)))
    each = (
        ([parts[k] for parts in part] if isinstance(part[0], list) else part[k] for part in whole)
        for k in range(len(points))
    )
    return [Answer(*parts) for parts in each]


def of_torch(source: str, points: list[Any]) -> list[Any]:
    """PyTorch's answers (without forward mode, which few of its functions have)."""
    import torch

    f = eval(source, {"torch": torch, "F": torch.nn.functional})

    def plain(x: Any) -> Any:
        return None if x is None else _plain(x.detach().numpy(force=True))

    def answer(point: tuple[Any, ...]) -> Answer:
        xs = [torch.tensor(x, dtype=torch.float32, requires_grad=True) for x in point]

        def pulled(scale: float) -> tuple[Any, Any, Any]:
            y = f(*xs)
            g = torch.autograd.grad(
                y, xs, torch.full_like(y, scale), create_graph=True, allow_unused=True
            )
            parts = [each.sum() for each in g if each is not None and each.requires_grad]
            second: Any = [None] * len(xs)
            if parts:
                second = torch.autograd.grad(sum(parts), xs, allow_unused=True)
            return y, g, [plain(s) for s in second]

        y, gradient, second = pulled(1.0)
        _, zero, masked = pulled(0.0)
        return Answer(
            plain(y), list(map(plain, gradient)), list(map(plain, zero)), None, second, masked
        )

    return [answer_or_error(partial(answer, point)) for point in points]


LIBRARIES = {"tensorflow": of_tensorflow, "jax": of_jax, "torch": of_torch}


def answers(library: str) -> dict[str, list[Answer]]:
    """All answers of one library, by TensorFlow's name of the function."""
    found = {}
    for function in FUNCTIONS:
        if source := getattr(function, library):
            found[function.tensorflow] = LIBRARIES[library](source, function.asked())
    return found


def _lines(answers: dict[str, Any]) -> str:
    """One line for each function."""
    return (
        "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in answers.items()) + "\n}"
    )


def main() -> None:
    """Write the file; with a library's name, print its answers."""
    if len(sys.argv) > 1:
        print(json.dumps(answers(sys.argv[1])))
        return
    sys.path.insert(0, str(HERE.parent / "benchmarks"))
    import peers

    found = {"tensorflow": answers("tensorflow")}
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    for library in ("jax", "torch"):
        command = [str(peers.python_of(library)), __file__, library]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        found[library] = json.loads(done.stdout)
    libraries = (f"{json.dumps(name)}: {_lines(each)}" for name, each in found.items())
    WHERE.write_text("{\n" + ",\n".join(libraries) + "\n}\n", encoding="utf-8")
    print({library: sum(map(len, each.values())) for library, each in found.items()})


if __name__ == "__main__":
    main()
