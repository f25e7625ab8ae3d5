"""`Monitor`: a number among the logs that should grow or shrink."""

from __future__ import annotations

import warnings
from typing import Any

#: words in the names of numbers that should shrink
_SHRINKING = (
    "loss", "error", "entropy", "hinge", "poisson", "divergence", "mse", "mae", "mape", "msle",
    "logcosh", "log_cosh", "false",
)  # fmt: skip
#: words in the names of numbers that should grow
_GROWING = (
    "acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "cosine", "true",
    "sensitivity", "specificity", "sum", "mean",
)  # fmt: skip


class Monitor:
    """A number of the logs, by name, and which way is better.

    Args: `mode`, `min`, `max` or `auto`, which looks at the metric's `_direction` and its name.
    """

    def __init__(self, owner: str, name: str, mode: str = "auto") -> None:
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"{owner} mode '{mode}' is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.owner, self.name = owner, name
        self.grows: bool | None = None if mode == "auto" else mode == "max"

    def value(self, logs: Any, model: Any = None) -> float | None:
        """The number; None with a warning where it is not there."""
        found = (logs or {}).get(self.name)
        if found is None:
            warnings.warn(
                f"{self.owner}: conditioned on metric `{self.name}` which is not available. "
                f"Available metrics are: {','.join(logs or {})}",
                stacklevel=3,
            )
            return None
        if self.grows is None:
            self.grows = self._found_direction(model)
        return float(found)

    def _found_direction(self, model: Any) -> bool:
        name = self.name.removeprefix("val_")
        for metric in getattr(model, "metrics", ()):
            for each in getattr(metric, "metrics", [metric]):
                if each.name == name and getattr(each, "_direction", None) is not None:
                    return bool(each._direction == "up")
        for words, grows in ((_SHRINKING, False), (_GROWING, True)):
            if any(word in name.lower() for word in words):
                return grows
        raise ValueError(
            f"{self.owner} callback received monitor={self.name}, but it is not known whether that "
            "metric is to be maximized or minimized. Pass mode='max' or mode='min'."
        )

    def better(self, value: float, than: float, by: float = 0.0) -> bool:
        """Whether a value is better than another, by more than `by`."""
        return value - by > than if self.grows else value + by < than
