"""Figures measured on an adapter, remembered between runs in the user's cache folder.

A file holds one JSON object by adapter. A folder that cannot be written, or a file that is damaged
or of another form, is no error: the figures are measured again. In a tab they last as long as it.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from gradtape.runtime.cache_folder import cache_folder
from gradtape_webgpu.drivers.protocol import Caps

#: what has been read or measured in this process
_here: dict[tuple[str, str], Any] = {}


def recall(name: str, caps: Caps) -> Any:
    """What was remembered under `name` for this adapter, or None."""
    key = (name, _adapter(caps))
    if key not in _here:
        _here[key] = _read(name).get(key[1])
    return _here[key]


def remember(name: str, caps: Caps, value: Any) -> None:
    """Remember a JSON value under `name` for this adapter."""
    key = (name, _adapter(caps))
    _here[key] = value
    file = _file(name)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**_read(name), key[1]: value}, indent=1)
        # another process sees the old file or the new one, never half of one
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as made:
            made.write(text)
        os.replace(made.name, file)
    except OSError:
        pass


def _adapter(caps: Caps) -> str:
    return f"{caps.adapter} | {caps.backend} | {caps.driver}"


def _file(name: str) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / f"{name}.json"


def _read(name: str) -> dict[str, Any]:
    file = _file(name)
    try:
        found = json.loads(file.read_text("utf-8")) if file else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
