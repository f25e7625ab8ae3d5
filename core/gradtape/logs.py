"""The logger named "tensorflow": warnings print as `WARNING:tensorflow:…`, as they do there."""

from __future__ import annotations

import logging


def get_logger() -> logging.Logger:
    """The logger that gradtape's warnings go to."""
    return logging.getLogger("tensorflow")


def _install() -> None:
    logger = get_logger()
    if not logger.handlers and not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
        logger.addHandler(handler)


_install()
