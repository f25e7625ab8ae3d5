"""FarmHash's 64-bit fingerprint, by which TensorFlow puts texts into buckets.

Source: Google, FarmHash, `Fingerprint64`.
"""

from __future__ import annotations

_WHOLE = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _rotated(value: int, by: int) -> int:
    value &= _WHOLE
    return value if not by else (value >> by | value << 64 - by) & _WHOLE


def _mixed(value: int) -> int:
    value &= _WHOLE
    return value ^ value >> 47


def _pair(u: int, v: int, factor: int) -> int:
    a = (u ^ v) & _WHOLE
    a = _mixed(a * factor)
    return _mixed((v ^ a) * factor) * factor & _WHOLE


def _word(text: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(text[at : at + size], "little")


def fingerprint(text: bytes) -> int:
    """The fingerprint of some bytes.

    >>> fingerprint(b"") == 0x9AE16A3B2F90404F
    True
    """
    n = len(text)
    if n > 64:
        return _long(text)
    factor = _K2 + 2 * n
    if n > 32:
        return _middle(text, factor)
    if n > 16:
        a, b = _word(text, 0) * _K1, _word(text, 8)
        c, d = _word(text, n - 8) * factor, _word(text, n - 16) * _K2
        return _pair(
            _rotated(a + b, 43) + _rotated(c, 30) + d, a + _rotated(b + _K2, 18) + c, factor
        )
    if n >= 8:
        a, b = _word(text, 0) + _K2, _word(text, n - 8)
        return _pair(_rotated(b, 37) * factor + a, (_rotated(a, 25) + b) * factor, factor)
    if n >= 4:
        return _pair(n + (_word(text, 0, 4) << 3), _word(text, n - 4, 4), factor)
    if n:
        y, z = text[0] + (text[n >> 1] << 8), n + (text[n - 1] << 2)
        return _mixed(y * _K2 ^ z * _K0) * _K2 & _WHOLE
    return _K2


def _middle(text: bytes, factor: int) -> int:
    n = len(text)
    a, b = _word(text, 0) * _K2, _word(text, 8)
    c, d = _word(text, n - 8) * factor, _word(text, n - 16) * _K2
    y = _rotated(a + b, 43) + _rotated(c, 30) + d
    z = _pair(y, a + _rotated(b + _K2, 18) + c, factor)
    e, f = _word(text, 16) * factor, _word(text, 24)
    g, h = (y + _word(text, n - 32)) * factor, (z + _word(text, n - 24)) * factor
    return _pair(_rotated(e + f, 43) + _rotated(g, 30) + h, e + _rotated(f + a, 18) + g, factor)


def _weak(text: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(text, at + 8 * k) for k in range(4))
    a += w
    b = _rotated(b + a + z, 21)
    c = a
    a += x + y
    b += _rotated(a, 44)
    return (a + z) & _WHOLE, (b + c) & _WHOLE


def _long(text: bytes) -> int:
    n, at = len(text), 0
    x, y = 81, (81 * _K1 + 113) & _WHOLE
    z = _mixed(y * _K2 + 113) * _K2 & _WHOLE
    v, w = (0, 0), (0, 0)
    x = (x * _K2 + _word(text, 0)) & _WHOLE
    end = (n - 1) // 64 * 64
    factor = _K1
    for last in [False] * (end // 64) + [True]:
        if last:
            factor = (_K1 + ((z & 255) << 1)) & _WHOLE
            at = n - 64
            first = w[0] + (n - 1 & 63)
            v = (v[0] + first, v[1])
            w = (first + v[0], w[1])
        nine = 9 if last else 1
        x = _rotated(x + y + v[0] + _word(text, at + 8), 37) * factor
        y = _rotated(y + v[1] + _word(text, at + 48), 42) * factor
        x = (x ^ w[1] * nine) & _WHOLE
        y = (y + v[0] * nine + _word(text, at + 40)) & _WHOLE
        z = _rotated(z + w[0], 33) * factor & _WHOLE
        v = _weak(text, at, v[1] * factor, x + w[0])
        w = _weak(text, at + 32, z + w[1], y + _word(text, at + 16))
        z, x = x, z
        at += 64
    upper = _pair(v[0], w[0], factor) + _mixed(y) * _K0 + z
    return _pair(upper & _WHOLE, (_pair(v[1], w[1], factor) + x) & _WHOLE, factor)
