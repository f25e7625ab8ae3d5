"""The logger named "tensorflow": warnings print as `WARNING:tensorflow:…`, as they do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging


def get_logger() -> logging.Logger:
    """The logger that gradtape's warnings go to."""
    import logging  # on first use: it would be a third of the time that importing gradtape takes

    logger = logging.getLogger("tensorflow")
    if not logger.handlers and not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
        logger.addHandler(handler)
    return logger
