"""Files that another library wrote, kept in one archive of `tests/goldens` by their names.

What begins with `=` is no file but an array that the library read or computed.
"""

from pathlib import Path

import numpy as np

GOLDENS = Path(__file__).resolve().parents[1] / "goldens"


def unpack(archive: str, folder: Path) -> dict[str, np.ndarray]:
    """Write the files of this archive into a folder; give the arrays."""
    arrays = {}
    with np.load(GOLDENS / f"{archive}.npz", allow_pickle=False) as files:
        for name in files.files:
            if name.startswith("="):
                arrays[name[1:]] = files[name]
            else:
                (folder / name).write_bytes(files[name].tobytes())
    return arrays
