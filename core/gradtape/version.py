"""`tf.version`: which version this is."""

from __future__ import annotations

from gradtape import __version__

__all__ = ["VERSION"]

VERSION = __version__
