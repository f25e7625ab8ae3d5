"""Normal numbers from random words: the Box–Muller transform, and its truncation at two sigma.

Two uniform numbers u, v in [0, 1) make two independent normal ones,
√(−2 ln u) · sin 2πv and √(−2 ln u) · cos 2πv.

The float32 logarithm, sine and cosine below are computed from the four operations alone, in
float64, and then rounded. Their polynomials were fitted so that for every one of the 2²³ values
that a 23-bit uniform number can take, the rounded result is that of the GNU C library, which
TensorFlow's Linux build calls (`tests/goldens/random_fit.py` is the fit). So the numbers are
TensorFlow's, and do not depend on the C library of the machine or of a browser.

Source: Box & Muller (1958), A note on the generation of random normal deviates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.random.box_muller64 import normal_pair_float64
from gradtape.random.philox import Stream, unit

__all__ = ["cos_sin_turns", "log_unit", "normal", "truncated_normal"]

Array = np.ndarray[Any, Any]

_SMALLEST = np.float32(1e-7)  # stands for u = 0, whose logarithm does not exist
_CHUNK = 1 << 13  # pairs at a time, so that the intermediate arrays stay in the cache
_CUT = 2.0
#: How many words each truncated number may use before it would meet its neighbour's.
_WORDS_RESERVED = 256

# ln z on [0.699, 1.398), in sixteen intervals: the coefficients of (z − centre)⁰ … (z − centre)⁴.
_LOG_FIRST = np.uint32(0x3F330000)  # the bits of the float32 where the first interval begins
_LOG_CENTRES = np.array([0.71484375 + i / 32 for i in range(9)] + [1.0 + i / 16 for i in range(7)])
_LOG_CENTRES[10:] -= 0.0078125
_LOG_TABLE = np.array([
    (-0.3356912916382958, 1.39890710382437, -0.97847003994356, 0.9128640480767, -0.96088255658),
    (-0.29290401643292613, 1.34031413622402, -0.89822055318501, 0.8028954440369, -0.809613152088),
    (-0.2518726197547926, 1.28643216071203, -0.82745343567795, 0.7099056419159, -0.687154165301),
    (-0.21245865121425817, 1.2367149758053, -0.76473158039235, 0.6307374144573, -0.586908042239),
    (-0.17453941635182546, 1.19069767444316, -0.70888012493986, 0.5629164745909, -0.504279773877),
    (-0.13800567301958017, 1.14798206279726, -0.65893107681464, 0.5044808984372, -0.435741100351),
    (-0.10275973395781685, 1.10822510823275, -0.61408113510139, 0.4538615543544, -0.378446323499),
    (-0.06871389254805195, 1.07112970711938, -0.5736591358989, 0.4097940547207, -0.330261152933),
    (-0.03578910785166994, 1.03643724697032, -0.53710081122243, 0.3712516952137, -0.289515897133),
    (0.0, 1.0, -0.4999997495227469, 0.333456616639717, -0.25089873016709),
    (0.053244514519374675, 0.94814814922559, -0.44949183981786, 0.2842231301032, -0.203739120001),
    (0.11081436634046361, 0.895104895095767, -0.40060618573579, 0.2391450431504, -0.161058496035),
    (0.16524957289561468, 0.847682119208626, -0.35928230870724, 0.2031134051288, -0.129543820294),
    (0.21687393830080318, 0.805031446537078, -0.32403765212956, 0.1739715175716, -0.105377380644),
    (0.2659635484969519, 0.766467065929862, -0.29373573237873, 0.1501480733323, -0.0865911089438),
    (0.31275571000357855, 0.731428571396357, -0.26749373885799, 0.1304834591463, -0.0718162670398),
]).T.copy()  # fmt: skip

# On |x| ≤ π/4: sin x = x + x³(s₁ + s₂x² + s₃x⁴), cos x = 1 + x²(c₁ + c₂x² + c₃x⁴ + c₄x⁶).
_S1, _S2, _S3 = -0.16666654943686693, 0.008332178145047478, -0.00019517298816901257
_C1, _C2 = -0.4999999972533274, 0.04166662334931352
_C3, _C4 = -0.0013886764569459847, 2.4390523791048717e-05

_LN2, _TWO_PI = 0.6931471805599453, 6.283185307179586  # the float64s nearest to ln 2 and to 2π
_HALF_PI, _TWO_OVER_PI = 1.5707963267948966, 0.6366197723675814
_SIN_SIGN, _COS_SIGN = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, -1.0, 1.0])


def log_unit(u: Array) -> Array:
    """ln u, float32, for float32 numbers 0 < u < 1."""
    bits = u.view(np.uint32)
    offset = bits - _LOG_FIRST
    exponent = offset.view(np.int32) >> 23
    z = (bits - (offset & np.uint32(0xFF800000))).view(np.float32)  # u = 2^exponent · z
    interval = ((offset >> np.uint32(19)) & np.uint32(15)).astype(np.intp)
    p0, p1, p2, p3, p4 = (column.take(interval) for column in _LOG_TABLE)
    d = np.subtract(z, _LOG_CENTRES.take(interval), dtype=np.float64)
    y = p4
    for coefficient in (p3, p2, p1, p0):
        y *= d
        y += coefficient
    y += exponent * _LN2
    logarithm: Array = y.astype(np.float32)
    return logarithm


def cos_sin_turns(v: Array) -> tuple[Array, Array]:
    """The float32 pair (cos 2πv, sin 2πv) for float32 numbers 0 ≤ v < 1; 2πv is rounded first."""
    angle = (v * np.float64(_TWO_PI)).astype(np.float32).astype(np.float64)
    turns = np.rint(angle * _TWO_OVER_PI)
    x = angle - turns * _HALF_PI
    square = x * x
    sine = ((_S3 * square + _S2) * square + _S1) * square * x + x
    cosine = (((_C4 * square + _C3) * square + _C2) * square + _C1) * square + 1.0
    quarter = turns.astype(np.intp) & 3
    odd = (quarter & 1).astype(bool)  # an odd number of quarter turns exchanges sine and cosine
    cos = np.where(odd, sine, cosine) * _COS_SIGN.take(quarter)
    sin = np.where(odd, cosine, sine) * _SIN_SIGN.take(quarter)
    return cos.astype(np.float32), sin.astype(np.float32)


def _pairs(words: Array, dtype: np.dtype[Any]) -> Array:
    """The normal numbers that a flat array of whole blocks gives: two per pair of uniform ones."""
    if dtype == np.float64:
        return normal_pair_float64(words.reshape(-1, 4)).reshape(-1)
    out = np.empty((len(words) // 2, 2), dtype)
    for start in range(0, len(out), _CHUNK):
        stop = min(start + _CHUNK, len(out))
        pairs = unit(words[2 * start : 2 * stop]).reshape(-1, 2)
        u = np.maximum(pairs[:, 0], _SMALLEST)
        radius = np.sqrt(np.float32(-2.0) * log_unit(u))
        cos, sin = cos_sin_turns(pairs[:, 1])
        out[start:stop, 0] = sin * radius
        out[start:stop, 1] = cos * radius
    return out.reshape(-1)


def normal(stream: Stream, count: int, dtype: np.dtype[Any]) -> Array:
    """`count` numbers of mean 0 and standard deviation 1; float16 ones are rounded float32 ones."""
    numbers_per_block = 2 if dtype == np.float64 else 4
    blocks = -(-count // numbers_per_block)
    return _pairs(stream.words(4 * blocks), dtype)[:count]


def truncated_normal(stream: Stream, count: int, dtype: np.dtype[Any]) -> Array:
    """`count` normal numbers of magnitude below 2, redrawn where they are not.

    A group of as many numbers as a block yields draws from its own part of the stream, a fixed
    distance from its neighbours', until it is full: how often one group must redraw moves no other.
    """
    size = 2 if dtype == np.float64 else 4
    stride = size * _WORDS_RESERVED // 4
    groups = -(-count // size)
    out = np.empty((groups, size), dtype)
    found = np.zeros(groups, np.intp)
    open_groups, step = np.arange(groups), 0
    while len(open_groups):
        offsets = open_groups.astype(np.uint64) * np.uint64(stride) + np.uint64(step)
        candidates = _truncation_candidates(stream.blocks(offsets), size, dtype)
        kept = np.abs(candidates) < _CUT
        place = found[open_groups][:, None] + np.cumsum(kept, axis=1) - 1
        row, column = np.nonzero(kept & (place < size))
        out[open_groups[row], place[row, column]] = candidates[row, column]
        found[open_groups] = place[:, -1] + 1
        open_groups = open_groups[place[:, -1] + 1 < size]
        step += 1
    return out.reshape(-1)[:count]


def _truncation_candidates(blocks: Array, size: int, dtype: np.dtype[Any]) -> Array:
    # The cut is made before rounding to float16, which could carry 1.9999 up to 2.
    computed = np.dtype(np.float32) if dtype == np.float16 else dtype
    return _pairs(blocks.reshape(-1), computed).reshape(-1, size)
