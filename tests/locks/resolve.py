"""Resolve the dependencies that `pyproject.toml` names into the locks beside this file.

Each lock lists every package, direct or not, with its version and the sha256 of each of its files,
for every platform and Python version at once, and no address: a file is what its hash says,
wherever it came from. Run by `make locks`; `uv` does the resolving.
"""

import subprocess
import sys
from pathlib import Path

LOCKS = Path(__file__).resolve().parent
ROOT = LOCKS.parents[1]

# The tests run what is served, so `test` is resolved first and the others keep its versions.
WANTED = {
    "test": ["--extra", "server", "--extra", "gpu", "--extra", "keras", "--group", "dev"],
    "serve": ["--extra", "server", "--group", "install", "--constraint", "tests/locks/test.txt"],
    "node": ["--group", "node"],
    "pyodide": ["--group", "pyodide"],
}
# Locks that need nothing of the package itself.
ALONE = {"node", "pyodide"}
# The Python that a lock is for, where it is not the oldest that the package runs on.
PYTHON = {"pyodide": "3.12"}
HOW = ["--universal", "--generate-hashes", "--no-config"]
PLAIN = ["--no-header", "--no-annotate", "--quiet"]


def main() -> None:
    """Rewrite the locks; the words given on the command line go to `uv`, say `--upgrade`."""
    for name, wanted in WANTED.items():
        print(f"locks: resolving {name}.txt", flush=True)
        source = [] if name in ALONE else ["pyproject.toml"]
        output = ["--output-file", f"tests/locks/{name}.txt"]
        output += ["--python-version", PYTHON.get(name, "3.11")]
        command = [sys.executable, "-m", "uv", "pip", "compile", *source, *wanted, *output]
        subprocess.run([*command, *HOW, *PLAIN, *sys.argv[1:]], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
