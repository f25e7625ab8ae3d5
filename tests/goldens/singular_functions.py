"""Which functions are asked at which points, under their names in TensorFlow, JAX and PyTorch.

A `Function` belongs to the ops of gradtape that it passes through. Scalar functions are asked at
all `SCALARS` (two inputs: at all pairs of `PAIRS`); the others at the points written beside them.
The libraries' names are expressions in `tf`; in `jax`, `jnp`, `jsp` (jax.scipy) and `nn` (jax.nn);
in `torch` and `F` (torch.nn.functional). An empty one says that the library has no such function.
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

inf, nan = float("inf"), float("nan")

SCALARS = [-inf, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 6.0, inf, nan]
PAIRS = list(product([-inf, -1.0, 0.0, 1.0, 2.0, inf, nan], repeat=2))


class Function(NamedTuple):
    """One function; `points` are tuples of inputs, of scalars where none are written."""

    ops: tuple[str, ...]
    tensorflow: str
    jax: str
    torch: str
    points: tuple[tuple[Any, ...], ...] = ()
    inputs: int = 1

    def asked(self) -> list[tuple[Any, ...]]:
        """The points at which the function is asked."""
        if self.points:
            return list(self.points)
        return [(x,) for x in SCALARS] if self.inputs == 1 else list(PAIRS)


def _unary(op: str, tensorflow: str, jax: str, torch: str) -> Function:
    return Function((op,), tensorflow, jax, torch)


def _binary(op: str, tensorflow: str, jax: str, torch: str) -> Function:
    return Function((op,), tensorflow, jax, torch, inputs=2)


def _at(op: str, tensorflow: str, jax: str, torch: str, *points: Any) -> Function:
    return Function((op,), tensorflow, jax, torch, tuple((point,) for point in points))


FUNCTIONS = [
    _unary("Sqrt", "tf.sqrt", "jnp.sqrt", "torch.sqrt"),
    _unary("Rsqrt", "tf.math.rsqrt", "jax.lax.rsqrt", "torch.rsqrt"),
    _unary("Reciprocal", "tf.math.reciprocal", "jnp.reciprocal", "torch.reciprocal"),
    _unary("Exp", "tf.exp", "jnp.exp", "torch.exp"),
    _unary("Expm1", "tf.math.expm1", "jnp.expm1", "torch.expm1"),
    _unary("Log", "tf.math.log", "jnp.log", "torch.log"),
    _unary("Log1p", "tf.math.log1p", "jnp.log1p", "torch.log1p"),
    _unary("Sigmoid", "tf.sigmoid", "nn.sigmoid", "torch.sigmoid"),
    _unary("Tanh", "tf.tanh", "jnp.tanh", "torch.tanh"),
    _unary("Softplus", "tf.math.softplus", "nn.softplus", "F.softplus"),
    _unary("Neg", "tf.negative", "jnp.negative", "torch.neg"),
    _unary("Square", "tf.square", "jnp.square", "torch.square"),
    _unary("Sign", "tf.sign", "jnp.sign", "torch.sign"),
    _unary("Abs", "tf.abs", "jnp.abs", "torch.abs"),
    _unary("Erf", "tf.math.erf", "jsp.special.erf", "torch.erf"),
    _unary("Erfc", "tf.math.erfc", "jsp.special.erfc", "torch.erfc"),
    _unary("Erfinv", "tf.math.erfinv", "jsp.special.erfinv", "torch.erfinv"),
    _unary("Ndtri", "tf.math.ndtri", "jsp.special.ndtri", "torch.special.ndtri"),
    _unary("BesselI0e", "tf.math.bessel_i0e", "jsp.special.i0e", "torch.special.i0e"),
    _unary("BesselI1e", "tf.math.bessel_i1e", "jsp.special.i1e", "torch.special.i1e"),
    _unary("Lgamma", "tf.math.lgamma", "jsp.special.gammaln", "torch.lgamma"),
    _unary("Digamma", "tf.math.digamma", "jsp.special.digamma", "torch.digamma"),
    _unary("Sin", "tf.sin", "jnp.sin", "torch.sin"),
    _unary("Cos", "tf.cos", "jnp.cos", "torch.cos"),
    _unary("Tan", "tf.tan", "jnp.tan", "torch.tan"),
    _unary("Asin", "tf.asin", "jnp.arcsin", "torch.asin"),
    _unary("Acos", "tf.acos", "jnp.arccos", "torch.acos"),
    _unary("Atan", "tf.atan", "jnp.arctan", "torch.atan"),
    _unary("Sinh", "tf.sinh", "jnp.sinh", "torch.sinh"),
    _unary("Cosh", "tf.cosh", "jnp.cosh", "torch.cosh"),
    _unary("Asinh", "tf.asinh", "jnp.arcsinh", "torch.asinh"),
    _unary("Acosh", "tf.acosh", "jnp.arccosh", "torch.acosh"),
    _unary("Atanh", "tf.atanh", "jnp.arctanh", "torch.atanh"),
    _unary("Relu", "tf.nn.relu", "nn.relu", "F.relu"),
    _unary("Relu6", "tf.nn.relu6", "nn.relu6", "F.relu6"),
    _unary("Elu", "tf.nn.elu", "nn.elu", "F.elu"),
    _unary("Selu", "tf.nn.selu", "nn.selu", "F.selu"),
    _unary("Softsign", "tf.nn.softsign", "nn.soft_sign", "F.softsign"),
    _unary(
        "LeakyRelu", "lambda x: tf.nn.leaky_relu(x, 0.2)", "lambda x: nn.leaky_relu(x, 0.2)",
        "lambda x: F.leaky_relu(x, 0.2)",
    ),
    _binary("AddV2", "tf.add", "jnp.add", "torch.add"),
    _binary("Sub", "tf.subtract", "jnp.subtract", "torch.sub"),
    _binary("Mul", "tf.multiply", "jnp.multiply", "torch.mul"),
    _binary("RealDiv", "tf.divide", "jnp.divide", "torch.div"),
    _binary("Pow", "tf.pow", "jnp.power", "torch.pow"),
    _binary("SquaredDifference", "tf.math.squared_difference", "", ""),
    _binary("Maximum", "tf.maximum", "jnp.maximum", "torch.maximum"),
    _binary("Minimum", "tf.minimum", "jnp.minimum", "torch.minimum"),
    _binary("FloorMod", "tf.math.floormod", "jnp.mod", "torch.remainder"),
    _binary("DivNoNan", "tf.math.divide_no_nan", "", ""),
    _binary("MulNoNan", "tf.math.multiply_no_nan", "", ""),
    _binary("Xlogy", "tf.math.xlogy", "jsp.special.xlogy", "torch.special.xlogy"),
    _binary("Xlog1py", "tf.math.xlog1py", "jsp.special.xlog1py", "torch.special.xlog1py"),
    _binary("Xdivy", "tf.math.xdivy", "", ""),
    _binary("Polygamma", "tf.math.polygamma", "", ""),
    _binary("Zeta", "tf.math.zeta", "", ""),
    _binary("NextAfter", "tf.math.nextafter", "", ""),
    _binary("Atan2", "tf.atan2", "jnp.arctan2", "torch.atan2"),
    _binary("BiasAdd", "lambda x, b: tf.nn.bias_add([[x]], [b])[0, 0]", "", ""),
    _binary(
        "SigmoidCrossEntropyWithLogits",
        "lambda x, z: tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x)",
        "", "lambda x, z: F.binary_cross_entropy_with_logits(x, z, reduction='none')",
    ),
    # over axes
    _at("Max", "tf.reduce_max", "jnp.max", "torch.amax", [1.0, 1.0], [inf, 1.0], [nan, 1.0]),
    _at("Min", "tf.reduce_min", "jnp.min", "torch.amin", [1.0, 1.0], [-inf, 1.0], [nan, 1.0]),
    _at("Prod", "tf.reduce_prod", "jnp.prod", "torch.prod", [0.0, 2.0], [0.0, 0.0], [0.0, inf]),
    _at(
        "EuclideanNorm", "tf.math.reduce_euclidean_norm", "jnp.linalg.norm",
        "torch.linalg.vector_norm", [0.0, 0.0], [inf, 1.0],
    ),
    _at(
        "LogSumExp", "tf.reduce_logsumexp", "jsp.special.logsumexp",
        "lambda x: torch.logsumexp(x, 0)", [-inf, -inf], [-inf, 0.0], [inf, 0.0],
    ),
    _at("Sum", "tf.reduce_sum", "jnp.sum", "torch.sum", [inf, 1.0], [inf, -inf]),
    _at("Mean", "tf.reduce_mean", "jnp.mean", "torch.mean", [inf, 1.0]),
    _at(
        "Cumprod", "tf.math.cumprod", "jnp.cumprod", "lambda x: torch.cumprod(x, 0)",
        [2.0, 0.0, 3.0], [0.0, 0.0, 3.0],
    ),
    _at(
        "CumulativeLogsumexp", "tf.math.cumulative_logsumexp", "jax.lax.cumlogsumexp",
        "lambda x: torch.logcumsumexp(x, 0)", [-inf, 0.0], [inf, 0.0],
    ),
    _at("Softmax", "tf.nn.softmax", "nn.softmax", "lambda x: F.softmax(x, 0)",
        [inf, 0.0], [-inf, 0.0], [-inf, -inf]),
    _at("LogSoftmax", "tf.nn.log_softmax", "nn.log_softmax", "lambda x: F.log_softmax(x, 0)",
        [inf, 0.0], [-inf, 0.0], [-inf, -inf]),
    _at("L2Loss", "tf.nn.l2_loss", "", "", [inf, 0.0]),
    # what is made of these
    _at("Sqrt", "tf.norm", "jnp.linalg.norm", "torch.linalg.norm", [0.0, 0.0], [inf, 1.0]),
    _at("Sqrt", "tf.math.reduce_std", "jnp.std", "lambda x: torch.std(x, correction=0)",
        [1.0, 1.0]),
    _at("Rsqrt", "lambda x: tf.math.l2_normalize(x, 0)", "", "lambda x: F.normalize(x, dim=0)",
        [0.0, 0.0]),
    _at("Sqrt", "lambda x: tf.clip_by_norm(x, 1.0)", "", "", [0.0, 0.0]),
    _at("Sqrt", "lambda x: tf.linalg.global_norm([x])", "", "", [0.0]),
    _at("Atan2", "lambda x: tf.math.angle(tf.complex(x[0], x[1]))",
        "lambda x: jnp.angle(x[0] + 1j * x[1])", "lambda x: torch.angle(torch.complex(x[0], x[1]))",
        [0.0, 0.0]),
    _at("ComplexAbs", "lambda x: tf.abs(tf.complex(x[0], x[1]))",
        "lambda x: jnp.abs(x[0] + 1j * x[1])", "lambda x: torch.abs(torch.complex(x[0], x[1]))",
        [0.0, 0.0]),
    # matrices
    _at("MatrixDeterminant", "tf.linalg.det", "jnp.linalg.det", "torch.linalg.det",
        [[1.0, 2.0], [2.0, 4.0]]),
    _at("LogMatrixDeterminant", "lambda x: tf.linalg.slogdet(x)[1]",
        "lambda x: jnp.linalg.slogdet(x)[1]", "lambda x: torch.linalg.slogdet(x)[1]",
        [[1.0, 2.0], [2.0, 4.0]]),
    _at("Cholesky", "tf.linalg.cholesky", "jnp.linalg.cholesky", "", [[1.0, 0.0], [0.0, 0.0]]),
    _at("SelfAdjointEigV2", "tf.linalg.eigvalsh", "jnp.linalg.eigvalsh", "torch.linalg.eigvalsh",
        [[1.0, 0.0], [0.0, 1.0]]),
    _at("SelfAdjointEigV2", "lambda x: tf.abs(tf.linalg.eigh(x)[1])",
        "lambda x: jnp.abs(jnp.linalg.eigh(x)[1])", "lambda x: torch.abs(torch.linalg.eigh(x)[1])",
        [[1.0, 0.0], [0.0, 1.0]]),
    _at("Svd", "lambda x: tf.linalg.svd(x, compute_uv=False)",
        "lambda x: jnp.linalg.svd(x, compute_uv=False)", "torch.linalg.svdvals",
        [[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]),
]  # fmt: skip
