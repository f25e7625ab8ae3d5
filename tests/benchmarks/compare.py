"""Measure gradtape beside its peers in one run, and print one table.

    python tests/benchmarks/compare.py [--rounds 7] [--seconds 0.2] [--threads 1] [--only WORK ...]

Each library works in its own process and environment (`peers.py`). The libraries take turns, in an
order that rotates from round to round, and each round gives one ratio (of the best tenth of each
turn); the table shows the medians of the ratios, so that what else the machine does meanwhile
touches both sides alike. Before anything is timed, all libraries must agree on the result.
`0.4 × 30 µs` reads: gradtape takes 0.4 of the 30 µs that this peer takes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from peers import python_of
from slowest import BROAD_PEERS, SHOWN, slowest
from slowest import rows as broad_rows
from table import PEERS, ROWS, Measured, table

HERE = Path(__file__).resolve().parent
SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}
# Where memory is measured, what is freed goes back to the system at once, so that the peak is what
# is really in use. (It costs time, so nothing is timed with it.)
RETURN_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "65536"}
# Each library's matrix products use as many threads as it likes, or as many as --threads says:
# on a machine that is busy with other things, two threads that wait for each other measure that.
THREADS = [
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
]

TIMED_IMPORT = """
import time
start = time.perf_counter()
import {}
print(time.perf_counter() - start)
"""


def python(library: str) -> str:
    """The interpreter that a library lives in."""
    environment = PEERS[library][1] if library in PEERS else None
    return str(python_of(environment)) if environment else sys.executable


class Worker:
    """A library's process, which answers one question at a time."""

    def __init__(self, library: str, settings: dict[str, str] | None = None, *words: str) -> None:
        """Start it; `settings` are added to its environment, `words` to its command line."""
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [python(library), str(HERE / "worker.py"), library, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={**os.environ, **SETTINGS, **(settings or {})},
        )

    def ask(self, **question: Any) -> dict[str, Any]:
        """One answer; a process that died answers with the end of what it said."""
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line:
            return dict(json.loads(line))
        self.log.seek(0)
        return {"error": (self.log.read().strip().splitlines() or ["it died"])[-1]}

    def stop(self) -> None:
        """End the process and close what leads to it."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        self.log.close()


def agree(answers: dict[str, dict[str, Any]], random: bool = False) -> dict[str, str]:
    """What to say of each library whose result is not gradtape's."""
    own = answers["gradtape"]
    trouble = {}
    for library, answer in answers.items():
        near = random or all(
            abs(answer[key] - own[key]) <= 1e-3 * max(abs(own["norm"]), abs(answer["norm"]))
            for key in ("norm", "projection")
        )
        if answer["shape"] != own["shape"] or not near:
            trouble[library] = f"another result than gradtape's: {answer}, not {own}"
    return trouble


def time_work(measured: Measured, workers: dict[str, Worker], rounds: int, seconds: float) -> None:
    """Let the libraries take turns at one work."""
    work = measured.row.work
    libraries = ["gradtape", *(peer for peer in measured.row.peers if peer in workers)]
    first = {library: workers[library].ask(work=work, seconds=0.0) for library in libraries}
    for library, answer in first.items():
        if "error" in answer:
            measured.trouble[library] = answer["error"]
    if "gradtape" in measured.trouble:
        return
    sound = {name: answer for name, answer in first.items() if name not in measured.trouble}
    measured.trouble.update(agree(sound, measured.row.random))
    libraries = [library for library in libraries if library not in measured.trouble]
    for turn in range(rounds):
        shift = turn % len(libraries)
        for library in libraries[shift:] + libraries[:shift]:
            answer = workers[library].ask(work=work, seconds=seconds)
            if "error" in answer:
                measured.trouble[library] = answer["error"]
            else:
                measured.figures.setdefault(library, []).append(answer["seconds"])


