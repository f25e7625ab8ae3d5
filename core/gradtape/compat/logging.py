"""`tf.compat.v1.logging`: how much gradtape's logger says."""

from __future__ import annotations

from typing import Any

from gradtape.runtime.logger import get_logger

__all__ = ["DEBUG", "ERROR", "FATAL", "INFO", "WARN", "get_verbosity", "set_verbosity"]

DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50


def set_verbosity(v: Any) -> None:
    """Say what is at least as grave as this level."""
    get_logger().setLevel(v)


def get_verbosity() -> int:
    """The level that was set."""
    return int(get_logger().getEffectiveLevel())


def debug(msg: Any, *args: Any) -> None:
    """Say this at level DEBUG."""
    get_logger().debug(msg, *args)


def info(msg: Any, *args: Any) -> None:
    """Say this at level INFO."""
    get_logger().info(msg, *args)


def warning(msg: Any, *args: Any) -> None:
    """Say this at level WARN."""
    get_logger().warning(msg, *args)


warn = warning


def error(msg: Any, *args: Any) -> None:
    """Say this at level ERROR."""
    get_logger().error(msg, *args)
