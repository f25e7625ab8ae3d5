"""The measured works in PyTorch."""

from collections.abc import Callable
from typing import Any

import problems
import torch
from problems import Array, Step
from torch.func import hessian as hessian_of
from torch.func import jacrev, vmap
from torch.nn import functional


def square() -> Step:
    x = torch.tensor(problems.SCALAR, requires_grad=True)

    def step() -> Any:
        y = x**2
        return torch.autograd.grad(y, x)[0]

    return step


def chain() -> Step:
    x = torch.tensor(problems.chain(), requires_grad=True)
    ones = torch.ones(32)

    def step() -> Any:
        y = x
        for _ in range(problems.CHAIN_ROUNDS):
            y = torch.sin(torch.tanh(y) * 1.5 + 0.1)
        return torch.autograd.grad(y, x, ones)[0]

    return step


def wide() -> Step:
    x = torch.tensor(problems.wide())
    return lambda: torch.sum(torch.sigmoid(torch.tanh(x) * 2.0 + 1.0))


def wide_gradient() -> Step:
    x = torch.tensor(problems.wide(), requires_grad=True)

    def step() -> Any:
        y = torch.sum(torch.sigmoid(torch.tanh(x) * 2.0 + 1.0))
        return torch.autograd.grad(y, x)[0]

    return step


def perceptron() -> Step:
    weights, images, labels = problems.perceptron()
    w1, b1, w2, b2 = parameters = [torch.tensor(w, requires_grad=True) for w in weights]
    images, labels = torch.tensor(images), torch.tensor(labels, dtype=torch.int64)
    optimizer = torch.optim.SGD(parameters, lr=problems.LEARNING_RATE)

    def step() -> Any:
        hidden = torch.relu(images @ w1 + b1)
        loss = functional.cross_entropy(hidden @ w2 + b2, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def batch_jacobian() -> Step:
    x, w = (torch.tensor(array) for array in problems.layer())
    rows = vmap(jacrev(lambda row: torch.tanh(row @ w)))
    return lambda: rows(x)


def hessian() -> Step:
    x, weights = problems.small_net()
    x = torch.tensor(x)
    w1, b1, w2, b2 = (torch.tensor(w) for w in weights)

    def loss(w: Any) -> Any:
        return (torch.relu(torch.relu(x @ w + b1) @ w2 + b2) ** 2).mean()

    second = hessian_of(loss)
    return lambda: second(w1)


def deep() -> Callable[[int], Any]:
    x, w = (torch.tensor(array) for array in problems.deep())

    def forward(layers: int) -> Any:
        parameter = w.clone().requires_grad_()
        y = x
        for _ in range(layers):
            y = torch.relu(y @ parameter)
        return y

    return forward


#: eager, beside what others trace
works = {f"{work.__name__}_traced": work for work in (chain, perceptron, wide, wide_gradient)}


def array(result: Any) -> Array:
    return result.detach().numpy()
