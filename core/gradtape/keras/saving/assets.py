"""What layers keep in a `.keras` file beside numbers: a folder each, such as a vocabulary's.

A layer's `save_assets(folder)` writes files, and its `load_assets(folder)` reads them.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any

from gradtape.keras.saving import hdf5

_FOLDER = "assets"


def written(model: Any) -> dict[str, bytes]:
    """The files of all layers, by their names in the archive."""
    found: dict[str, bytes] = {}
    for path, owner in hdf5.owners(model):
        if not hasattr(owner, "save_assets"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            owner.save_assets(folder)
            for file in sorted(Path(folder).rglob("*")):
                if file.is_file():
                    name = "/".join(
                        [_FOLDER, *filter(None, [path]), *file.relative_to(folder).parts]
                    )
                    found[name] = file.read_bytes()
    return found


def read(model: Any, archive: zipfile.ZipFile) -> None:
    """Let each layer read its files of an archive."""
    names = [name for name in archive.namelist() if name.startswith(f"{_FOLDER}/")]
    for path, owner in hdf5.owners(model):
        if not hasattr(owner, "load_assets"):
            continue
        start = f"{_FOLDER}/{path}/" if path else f"{_FOLDER}/"
        with tempfile.TemporaryDirectory() as folder:
            for name in names:
                place = (Path(folder) / name[len(start) :]).resolve()
                inside = name.startswith(start) and not name.endswith("/")
                if inside and place.is_relative_to(Path(folder).resolve()):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(archive.read(name))
            owner.load_assets(folder)
