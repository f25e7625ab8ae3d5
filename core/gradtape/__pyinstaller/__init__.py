"""For PyInstaller, which asks packages where their hooks are: here, `hook-gradtape.py`."""

from __future__ import annotations

from pathlib import Path


def get_hook_dirs() -> list[str]:
    """The folder of this package's hooks."""
    return [str(Path(__file__).parent)]
