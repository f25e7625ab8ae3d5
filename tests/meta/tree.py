"""The files of the project, as git knows them: what a clone holds, made things left out."""

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = {
    ".gif", ".gz", ".h5", ".ico", ".jpg", ".keras", ".npy", ".npz", ".pdf", ".png", ".wasm", ".whl",
    ".woff2",
}  # fmt: skip


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every tracked file that is there, from the root."""
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def texts() -> tuple[Path, ...]:
    """The tracked files that are text."""
    return tuple(path for path in tracked() if path.suffix not in BINARY)


def name(path: Path) -> str:
    """A file's name in the tree."""
    return path.relative_to(ROOT).as_posix()
