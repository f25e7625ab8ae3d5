"""Long short-term memory over all steps of a sequence, as one op.

A step is a small product and a dozen functions of small arrays, of which each would be noted and
pulled back by itself; here a pass is a loop over arrays, and what the steps share is done at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.array.indexing import strided_slice
from gradtape.ops.array.shaping import concat, reshape, swap
from gradtape.ops.declaration import custom
from gradtape.ops.linalg.products import matmul
from gradtape.ops.math.exponential import tanh


def _columns(x: Any, n: int) -> list[Any]:
    """The four blocks of n columns."""
    return [strided_slice(x, index=(..., slice(k * n, (k + 1) * n))) for k in range(4)]


def _before(first: Any, x: Any) -> Any:
    """What each step finds: `first`, then x but for its last step."""
    first = reshape(first, shape=(1, *tuple(first.shape)))
    return concat(first, strided_slice(x, index=(slice(0, -1),)), axis=0, rank=3)


def _something(g: Any) -> bool:
    """Whether a cotangent may not be 0: one that is missing comes as zeros."""
    return type(g) is not np.ndarray or bool(g.any())


def _pull(g: Any, y: Any, _z: Any, h: Any, c: Any, u: Any) -> Any:
    g_h, g_c, g_gates = g
    states, memories, gates = y
    steps, batch, n = tuple(states.shape)
    i, f, candidate, o = _columns(gates, n)
    slopes = i * (1.0 - i), f * (1.0 - f), 1.0 - candidate * candidate, o * (1.0 - o)
    output = tanh(memories)
    through = o * (1.0 - output * output)  # ∂h/∂c
    # what becomes of the cotangents of the memory and of the output before the gates
    by_memory = candidate * slopes[0], _before(c, memories) * slopes[1], i * slopes[2]
    by_output = output * slopes[3]
    own = g_gates * concat(*slopes, axis=2, rank=3) if _something(g_gates) else None
    remembered = _something(g_c)
    transposed, found = swap(u), []
    to_h: Any = None
    to_c: Any = None
    for t in reversed(range(steps)):
        to_h = g_h[t] if to_h is None else g_h[t] + to_h
        passed = to_h * through[t]
        to_c = passed if to_c is None else passed + to_c
        if remembered:
            to_c = to_c + g_c[t]
        before_gates = concat(
            *(to_c * part[t] for part in by_memory), to_h * by_output[t], axis=1, rank=2
        )
        if own is not None:
            before_gates = before_gates + own[t]
        found.append(reshape(before_gates, shape=(1, batch, 4 * n)))
        to_h, to_c = matmul(before_gates, transposed), to_c * f[t]
    g_z = concat(*found[::-1], axis=0, rank=3)
    rows = steps * batch
    g_u = matmul(
        swap(reshape(_before(h, states), shape=(rows, n))), reshape(g_z, shape=(rows, 4 * n))
    )
    return g_z, to_h, to_c, g_u


@custom("LSTMSequence", pullback=_pull, allowed=frozenset("f"))
def lstm_sequence(z: Any, h: Any, c: Any, u: Any) -> Any:
    """Outputs, memories and gates of all steps, of which each takes a = z + h·u.

        c' = σ(f)·c + σ(i)·tanh(g),    h' = σ(o)·tanh c'.

    z (steps, batch, 4n) is what the inputs add to the gates i, f, g, o; h and c (batch, n) are the
    states at the beginning, u (n, 4n) the recurrent weight.

    Derivative: the cotangent of a with respect to z, of the first h with respect to h, of the first
    c with respect to c and Σ hᵀ·(cotangent of a) with respect to u.
    """
    steps, batch = z.shape[:2]
    n = h.shape[1]
    gates = np.empty_like(z)
    states, memories = (np.empty((steps, batch, n), z.dtype) for _ in range(2))
    for t in range(steps):
        a, state, memory = gates[t], states[t], memories[t]
        np.matmul(h, u, out=a)
        a += z[t]
        candidate = np.tanh(a[:, 2 * n : 3 * n])
        np.negative(a, out=a)
        np.exp(a, out=a)
        a += 1
        np.divide(1, a, out=a)  # the sigmoid; what it made of the candidate is written over
        a[:, 2 * n : 3 * n] = candidate
        np.multiply(a[:, n : 2 * n], c, out=memory)
        candidate *= a[:, :n]
        memory += candidate
        np.tanh(memory, out=state)
        state *= a[:, 3 * n :]
        h, c = state, memory
    return states, memories, gates
