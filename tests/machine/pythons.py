"""Run the numeric tests under other Pythons: `make test-python PYTHONS="3.12 3.13"`.

Each Python has an environment of its own in `.cache/pythons`, once with the oldest NumPy that
gradtape takes and that was built for it, once with the newest of the lock. The tests' runner and
what it needs have the lock's versions and checksums.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "tests" / "locks" / "test.txt"
FOLDERS = [
    f"tests/core/{part}" for part in ("functions", "tensors", "ops", "autodiff", "keras", "random")
]
#: The runner and what it needs; NumPy comes from the same lock where the newest is wanted.
RUNNER = [
    "hypothesis",
    "iniconfig",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "sortedcontainers",
]
#: Python → the first NumPy from 2.0 on that was built for it.
OLDEST = {"3.11": "2.0.0", "3.12": "2.0.0", "3.13": "2.1.0"}


def interpreter(version: str) -> str | None:
    """The Python of that version on the search path, or among those of pyenv; None without one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}*/bin/python"))]
    for path in map(str, filter(None, found)):
        asked = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.stdout.strip() == ".".join(version.split(".")[:2]):  # pyenv's shims may fail
            return path
    return None


def locked(names: list[str], lock: str) -> str:
    """The lines of the lock that hold these packages, with their checksums."""
    blocks = re.findall(r"^\S.*(?:\n[ \t].*)*", lock, re.MULTILINE)
    return "\n".join(b for b in blocks if re.split(r"[=\[ ]", b)[0].lower() in names) + "\n"


def environment(python: str, name: str, numpy: str | None) -> str:
    """The Python of an environment with the runner and that NumPy (None: the lock's)."""
    folder = ROOT / ".cache" / "pythons" / name
    mine = folder / "bin" / "python"
    wanted = locked(RUNNER if numpy else [*RUNNER, "numpy"], LOCK.read_text("utf-8"))
    stamp = folder / "installed.txt"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return str(mine)
    subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
    install = [str(mine), "-m", "pip", "install", "-qq", "--only-binary", ":all:"]
    some = folder / "wanted.txt"
    some.write_text(wanted, "utf-8")
    subprocess.run([*install, "--require-hashes", "-r", str(some)], check=True)
    if numpy:
        subprocess.run([*install, f"numpy=={numpy}"], check=True)
    some.rename(stamp)
    return str(mine)


def main(versions: list[str]) -> int:
    """Whether the tests passed everywhere: 0 or 1; 1 too where a Python is not there."""
    failed = []
    for version in versions:
        python = interpreter(version)
        if python is None:
            failed.append(f"there is no python{version} on the search path, nor in pyenv")
            continue
        short = ".".join(version.split(".")[:2])
        oldest = [OLDEST[short]] if short in OLDEST else []
        for numpy in (*oldest, None):
            name = f"{version}-numpy-{numpy or 'newest'}"
            print(f"test: Python {version}, NumPy {numpy or 'of the lock'}", flush=True)
            run = [environment(python, name, numpy), "-m", "pytest", "-q", *FOLDERS]
            # what starts a browser tab's Python has that Python, whatever runs the test
            run += ["--ignore-glob", "*/test_pyodide*.py"]
            if subprocess.run(["nice", *run], cwd=ROOT, check=False).returncode:
                failed.append(f"tests failed: {name}")
    print("\n".join(failed))
    return min(len(failed), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
