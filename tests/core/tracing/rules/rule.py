"""What a rule is: a program, entered by its name, and its outcome as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

RULES: dict[str, Callable[[Any], Any]] = {}


def rule(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    RULES[f.__name__] = f
    return f


def plain(value: Any) -> Any:
    """Tensors and arrays as lists of rounded numbers."""
    if hasattr(value, "numpy") and not isinstance(value, np.generic):
        value = value.numpy()
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.kind == "f":
            return np.round(np.asarray(value, np.float64), 5).tolist()
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value


def outcome(run: Callable[[Any], Any], tf: Any) -> Any:
    try:
        return plain(run(tf))
    except Exception as error:
        return {"raises": type(error).__name__}


def traces(tf: Any, calls: list[tuple[Any, ...]], **options: Any) -> list[int]:
    """How often Python runs for these calls, and the tracing count."""
    log = []

    @tf.function(**options)
    def f(*args: Any) -> Any:
        log.append(1)
        return tf.constant(0)

    for args in calls:
        f(*args)
    return [len(log), f.experimental_get_tracing_count()]
