"""`make fuzz`: random calls of every public function, in gradtape and in TensorFlow side by side.

    make fuzz                                       every function, 20 calls each
    make fuzz FUZZ="--calls 50000 --seed 7"         so many in all, other ones
    make fuzz FUZZ="--only 'math.*' --calls 5000"   some functions

Compared are values, dtypes, shapes, gradients with random and with zero cotangents, second
derivatives, and the exceptions of what is refused. Each kind of difference is shrunk to a program
of a few lines. The report is written to `.cache/fuzz/report.md`; differences that are meant stand
in `core/differences.toml`. The exit status is 1 when others were found.
"""

from __future__ import annotations

import argparse
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.fuzz import report  # noqa: E402
from tests.fuzz.comparing import Comparison  # noqa: E402
from tests.fuzz.hunting import Hunt, hunt  # noqa: E402
from tests.fuzz.peer import Peer, tensorflows_python  # noqa: E402
from tests.fuzz.templates import TEMPLATES  # noqa: E402

REPORT = ROOT / ".cache" / "fuzz" / "report.md"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="fuzz.py", description=str(__doc__).split("\n\n")[0])
    parser.add_argument("--calls", type=int, help="how many in all (20 for each function)")
    parser.add_argument("--only", action="append", help="functions, as shell patterns")
    parser.add_argument("--seed", type=int, default=0, help="which calls")
    parser.add_argument("--shrink", type=float, default=5.0, help="seconds to shrink each kind")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report is written")
    return parser.parse_args()


def main() -> int:
    """Hunt in the functions one after another."""
    words = arguments()
    names = [
        name
        for name in sorted(TEMPLATES)
        if not words.only or any(fnmatchcase(name, pattern) for pattern in words.only)
    ]
    if not names:
        sys.exit(f"no function is called {' or '.join(words.only)}")
    each = max(1, round(words.calls / len(names))) if words.calls else 20
    peer = Peer(tensorflows_python())
    compare = Comparison(peer)
    hunts: list[Hunt] = []
    words.report.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    try:
        for name in names:
            hunts.append(hunt(name, each, compare, words.seed, words.shrink))
            print(f"{name}: {hunts[-1].calls} calls, {len(hunts[-1].found)} kinds", flush=True)
            words.report.write_text(report.text(hunts), encoding="utf-8")
    finally:
        peer.close()
    kinds = sum(len(h.found) for h in hunts)
    seconds = time.monotonic() - start
    print(
        f"fuzz: {sum(h.calls for h in hunts)} calls of {len(hunts)} functions in {seconds:.0f} s"
        f" beside TensorFlow {peer.version}: {kinds} kinds of difference; see {words.report}"
    )
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
