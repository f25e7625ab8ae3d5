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
}
HOW = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-config"]
PLAIN = ["--no-header", "--no-annotate", "--quiet"]


def main() -> None:
    """Rewrite the locks; the words given on the command line go to `uv`, say `--upgrade`."""
    for name, wanted in WANTED.items():
        print(f"locks: resolving {name}.txt", flush=True)
        # Node.js alone needs nothing of the package itself.
        source = [] if name == "node" else ["pyproject.toml"]
        output = ["--output-file", f"tests/locks/{name}.txt"]
        command = [sys.executable, "-m", "uv", "pip", "compile", *source, *wanted, *output]
        subprocess.run([*command, *HOW, *PLAIN, *sys.argv[1:]], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
