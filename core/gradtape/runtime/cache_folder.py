"""The folder in which this user's programs keep what can be made again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_folder() -> Path | None:
    """`gradtape` in the user's cache folder, which need not exist; None in a tab or with no home.

    It follows XDG_CACHE_HOME, on Windows LOCALAPPDATA.
    """
    if sys.platform == "emscripten":
        return None
    base = os.environ.get("XDG_CACHE_HOME") or (
        os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    )
    try:
        return Path(base or Path.home() / ".cache") / "gradtape"
    except RuntimeError:  # there is no home
        return None
