"""The libraries that gradtape is measured against and checked with, each in an environment alone.

They are made when first asked for, in `.venv-peers/NAME` (or `$GRADTAPE_PEERS/NAME`), and never
enter gradtape's own environment: nothing of gradtape needs them.

    python tests/benchmarks/peers.py tf        prints the path of that environment's Python
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# environment -> what is installed in it
PEERS = {
    "torch": ["torch==2.13.0", "numpy==2.4.6"],
    "tf": ["tensorflow-cpu==2.21.0", "numpy==2.4.6"],
    "autograd": ["autograd==1.9.1", "numpy==2.4.6"],
    "jax": ["jax==0.10.2", "numpy==2.4.6"],
    "scipy": ["scipy==1.17.1", "numpy==2.4.6"],
}


def python_of(name: str) -> Path:
    """The Python of a peer's environment, which is made first where there is none."""
    folder = Path(os.environ.get("GRADTAPE_PEERS") or ROOT / ".venv-peers") / name
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"peers: installing {' '.join(PEERS[name])} into {folder}", file=sys.stderr)
        # An environment that is half made must not look like a whole one, so it gets its name last.
        partial = folder.with_name(f"{name}.partial")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(partial)], check=True)
        install = [str(partial / "bin" / "python"), "-m", "pip", "install", "-qq"]
        subprocess.run([*install, *PEERS[name]], check=True)
        partial.rename(folder)
    return python


def main() -> None:
    """Print the path of the named peer's Python."""
    if len(sys.argv) != 2 or sys.argv[1] not in PEERS:
        sys.exit(f"usage: peers.py NAME, with one of {', '.join(PEERS)}")
    print(python_of(sys.argv[1]))


if __name__ == "__main__":
    main()
