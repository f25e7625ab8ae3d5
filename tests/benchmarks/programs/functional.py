"""The measured works in autograd and in JAX (without `jit`): one text, gradients of functions.

The worker's first word says which of the two is at work.
"""

import importlib
import sys
from collections.abc import Callable
from typing import Any

import problems
from problems import Array, Step

library = importlib.import_module(sys.argv[1])
np = importlib.import_module(f"{sys.argv[1]}.numpy")
IS_JAX = sys.argv[1] == "jax"


def done(result: Any) -> Any:
    """JAX returns before the work is done; its clock stops when it is."""
    return library.block_until_ready(result) if IS_JAX else result


def _as_it_is(function: Any) -> Any:
    return function


def square() -> Step:
    gradient = library.grad(lambda x: x**2)
    return lambda: done(gradient(problems.SCALAR))


def chain(compiled: Callable[[Any], Any] = _as_it_is) -> Step:
    x = np.array(problems.chain())

    def total(y: Any) -> Any:
        for _ in range(problems.CHAIN_ROUNDS):
            y = np.sin(np.tanh(y) * 1.5 + 0.1)
        return np.sum(y)

    gradient = compiled(library.grad(total))
    return lambda: done(gradient(x))


def chain_traced() -> Step:
    return chain(library.jit)


def _wide(x: Any) -> Any:
    return np.sum(1.0 / (1.0 + np.exp(-(np.tanh(x) * 2.0 + 1.0))))


def wide_traced() -> Step:
    x, total = np.array(problems.wide()), library.jit(_wide)
    return lambda: done(total(x))


def wide_gradient_traced() -> Step:
    x, gradient = np.array(problems.wide()), library.jit(library.grad(_wide))
    return lambda: done(gradient(x))


def perceptron_traced() -> Step:
    return perceptron(library.jit)


def perceptron(compiled: Callable[[Any], Any] = _as_it_is) -> Step:
    weights, images, labels = problems.perceptron()
    weights = [np.array(w) for w in weights]
    images, rows = np.array(images), np.arange(len(labels))

    def loss(weights: Any) -> Any:
        w1, b1, w2, b2 = weights
        logits = np.dot(np.maximum(np.dot(images, w1) + b1, 0.0), w2) + b2
        shifted = logits - np.max(logits, axis=1, keepdims=True)
        chosen = shifted[rows, labels]
        return np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - chosen)

    value_and_gradient = library.value_and_grad(loss)

    def stepped(weights: Any) -> Any:
        value, gradients = value_and_gradient(weights)
        pairs = zip(weights, gradients, strict=True)
        return value, [w - problems.LEARNING_RATE * g for w, g in pairs]

    stepped = compiled(stepped)

    def step() -> Any:
        nonlocal weights
        value, weights = stepped(weights)
        done(weights)
        return value

    return step


def batch_jacobian() -> Step:
    x, w = (np.array(array) for array in problems.layer())

    def layer(x: Any) -> Any:
        return np.tanh(np.dot(x, w))

    if IS_JAX:
        rows = library.vmap(library.jacrev(layer))
        return lambda: done(rows(x))
    # autograd has no batching; its Jacobian of one row at a time is the shortest way.
    row = library.jacobian(layer)
    return lambda: np.stack([row(each) for each in x])


def hessian() -> Step:
    x, weights = problems.small_net()
    x, w1, b1, w2, b2 = (np.array(array) for array in (x, *weights))

    def loss(w: Any) -> Any:
        hidden = np.maximum(np.dot(x, w) + b1, 0.0)
        return np.mean(np.maximum(np.dot(hidden, w2) + b2, 0.0) ** 2)

    second = library.hessian(loss)
    return lambda: done(second(w1))


def deep() -> Callable[[int], Any]:
    x, w = (np.array(array) for array in problems.deep())

    def forward(layers: int) -> Any:
        def output(w: Any) -> Any:
            y = x
            for _ in range(layers):
                y = np.maximum(np.dot(y, w), 0.0)
            return y

        return done(library.vjp(output, w)) if IS_JAX else library.make_vjp(output)(w)

    return forward


def array(result: Any) -> Array:
    return problems.np.asarray(result)
