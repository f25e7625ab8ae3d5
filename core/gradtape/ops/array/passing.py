"""Ops that hand their input on as it is: stop_gradient, ensure_shape, check_numerics, bitcast."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.batching import elementwise as by_element
from gradtape.dispatch.batching import trailing
from gradtape.errors import InvalidArgumentError
from gradtape.ops.declaration import custom, linear, nondifferentiable, unregistered
from gradtape.primitives.op import FLOATING


@nondifferentiable("StopGradient", batch=trailing)
def stop_gradient(x: Any) -> Any:
    """x, and a wall for gradients."""
    return x


@unregistered("GuaranteeConst", batch=trailing)
def guarantee_const(x: Any) -> Any:
    """x, promised to be constant."""
    return x


@custom(
    "PassThrough",
    lambda g, _y, _x, _v: g,
    None,
    jvp=lambda tangents, y, xs, params: tangents[0],
    batch=by_element,
)
def pass_through(x: Any, value: Any) -> Any:
    """`value`, with the gradient of x.

    Derivative: g with respect to x and nothing with respect to value.
    """
    return value


@custom(
    "IdentityN",
    pullback=lambda g, _y, *_xs: g,
    jvp=lambda tangents, y, xs, params: tangents,
    batch=trailing,
)
def identity_n(*xs: Any) -> Any:
    """The inputs as new tensors. Derivative: g, unchanged."""
    return xs


@linear(
    "EnsureShape",
    lambda g, _y, _x, *, shape: g,
    structural=True,
    batch=lambda op, xs, flags, size, params: op.call(xs[0], shape=(size, *params["shape"])),
)
def ensure_shape(x: Any, *, shape: tuple[int | None, ...]) -> Any:
    """x, if its shape fits `shape`, where None fits any size. Derivative: g, unchanged."""
    if len(shape) != x.ndim or any(
        want not in (None, n) for n, want in zip(x.shape, shape, strict=True)
    ):
        raise InvalidArgumentError(
            f"Shape of tensor {list(x.shape)} is not compatible with expected shape "
            f"{list(shape)} [Op:EnsureShape]"
        )
    return x


@linear(
    "CheckNumerics",
    lambda g, _y, _x, *, message: check_numerics(g, message=f"in the gradient. {message}"),
    batch=trailing,
    structural=True,
    allowed=FLOATING,
)
def check_numerics(x: Any, *, message: str) -> Any:
    """x, if it holds no nan and no infinity; the gradient is checked too.

    Derivative: g, unchanged.
    """
    nan, inf = bool(np.isnan(x).any()), bool(np.isinf(x).any())
    if nan or inf:
        what = " and ".join(word for word, there in (("Inf", inf), ("NaN", nan)) if there)
        raise InvalidArgumentError(f"{message} : Tensor had {what} values [Op:CheckNumerics]")
    return x


@unregistered("Bitcast")
def bitcast(x: Any, *, dtype: Any) -> Any:
    """The bits of x read as another dtype; a last axis appears or goes where the sizes differ."""
    have, want = x.dtype.itemsize, np.dtype(dtype).itemsize
    if have == want:
        return np.ascontiguousarray(x).view(dtype).reshape(x.shape)
    if have > want:
        return np.ascontiguousarray(x).reshape((*x.shape, 1)).view(dtype)
    return np.ascontiguousarray(x).view(dtype).reshape(x.shape[:-1])


@nondifferentiable("PyFunc")
def py_func(*xs: Any, func: Any) -> Any:
    """What a NumPy function gives, as a tuple; no gradient passes."""
    return func(*xs)
