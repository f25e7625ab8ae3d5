"""Checks that raise where something is not as it should be: `tf.debugging`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.autodiff import numerics
from gradtape.autodiff.recording import warnings
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
from gradtape.names.absence import absent_from
from gradtape.runtime import devices
from gradtape.runtime.tracebacks import filtering

__all__ = [
    "Assert", "assert_all_finite", "assert_equal", "assert_greater", "assert_greater_equal",
    "assert_integer", "assert_less", "assert_less_equal", "assert_near", "assert_negative",
    "assert_non_negative", "assert_non_positive", "assert_none_equal", "assert_positive",
    "assert_proper_iterable", "assert_rank", "assert_rank_at_least", "assert_rank_in",
    "assert_same_float_dtype", "assert_scalar", "assert_shapes", "assert_type", "check_numerics",
    "disable_check_numerics", "disable_lost_gradient_warnings", "disable_traceback_filtering",
    "enable_check_numerics", "enable_lost_gradient_warnings", "enable_traceback_filtering",
    "get_log_device_placement", "is_numeric_tensor", "is_traceback_filtering_enabled",
    "set_log_device_placement",
]  # fmt: skip


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Make every op of this thread that gives NaN or infinity an error, in backward passes too.

    The message names the op, its inputs and the line. Both arguments are TensorFlow's and change
    nothing. Raises, from then on: InvalidArgumentError.

    >>> import gradtape as tf
    >>> tf.debugging.enable_check_numerics()
    >>> try:
    ...     tf.math.log(0.0)
    ... except tf.errors.InvalidArgumentError as error:
    ...     print(str(error).split(" !!!")[0].strip())
    !!! Detected Infinity or NaN in output 0 of eagerly-executing op "Log" (# of outputs: 1)
    >>> tf.debugging.disable_check_numerics()
    """
    numerics.enable()


def disable_check_numerics() -> None:
    """Let ops give NaN and infinity again.

    >>> import gradtape as tf
    >>> tf.debugging.disable_check_numerics()
    """
    numerics.disable()


def disable_traceback_filtering() -> None:
    """Print tracebacks with the frames inside gradtape.

    >>> import gradtape as tf
    >>> tf.debugging.disable_traceback_filtering()
    >>> tf.debugging.is_traceback_filtering_enabled()
    False
    >>> tf.debugging.enable_traceback_filtering()
    """
    filtering.enabled = False


def enable_traceback_filtering() -> None:
    """Print tracebacks that end at the program's own line (the default).

    >>> import gradtape as tf
    >>> tf.debugging.enable_traceback_filtering()
    """
    filtering.enabled = True


def is_traceback_filtering_enabled() -> bool:
    """Whether frames inside gradtape are left out of tracebacks.

    >>> import gradtape as tf
    >>> tf.debugging.is_traceback_filtering_enabled()
    True
    """
    return filtering.enabled


def disable_lost_gradient_warnings() -> None:
    """Say nothing where a gradient is lost in part, because a value went through NumPy.

    `tape.explain` lists such branches in any case. gradtape's own: TensorFlow never says it.

    >>> import gradtape as tf
    >>> tf.debugging.disable_lost_gradient_warnings()
    >>> tf.debugging.enable_lost_gradient_warnings()
    """
    warnings["lost"] = False


def enable_lost_gradient_warnings() -> None:
    """Warn once for each line on which a gradient is lost in part (the default).

    >>> import gradtape as tf
    >>> tf.debugging.enable_lost_gradient_warnings()
    """
    warnings["lost"] = True


def set_log_device_placement(enabled: bool) -> None:
    """Log for each op on which device it runs, as a warning of the logger "tensorflow".

    >>> import gradtape as tf
    >>> tf.debugging.set_log_device_placement(False)
    """
    if bool(enabled) != devices.gpu_state.logged:
        devices.gpu_state.logged = bool(enabled)
        devices.scoped(1 if enabled else -1)


def get_log_device_placement() -> bool:
    """Whether ops log where they run."""
    return devices.gpu_state.logged


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
