"""The functions of `broad.py` in gradtape, TensorFlow, PyTorch, or NumPy with SciPy.

The worker's first word says which. A work is a function's name; "name, gradient" is its forward and
backward pass together.
"""

import importlib
import sys
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from broad import OPERANDS, WORKS, Work
from problems import Array, Step

LIBRARY = sys.argv[1]


@cache
def words() -> dict[str, Any]:
    """What the expressions of the table are made of."""
    if LIBRARY == "scipy":
        scipy = ("linalg", "special")
        modules = {name: importlib.import_module(f"scipy.{name}") for name in scipy}
        return {"np": np, "generator": np.random.Generator(np.random.SFC64(1)), **modules}
    if LIBRARY == "torch":
        torch = importlib.import_module("torch")
        sizes = {"input_size": 64, "hidden_size": 64, "batch_first": True}
        return {
            "torch": torch,
            "F": torch.nn.functional,
            "torch_lstm": torch.nn.LSTM(**sizes),
            "torch_gru": torch.nn.GRU(**sizes),
            "torch_rnn": torch.nn.RNN(**sizes),
        }
    tf = importlib.import_module(LIBRARY)
    layers = tf.keras.layers
    return {"tf": tf, "lstm": layers.LSTM(64), "gru": layers.GRU(64), "rnn": layers.SimpleRNN(64)}


@cache
def operand(name: str) -> Any:
    made = OPERANDS[name]()
    if LIBRARY == "scipy":
        return made
    return words()["torch"].from_numpy(made) if LIBRARY == "torch" else words()["tf"].constant(made)


def function(work: Work) -> tuple[Callable[..., Any], list[Any]]:
    """The library's expression as a function, and its operands."""
    said = work.says(LIBRARY)
    if not said:
        raise NotImplementedError("it has no such function")
    made: Callable[..., Any] = eval(f"lambda {', '.join(work.operands)}: {said}", words())
    return made, [operand(name) for name in work.operands]


def value(work: Work) -> Step:
    compute, operands = function(work)
    if LIBRARY != "torch":
        return partial(compute, *operands)
    no_grad = words()["torch"].no_grad

    def step() -> Any:
        with no_grad():
            return compute(*operands)

    return step


def gradient(work: Work) -> Step:
    compute, operands = function(work)
    kinds = [OPERANDS[name]().dtype.kind for name in work.operands]
    if LIBRARY == "torch":
        grad, ones = words()["torch"].autograd.grad, words()["torch"].ones_like
        operands = [
            x.clone().requires_grad_() if kind in "fc" else x
            for x, kind in zip(operands, kinds, strict=True)
        ]
        sources = [x for x, kind in zip(operands, kinds, strict=True) if kind in "fc"]

        def torch_step() -> Any:
            y = compute(*operands)
            return grad(y, sources, ones(y), allow_unused=True)[-1]

        return torch_step
    tf = words()["tf"]
    sources = [x for x, kind in zip(operands, kinds, strict=True) if kind in "fc"]

    def step() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(sources)
            y = compute(*operands)
        return tf.convert_to_tensor(tape.gradient(y, sources)[-1])

    return step


def array(result: Any) -> Array:
    """The result's numbers; a complex one counts by its magnitude."""
    if LIBRARY != "scipy":
        result = (result.detach() if LIBRARY == "torch" else result).numpy()
    return np.asarray(np.abs(result) if np.iscomplexobj(result) else result, np.float64)


works: dict[str, Callable[[], Step]] = {name: partial(value, w) for name, w in WORKS.items()}
if LIBRARY != "scipy":
    works |= {f"{n}, gradient": partial(gradient, w) for n, w in WORKS.items() if w.differentiable}
