"""Functions worth timing at about a million elements, each said in every library's own words.

One line is one function: its name, its operands (`operands`), and an expression for the tape
libraries (`tf`), for PyTorch (`torch`, `F` for torch.nn.functional) and for NumPy and SciPy (`np`,
`special`, `linalg`); an empty one: there is none. A name with a star has a gradient that is timed
as well, forward and backward pass together; a question mark says that the results are random, so
that only their shapes are compared.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from problems import Array, numbers

COUNT = 1_000_000


@dataclass(frozen=True)
class Work:
    """A function, its operands, and how each library says it."""

    name: str
    operands: tuple[str, ...]
    tape: str
    torch: str
    numpy: str
    differentiable: bool
    random: bool

    def says(self, library: str) -> str:
        """The library's expression, or nothing."""
        return {"torch": self.torch, "scipy": self.numpy}.get(library, self.tape)


def _uniform(low: float, high: float, *shape: int, seed: int = 1) -> Array:
    values = (numbers(int(np.prod(shape)), seed).astype(np.float64) + 0.5) * (high - low) + low
    return values.astype(np.float32).reshape(shape)


def _whole(high: int, *shape: int, seed: int = 7, dtype: Any = np.int32) -> Array:
    return np.floor(_uniform(0, high, *shape, seed=seed)).astype(dtype)


#: operand → what makes it; a small letter is one of a million numbers
OPERANDS: dict[str, Any] = {
    "x": lambda: _uniform(-4, 4, COUNT),
    "v": lambda: _uniform(-4, 4, COUNT, seed=2),
    "u": lambda: _uniform(-0.999, 0.999, COUNT),
    "p": lambda: _uniform(0.001, 0.999, COUNT),
    "a": lambda: _uniform(0.1, 20, COUNT),
    "b": lambda: _uniform(0.5, 3, COUNT, seed=2),
    "d": lambda: _uniform(-4, 4, COUNT).astype(np.float64),
    "h": lambda: _uniform(-4, 4, COUNT).astype(np.float16),
    "c": lambda: (_uniform(-4, 4, COUNT) + 1j * _uniform(-4, 4, COUNT, seed=2)).astype("c8"),
    "t": lambda: _uniform(-4, 4, COUNT) > 0,
    "i": lambda: _whole(1000, COUNT),
    "j": lambda: _whole(7, COUNT, seed=3) + 1,
    "l": lambda: _whole(1000, COUNT, dtype=np.int64),
    "k": lambda: np.sort(_whole(1000, COUNT)),
    "s": lambda: np.sort(_uniform(-4, 4, COUNT)),
    "M": lambda: _uniform(-4, 4, 1000, 1000),
    "N": lambda: _uniform(-4, 4, 1000, 1000, seed=2),
    "R": lambda: _uniform(-4, 4, 1000),
    "W": lambda: _uniform(-1, 1, 1000, 100),
    "Q": lambda: _uniform(-1, 1, 256, 256),
    "Qd": lambda: _uniform(-1, 1, 256, 256).astype(np.float64),
    "Qh": lambda: _uniform(-1, 1, 256, 256).astype(np.float16),
    "Qi": lambda: _whole(200, 256, 256),
    "Ql": lambda: _whole(200, 256, 256, dtype=np.int64),
    "Qc": lambda: (_uniform(-1, 1, 256, 256) + 1j * _uniform(-1, 1, 256, 256, seed=2)).astype("c8"),
    "S": lambda: _definite(128),
    "B": lambda: _uniform(-1, 1, 64, 64, 64),
    "labels": lambda: _whole(1000, 1000),
    "labels64": lambda: _whole(1000, 1000, dtype=np.int64),
    "chances": lambda: _uniform(0.01, 0.99, 1000, 1000),
    "images": lambda: _uniform(-1, 1, 16, 32, 32, 16),
    "kernel": lambda: _uniform(-1, 1, 3, 3, 16, 32),
    "deep": lambda: _uniform(-1, 1, 3, 3, 16, 1),
    "rows": lambda: _uniform(-1, 1, 10_000, 100),
    "row_ids": lambda: np.sort(_whole(500, 10_000)),
    "row_places": lambda: _whole(10_000, 10_000),
    "sequence": lambda: _uniform(-1, 1, 32, 50, 64),
}  # fmt: skip


