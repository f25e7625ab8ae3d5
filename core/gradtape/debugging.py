"""Checks that raise where something is not as it should be: `tf.debugging`."""

from __future__ import annotations

from gradtape.functions.control.assertions import (
    assert_all_finite,
    assert_equal,
    assert_greater,
    assert_greater_equal,
    assert_integer,
    assert_less,
    assert_less_equal,
    assert_near,
    assert_negative,
    assert_non_negative,
    assert_non_positive,
    assert_none_equal,
    assert_positive,
    assert_proper_iterable,
    assert_rank,
    assert_rank_at_least,
    assert_rank_in,
    assert_same_float_dtype,
    assert_scalar,
    assert_shapes,
    assert_type,
    check_numerics,
    is_numeric_tensor,
)  # fmt: skip
from gradtape.functions.control.control_flow import assert_ as Assert  # noqa: N812
from gradtape.runtime import devices

__all__ = [
    "Assert", "assert_all_finite", "assert_equal", "assert_greater", "assert_greater_equal",
    "assert_integer", "assert_less", "assert_less_equal", "assert_near", "assert_negative",
    "assert_non_negative", "assert_non_positive", "assert_none_equal", "assert_positive",
    "assert_proper_iterable", "assert_rank", "assert_rank_at_least", "assert_rank_in",
    "assert_same_float_dtype", "assert_scalar", "assert_shapes", "assert_type", "check_numerics",
    "get_log_device_placement", "is_numeric_tensor", "set_log_device_placement",
]  # fmt: skip


def set_log_device_placement(enabled: bool) -> None:
    """Log for each op on which device it runs, as a warning of the logger "tensorflow".

    >>> import gradtape as tf
    >>> tf.debugging.set_log_device_placement(False)
    """
    if bool(enabled) != devices.known.logged:
        devices.known.logged = bool(enabled)
        devices.scoped(1 if enabled else -1)


def get_log_device_placement() -> bool:
    """Whether ops log where they run."""
    return devices.known.logged
