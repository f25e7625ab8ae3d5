"""`tf.bitwise`: the bits of integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.functions.math.comparison import (
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    invert,
    left_shift,
    right_shift,
)  # fmt: skip
from gradtape.names.absence import absent_from

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