def time_broad(
    peers: list[str], rounds: int, seconds: float, functions: list[str] | None
) -> list[Measured]:
    """Time the functions of `broad.py`, all or the named ones."""
    libraries = ["gradtape", *(peer for peer in BROAD_PEERS if peer in peers)]
    workers = {library: Worker(library, None, "broad") for library in libraries}
    results = [Measured(row) for row in broad_rows(functions)]
    for number, measured in enumerate(results, 1):
        say(f"{number}/{len(results)} {measured.row.title}")
        time_work(measured, workers, rounds, seconds)
    for worker in workers.values():
        worker.stop()
    return results


def say(what: str) -> None:
    """What is being measured, to whoever waits."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


def weigh_work(measured: Measured, libraries: list[str], rounds: int) -> None:
    """Measure memory, each time in a process that has done nothing else."""
    for _ in range(min(rounds, 3)):
        for library in ["gradtape", *(peer for peer in measured.row.peers if peer in libraries)]:
            # Only tapes have a persistent kind; its figure stands beside what the others keep.
            work = measured.row.work if library == "gradtape" else "deep"
            worker = Worker(library, RETURN_MEMORY)
            answer = worker.ask(work=work, memory=True)
            worker.stop()
            if "error" in answer:
                measured.trouble[library] = answer["error"]
            else:
                measured.figures.setdefault(library, []).append(answer["bytes"])


def time_import(measured: Measured, rounds: int) -> None:
    """Time the import statement itself in new processes, in turns.

    Installed packages come with their bytecode, as NumPy does here; so the working tree's may be
    kept as well, even where the environment says otherwise.
    """
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for turn in range(2 * rounds + 1):
        modules = ["gradtape", "numpy"] if turn % 2 else ["numpy", "gradtape"]
        for module in modules:
            statement = [sys.executable, "-c", TIMED_IMPORT.format(module)]
            done = subprocess.run(statement, capture_output=True, text=True, env=settings)
            if done.returncode:
                measured.trouble[module] = done.stderr.strip().splitlines()[-1]
            elif turn:  # the first one reads the files from the disk and compiles
                measured.figures.setdefault(module, []).append(float(done.stdout))


def main() -> None:
    """Measure the rows that were asked for and print the table."""
    parser = argparse.ArgumentParser(description="Compare gradtape with its peers.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of turns (7)")
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one turn (0.2)")
    parser.add_argument("--threads", type=int, help="threads of each library (its own choice)")
    parser.add_argument("--only", nargs="+", metavar="WORK", choices=[row.work for row in ROWS])
    parser.add_argument(
        "--peers", nargs="*", metavar="PEER", choices=list(PEERS), default=list(PEERS)
    )
    parser.add_argument(
        "--functions", nargs="+", metavar="NAME", help="of the work `slowest` these alone"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there too")
    chosen = parser.parse_args()
    if chosen.threads:
        os.environ.update({name: str(chosen.threads) for name in THREADS})
    rows = [row for row in ROWS if not chosen.only or row.work in chosen.only]

    peers = [
        peer for peer in PEERS if peer in chosen.peers and any(peer in row.peers for row in rows)
    ]
    workers: dict[str, Worker] = {}
    if any(row.kind == "time" for row in rows):
        libraries = ["gradtape", *(peer for peer in peers if peer != "numpy")]
        workers = {library: Worker(library) for library in libraries}
    results: list[Measured] = []
    broad: list[Measured] = []
    for row in rows:
        say(row.title.strip())
        if row.kind == "broad":
            broad = time_broad(chosen.peers, chosen.rounds, chosen.seconds / 4, chosen.functions)
            continue
        measured = Measured(row)
        results.append(measured)
        if row.kind == "time":
            time_work(measured, workers, chosen.rounds, chosen.seconds)
        elif row.kind == "memory":
            weigh_work(measured, peers, chosen.rounds)
        else:
            time_import(measured, chosen.rounds)
    for worker in workers.values():
        worker.stop()
    if results:
        print(table(results, peers))
    if broad:
        print(slowest(broad, len(broad) if chosen.functions else SHOWN))
    if chosen.json:
        figures = {measured.row.work: measured.figures for measured in results + broad}
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