def _definite(n: int) -> Array:
    square = _uniform(-1, 1, n, n).astype(np.float64)
    return (square @ square.T + n * np.eye(n)).astype(np.float32)


# name | operands | gradtape and TensorFlow | PyTorch | NumPy and SciPy
TABLE = """
abs* | x | tf.abs(x) | torch.abs(x) | np.abs(x)
negative* | x | -x | -x | -x
sign | x | tf.sign(x) | torch.sign(x) | np.sign(x)
square* | x | tf.square(x) | torch.square(x) | np.square(x)
sqrt* | a | tf.sqrt(a) | torch.sqrt(a) | np.sqrt(a)
rsqrt* | a | tf.math.rsqrt(a) | torch.rsqrt(a) |
reciprocal* | a | tf.math.reciprocal(a) | torch.reciprocal(a) | np.reciprocal(a)
exp* | x | tf.exp(x) | torch.exp(x) | np.exp(x)
expm1* | x | tf.math.expm1(x) | torch.expm1(x) | np.expm1(x)
log* | a | tf.math.log(a) | torch.log(a) | np.log(a)
log1p* | a | tf.math.log1p(a) | torch.log1p(a) | np.log1p(a)
sin* | x | tf.sin(x) | torch.sin(x) | np.sin(x)
cos* | x | tf.cos(x) | torch.cos(x) | np.cos(x)
tan* | x | tf.tan(x) | torch.tan(x) | np.tan(x)
asin* | u | tf.asin(u) | torch.asin(u) | np.arcsin(u)
acos* | u | tf.acos(u) | torch.acos(u) | np.arccos(u)
atan* | x | tf.atan(x) | torch.atan(x) | np.arctan(x)
atan2* | x v | tf.atan2(x, v) | torch.atan2(x, v) | np.arctan2(x, v)
sinh* | x | tf.sinh(x) | torch.sinh(x) | np.sinh(x)
cosh* | x | tf.cosh(x) | torch.cosh(x) | np.cosh(x)
tanh* | x | tf.tanh(x) | torch.tanh(x) | np.tanh(x)
asinh* | x | tf.asinh(x) | torch.asinh(x) | np.arcsinh(x)
acosh* | a | tf.acosh(a + 1.0) | torch.acosh(a + 1.0) | np.arccosh(a + 1.0)
atanh* | u | tf.atanh(u) | torch.atanh(u) | np.arctanh(u)
sigmoid* | x | tf.sigmoid(x) | torch.sigmoid(x) | special.expit(x)
softplus* | x | tf.math.softplus(x) | F.softplus(x) | special.softplus(x)
erf* | x | tf.math.erf(x) | torch.erf(x) | special.erf(x)
erfc* | x | tf.math.erfc(x) | torch.erfc(x) | special.erfc(x)
erfinv* | u | tf.math.erfinv(u) | torch.erfinv(u) | special.erfinv(u)
ndtri* | p | tf.math.ndtri(p) | torch.special.ndtri(p) | special.ndtri(p)
lgamma* | a | tf.math.lgamma(a) | torch.lgamma(a) | special.gammaln(a)
digamma* | a | tf.math.digamma(a) | torch.digamma(a) | special.psi(a)
polygamma | a | tf.math.polygamma(a * 0.0 + 1.0, a) | torch.polygamma(1, a) | special.polygamma(1, a)
zeta | a b | tf.math.zeta(a + 1.5, b) | torch.special.zeta(a + 1.5, b) | special.zeta(a + 1.5, b)
floor | x | tf.floor(x) | torch.floor(x) | np.floor(x)
round | x | tf.round(x) | torch.round(x) | np.rint(x)
isnan | x | tf.math.is_nan(x) | torch.isnan(x) | np.isnan(x)
isfinite | x | tf.math.is_finite(x) | torch.isfinite(x) | np.isfinite(x)
add* | x v | x + v | x + v | x + v
multiply* | x v | x * v | x * v | x * v
divide* | x a | x / a | x / a | x / a
pow* | a b | a ** b | a ** b | a ** b
pow 3* | x | x ** 3.0 | x ** 3.0 | x ** np.float32(3.0)
maximum* | x v | tf.maximum(x, v) | torch.maximum(x, v) | np.maximum(x, v)
squared_difference* | x v | tf.math.squared_difference(x, v) | (x - v) ** 2 | (x - v) ** 2
divide_no_nan* | x v | tf.math.divide_no_nan(x, v) | | np.divide(x, v)
multiply_no_nan* | x v | tf.math.multiply_no_nan(x, v) | | x * v
xlogy* | x a | tf.math.xlogy(x, a) | torch.xlogy(x, a) | special.xlogy(x, a)
xlog1py* | x a | tf.math.xlog1py(x, a) | torch.special.xlog1py(x, a) | special.xlog1py(x, a)
floormod* | x b | tf.math.floormod(x, b) | torch.remainder(x, b) | np.mod(x, b)
floordiv | x b | x // b | torch.floor_divide(x, b) | np.floor_divide(x, b)
greater | x v | x > v | x > v | x > v
equal | i j | i == j | i == j | i == j
logical_and | t | tf.logical_and(t, t) | torch.logical_and(t, t) | np.logical_and(t, t)
where* | t x v | tf.where(t, x, v) | torch.where(t, x, v) | np.where(t, x, v)
clip* | x | tf.clip_by_value(x, -1.0, 1.0) | torch.clamp(x, -1.0, 1.0) | np.clip(x, -1.0, 1.0)
clip_by_norm* | x | tf.clip_by_norm(x, 1.0) | torch.renorm(x[None], 2, 0, 1.0)[0] |
cast float16 | x | tf.cast(x, tf.float16) | x.to(torch.float16) | x.astype(np.float16)
cast int32 | x | tf.cast(x, tf.int32) | x.to(torch.int32) | x.astype(np.int32)
cast float64* | x | tf.cast(x, tf.float64) | x.to(torch.float64) | x.astype(np.float64)
cast bool | x | tf.cast(x, tf.bool) | x.to(torch.bool) | x.astype(bool)
add int32 | i j | i + j | i + j | i + j
floordiv int32 | i j | i // j | i // j | i // j
mod int32 | i j | i % j | i % j | i % j
add float16* | h | h + h | h + h | h + h
exp float16* | h | tf.exp(h) | torch.exp(h) | np.exp(h)
tanh float16* | h | tf.tanh(h) | torch.tanh(h) | np.tanh(h)
sum float16* | h | tf.reduce_sum(h * 0.01) | torch.sum(h * 0.01) | np.sum(h * np.float16(0.01))
exp float64* | d | tf.exp(d) | torch.exp(d) | np.exp(d)
erf float64* | d | tf.math.erf(d) | torch.erf(d) | special.erf(d)
exp complex | c | tf.exp(c) | torch.exp(c) | np.exp(c)
abs complex | c | tf.abs(c) | torch.abs(c) | np.abs(c)
multiply complex | c | c * c | c * c | c * c
relu* | x | tf.nn.relu(x) | torch.relu(x) | np.maximum(x, 0)
relu6* | x | tf.nn.relu6(x) | F.relu6(x) | np.minimum(np.maximum(x, 0), 6)
leaky_relu* | x | tf.nn.leaky_relu(x) | F.leaky_relu(x, 0.2) |
elu* | x | tf.nn.elu(x) | F.elu(x) |
selu* | x | tf.nn.selu(x) | F.selu(x) |
gelu* | x | tf.nn.gelu(x) | F.gelu(x) |
gelu tanh* | x | tf.nn.gelu(x, approximate=True) | F.gelu(x, approximate='tanh') |
silu* | x | tf.nn.silu(x) | F.silu(x) |
softsign* | x | tf.nn.softsign(x) | F.softsign(x) |
reduce_sum* | M | tf.reduce_sum(M) | torch.sum(M) | np.sum(M)
reduce_sum rows* | M | tf.reduce_sum(M, -1) | torch.sum(M, -1) | np.sum(M, -1)
reduce_sum columns* | M | tf.reduce_sum(M, 0) | torch.sum(M, 0) | np.sum(M, 0)
reduce_mean* | M | tf.reduce_mean(M, -1) | torch.mean(M, -1) | np.mean(M, -1)
reduce_max* | M | tf.reduce_max(M) | torch.amax(M) | np.max(M)
reduce_max rows* | M | tf.reduce_max(M, -1) | torch.amax(M, -1) | np.max(M, -1)
reduce_max columns* | M | tf.reduce_max(M, 0) | torch.amax(M, 0) | np.max(M, 0)
reduce_prod* | M | tf.reduce_prod(M * 0.3, -1) | torch.prod(M * 0.3, -1) | np.prod(M * np.float32(0.3), -1)
reduce_std* | M | tf.math.reduce_std(M, -1) | torch.std(M, -1, correction=0) | np.std(M, -1)
reduce_logsumexp* | M | tf.reduce_logsumexp(M, -1) | torch.logsumexp(M, -1) | special.logsumexp(M, -1)
reduce_any | t | tf.reduce_any(~t) | torch.any(~t) | np.any(~t)
reduce_all | t | tf.reduce_all(t) | torch.all(t) | np.all(t)
norm* | M | tf.norm(M) | torch.linalg.norm(M) | np.linalg.norm(M)
count_nonzero | x | tf.math.count_nonzero(x) | torch.count_nonzero(x) | np.count_nonzero(x)
argmax | M | tf.argmax(M, -1) | torch.argmax(M, -1) | np.argmax(M, -1)
argmax columns | M | tf.argmax(M, 0) | torch.argmax(M, 0) | np.argmax(M, 0)
cumsum* | M | tf.cumsum(M, -1) | torch.cumsum(M, -1) | np.cumsum(M, -1)
cumprod* | M | tf.math.cumprod(M * 0.3, -1) | torch.cumprod(M * 0.3, -1) | np.cumprod(M * np.float32(0.3), -1)
cumulative_logsumexp | M | tf.math.cumulative_logsumexp(M, -1) | torch.logcumsumexp(M, -1) | np.logaddexp.accumulate(M, -1)
sort* | x | tf.sort(x) | torch.sort(x)[0] | np.sort(x)
sort rows* | M | tf.sort(M, -1) | torch.sort(M, -1)[0] | np.sort(M, -1)
sort down* | x | tf.sort(x, direction='DESCENDING') | torch.sort(x, descending=True)[0] | np.sort(x)[::-1]
sort int32 | i | tf.sort(i) | torch.sort(i)[0] | np.sort(i)
argsort | x | tf.argsort(x) | torch.argsort(x) | np.argsort(x)
argsort int32 | i | tf.argsort(i, stable=True) | torch.argsort(i, stable=True) | np.argsort(i, kind='stable')
top_k* | x | tf.math.top_k(x, 10)[0] | torch.topk(x, 10)[0] | np.sort(np.partition(x, len(x) - 10)[-10:])[::-1]
top_k rows* | M | tf.math.top_k(M, 10)[0] | torch.topk(M, 10)[0] | np.sort(np.partition(M, 990)[:, -10:])[:, ::-1]
top_k half* | M | tf.math.top_k(M, 500)[0] | torch.topk(M, 500)[0] | np.sort(np.partition(M, 500)[:, -500:])[:, ::-1]
in_top_k | M labels | tf.math.in_top_k(labels, M, 5) | |
searchsorted | s x | tf.searchsorted(s, x) | torch.searchsorted(s, x) | np.searchsorted(s, x)
unique | i | tf.unique(i)[1] | | np.unique(i, return_inverse=True)[1]
unique float | x | tf.unique(tf.round(x * 9.0))[1] | | np.unique(np.rint(x * 9), return_inverse=True)[1]
bincount | i | tf.math.bincount(i) | torch.bincount(i) | np.bincount(i)
bincount weights | i x | tf.math.bincount(i, weights=x) | torch.bincount(i, x) | np.bincount(i, x)
histogram | x | tf.histogram_fixed_width(x, [-4.0, 4.0], 100) | torch.histc(x, 100, -4.0, 4.0) | np.histogram(x, 100, (-4, 4))[0]
segment_sum* | x k | tf.math.segment_sum(x, k) | | np.bincount(k, x)
segment_sum rows* | rows row_ids | tf.math.segment_sum(rows, row_ids) | |
segment_mean* | x k | tf.math.segment_mean(x, k) | |
segment_max* | x k | tf.math.segment_max(x, k) | |
segment_prod | a k | tf.math.segment_prod(a * 0.1, k) | |
unsorted_segment_sum* | x i | tf.math.unsorted_segment_sum(x, i, 1000) | torch.zeros(1000).index_add(0, i, x) | np.bincount(i, x, 1000)
unsorted_segment_rows* | rows row_places | tf.math.unsorted_segment_sum(rows, row_places, 10000) | torch.zeros(10000, 100).index_add(0, row_places, rows) |
unsorted_segment_max* | x i | tf.math.unsorted_segment_max(x, i, 1000) | torch.full((1000,), -9.0).scatter_reduce(0, i.to(torch.int64), x, 'amax') |
gather* | x i | tf.gather(x, i) + 0.0 | torch.take(x, i.to(torch.int64)) | np.take(x, i)
gather rows* | rows row_places | tf.gather(rows, row_places) + 0.0 | torch.index_select(rows, 0, row_places) | np.take(rows, row_places, 0)
gather columns* | M labels | tf.gather(M, labels, axis=1) | torch.index_select(M, 1, labels) | np.take(M, labels, 1)
gather batch* | M labels | tf.gather(M, labels[:, None], axis=1, batch_dims=1) | torch.gather(M, 1, labels.to(torch.int64)[:, None]) | np.take_along_axis(M, labels[:, None], 1)
gather_nd* | rows row_places | tf.gather_nd(rows, row_places[:, None]) | rows[row_places] | rows[row_places]
scatter_nd* | x i | tf.scatter_nd(i[:, None], x, [1000]) | torch.zeros(1000).index_add(0, i, x) | np.bincount(i, x, 1000)
tensor_scatter_update* | rows row_places | tf.tensor_scatter_nd_update(rows, row_places[:100, None], rows[:100]) | torch.index_copy(rows, 0, row_places[:100].to(torch.int64), rows[:100]) |
tensor_scatter_add* | rows row_places | tf.tensor_scatter_nd_add(rows, row_places[:, None], rows) | torch.index_add(rows, 0, row_places, rows) |
boolean_mask* | x t | tf.boolean_mask(x, t) | torch.masked_select(x, t) | x[t]
where alone | t | tf.where(t) | torch.nonzero(t) | np.argwhere(t)
one_hot | labels | tf.one_hot(labels, 1000) | F.one_hot(labels.to(torch.int64), 1000) | (labels[:, None] == np.arange(1000)).astype(np.float32)
concat* | M N | tf.concat([M, N], 0) | torch.cat([M, N], 0) | np.concatenate([M, N], 0)
concat columns* | M N | tf.concat([M, N], 1) | torch.cat([M, N], 1) | np.concatenate([M, N], 1)
stack* | M N | tf.stack([M, N], -1) | torch.stack([M, N], -1) | np.stack([M, N], -1)
transpose* | M | tf.transpose(M) + 0.0 | M.T + 0.0 | M.T + np.float32(0)
reverse* | M | tf.reverse(M, [1]) | torch.flip(M, [1]) | M[:, ::-1].copy()
roll* | M | tf.roll(M, 7, 1) | torch.roll(M, 7, 1) | np.roll(M, 7, 1)
tile* | R | tf.tile(R, [1000]) | torch.tile(R, [1000]) | np.tile(R, 1000)
repeat* | R | tf.repeat(R, 1000) | torch.repeat_interleave(R, 1000) | np.repeat(R, 1000)
pad* | M | tf.pad(M, [[1, 1], [1, 1]]) | F.pad(M, (1, 1, 1, 1)) | np.pad(M, 1)
pad reflect* | M | tf.pad(M, [[1, 1], [1, 1]], 'REFLECT') | F.pad(M[None], (1, 1, 1, 1), 'reflect')[0] | np.pad(M, 1, 'reflect')
slice* | M | M[1:, ::2] + 0.0 | M[1:, ::2] + 0.0 | M[1:, ::2] + np.float32(0)
broadcast* | M R | M + R | M + R | M + R
broadcast column* | M R | M * R[:, None] | M * R[:, None] | M * R[:, None]
band_part* | M | tf.linalg.band_part(M, -1, 0) | torch.tril(M) | np.tril(M)
range | | tf.range(1000000) | torch.arange(1000000) | np.arange(1000000)
linspace | | tf.linspace(0.0, 1.0, 1000000) | torch.linspace(0.0, 1.0, 1000000) | np.linspace(0, 1, 1000000)
zeros | | tf.zeros([1000000]) | torch.zeros([1000000]) | np.zeros(1000000, np.float32)
fill | | tf.fill([1000000], 2.0) | torch.full([1000000], 2.0) | np.full(1000000, np.float32(2))
invert_permutation | | tf.math.invert_permutation(tf.range(100000)) | |
softmax* | M | tf.nn.softmax(M) | torch.softmax(M, -1) | special.softmax(M, -1)
log_softmax* | M | tf.nn.log_softmax(M) | torch.log_softmax(M, -1) | special.log_softmax(M, -1)
sparse_cross_entropy* | M labels64 | tf.nn.sparse_softmax_cross_entropy_with_logits(labels64, M) | F.cross_entropy(M, labels64, reduction='none') |
cross_entropy* | chances M | tf.nn.softmax_cross_entropy_with_logits(chances, M) | F.cross_entropy(M, chances, reduction='none') |
sigmoid_cross_entropy* | p x | tf.nn.sigmoid_cross_entropy_with_logits(p, x) | F.binary_cross_entropy_with_logits(x, p, reduction='none') |
l2_normalize* | M | tf.math.l2_normalize(M, -1) | F.normalize(M, dim=-1) |
moments* | M | tf.nn.moments(M, [0])[1] | torch.var(M, 0, correction=0) | np.var(M, 0)
batch_normalization* | M R | tf.nn.batch_normalization(M, R, R * R + 1.0, R, R, 0.001) | F.batch_norm(M, R, R * R + 1.0, R, R, eps=0.001) |
dropout?* | x | tf.nn.dropout(x, 0.5) | F.dropout(x, 0.5) |
matmul* | Q | Q @ Q | Q @ Q | Q @ Q
matmul float64* | Qd | Qd @ Qd | Qd @ Qd | Qd @ Qd
matmul float16* | Qh | Qh @ Qh | Qh @ Qh |
matmul int32 | Qi | Qi @ Qi | Qi @ Qi | Qi @ Qi
matmul int64 | Ql | Ql @ Ql | Ql @ Ql | Ql @ Ql
matmul complex* | Qc | Qc @ Qc | Qc @ Qc | Qc @ Qc
matmul batch* | B | B @ B | B @ B | B @ B
matvec* | M R | tf.linalg.matvec(M, R) | torch.mv(M, R) | M @ R
einsum* | B | tf.einsum('bij,bjk->bik', B, B) | torch.einsum('bij,bjk->bik', B, B) | np.einsum('bij,bjk->bik', B, B, optimize=True)
tensordot* | B | tf.tensordot(B, B, [[2], [1]])[0] | torch.tensordot(B, B, ([2], [1]))[0] | np.tensordot(B, B, ([2], [1]))[0]
inv* | S | tf.linalg.inv(S) | torch.linalg.inv(S) | np.linalg.inv(S)
det* | S | tf.linalg.det(S / 200.0) | torch.linalg.det(S / 200.0) | np.linalg.det(S / np.float32(200))
solve* | S | tf.linalg.solve(S, S[:, :9]) | torch.linalg.solve(S, S[:, :9]) | np.linalg.solve(S, S[:, :9])
cholesky* | S | tf.linalg.cholesky(S) | torch.linalg.cholesky(S) | np.linalg.cholesky(S)
eigvalsh* | S | tf.linalg.eigvalsh(S) | torch.linalg.eigvalsh(S) | np.linalg.eigvalsh(S)
svd | S | tf.linalg.svd(S, compute_uv=False) | torch.linalg.svdvals(S) | np.linalg.svd(S, compute_uv=False)
expm | S | tf.linalg.expm(S / 200.0) | torch.linalg.matrix_exp(S / 200.0) | linalg.expm(S / np.float32(200))
triangular_solve* | S | tf.linalg.triangular_solve(S, S[:, :9]) | torch.linalg.solve_triangular(S.tril(), S[:, :9], upper=False) | linalg.solve_triangular(S, S[:, :9], lower=True)
conv2d* | images kernel | tf.nn.conv2d(images, kernel, 1, 'SAME') | F.conv2d(images.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), padding='same').permute(0, 2, 3, 1) |
depthwise_conv2d* | images deep | tf.nn.depthwise_conv2d(images, deep, [1, 1, 1, 1], 'SAME') | F.conv2d(images.permute(0, 3, 1, 2), deep.permute(2, 3, 0, 1), padding='same', groups=16).permute(0, 2, 3, 1) |
max_pool* | images | tf.nn.max_pool2d(images, 2, 2, 'VALID') | F.max_pool2d(images.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1) |
avg_pool* | images | tf.nn.avg_pool2d(images, 2, 2, 'VALID') | F.avg_pool2d(images.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1) |
resize* | images | tf.image.resize(images, [48, 48]) | F.interpolate(images.permute(0, 3, 1, 2), [48, 48], mode='bilinear').permute(0, 2, 3, 1) |
embedding* | rows row_places | tf.nn.embedding_lookup(rows, row_places) + 0.0 | F.embedding(row_places, rows) | rows[row_places]
random.uniform? | | tf.random.uniform([1000000]) | torch.rand(1000000) | generator.random(1000000, np.float32)
random.uniform int? | | tf.random.uniform([1000000], 0, 10, tf.int32) | torch.randint(0, 10, (1000000,)) | generator.integers(0, 10, 1000000, np.int32)
random.normal? | | tf.random.normal([1000000]) | torch.randn(1000000) | generator.standard_normal(1000000, np.float32)
random.truncated_normal? | | tf.random.truncated_normal([1000000]) | torch.nn.init.trunc_normal_(torch.empty(1000000)) |
random.shuffle? | x | tf.random.shuffle(x) | x[torch.randperm(1000000)] | generator.permutation(x)
random.categorical? | M | tf.random.categorical(M[:100], 1000) | torch.multinomial(torch.softmax(M[:100], -1), 1000, True) |
LSTM?* | sequence | lstm(sequence) | torch_lstm(sequence)[1][0][0] |
GRU?* | sequence | gru(sequence) | torch_gru(sequence)[1][0] |
SimpleRNN?* | sequence | rnn(sequence) | torch_rnn(sequence)[1][0] |
"""  # fmt: skip  # noqa: E501


def _works() -> dict[str, Work]:
    works = {}
    for line in TABLE.strip().splitlines():
        marked, operands, tape, torch, numpy = (part.strip() for part in line.split("|"))
        name = marked.rstrip("?*")
        marks = marked[len(name) :]
        works[name] = Work(
            name, tuple(operands.split()), tape, torch, numpy, "*" in marks, "?" in marks
        )
    return works


WORKS = _works()
