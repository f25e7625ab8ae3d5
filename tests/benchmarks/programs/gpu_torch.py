"""The works of a GPU in PyTorch, in float32 without TF32; on the CPU where there is no CUDA."""

from collections.abc import Callable
from typing import Any

import numpy as np
import problems
import torch
from problems import Array, Step
from torch.nn import functional

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True  # it chooses its kernels by measuring, as gradtape does

CUDA = torch.cuda.is_available()
settle = torch.cuda.synchronize if CUDA else lambda: None


def there(values: Array) -> Any:
    return torch.tensor(np.ascontiguousarray(values), device="cuda" if CUDA else "cpu")


def descent(parameters: list[Any], loss: Callable[[], Any]) -> Step:
    for parameter in parameters:
        parameter.requires_grad_()

    def step() -> Any:
        value = loss()
        gradients = torch.autograd.grad(value, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.sub_(gradient, alpha=problems.LEARNING_RATE)
        return value

    return step


def matmul(side: int) -> Step:
    a, b = map(there, problems.squares(side))
    return lambda: a @ b


def mlp() -> Step:
    weights, images, labels = problems.digits_mlp()
    w1, b1, w2, b2 = parameters = [*map(there, weights)]
    x, labels = there(images), there(labels.astype(np.int64))
    return descent(
        parameters,
        lambda: functional.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, labels),
    )


def cnn() -> Step:
    """With the channels first, as PyTorch wants them; the weight's rows in the order of that."""
    (k1, k2, w, b), images, labels = problems.digits_cnn()
    k1, k2 = (there(k.transpose(3, 2, 0, 1)) for k in (k1, k2))
    w = there(w.reshape(7, 7, 16, 10).transpose(2, 0, 1, 3).reshape(784, 10))
    b, x = there(b), there(images.transpose(0, 3, 1, 2))
    labels = there(labels.astype(np.int64))

    def loss() -> Any:
        y = functional.max_pool2d(torch.relu(functional.conv2d(x, k1, padding=1)), 2)
        y = functional.max_pool2d(torch.relu(functional.conv2d(y, k2, padding=1)), 2)
        return functional.cross_entropy(y.flatten(1) @ w + b, labels)

    return descent([k1, k2, w, b], loss)


def fused(elements: int) -> Step:
    x = there(problems.numbers(elements, 1))
    return lambda: 2.0 * x + 3.0 * torch.relu(x)


def plain(elements: int) -> Step:
    x, z = (there(problems.numbers(elements, seed)) for seed in (1, 2))
    return lambda: x + z


def array(result: Any) -> Array:
    return problems.sample(result.detach().cpu().numpy())
