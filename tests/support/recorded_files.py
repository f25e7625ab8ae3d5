"""Files that another library wrote, kept in one archive of `tests/goldens` by their names."""

from pathlib import Path

import numpy as np

GOLDENS = Path(__file__).resolve().parents[1] / "goldens"


def unpack(archive: str, folder: Path) -> None:
    """Write the files of this archive into a folder."""
    with np.load(GOLDENS / f"{archive}.npz", allow_pickle=False) as files:
        for name in files.files:
            (folder / name).write_bytes(files[name].tobytes())
