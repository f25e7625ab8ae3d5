"""For PyInstaller, which asks installed packages where their hooks are: `hook-gradtape.py` is here."""

from __future__ import annotations

from pathlib import Path


def get_hook_dirs() -> list[str]:
    """The folder of this package's hooks."""
    return [str(Path(__file__).parent)]
