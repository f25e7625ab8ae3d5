"""How fast the share server is, as ratios against a bare Starlette route in the same run.

Run by `make bench-server`. The load comes from `wrk` (Debian's package). Both servers are one
uvicorn process with the same protocol and loop; their rounds take turns, and medians are compared.
It fills a database with a million snippets and sends a million requests for the memory row, which
takes some minutes; `--short` makes every part short, to see that it works; its numbers mean little.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gradtape.snippet import Recorded, canonical, current_pins, draft
from gradtape.snippet.identity import full_name

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location(
    "machines", ROOT / "tests/server/support/machines.py"
)
machines = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(machines)

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
BODY = {body!r}
async def answer(request):
    return JSONResponse(BODY)
app = Starlette(routes=[Route("/", answer)])
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="error", http="httptools")
"""

CREATE = """
local thread_count = 0
function setup(thread) thread:set("id", thread_count); thread_count = thread_count + 1 end
local n = 0
local head, tail = {head}, {tail}
local run = "{run}"
request = function()
  n = n + 1
  return wrk.format("POST", "/api/v1/snippets", {{["content-type"] = "application/json"}},
    head .. run .. "-" .. id .. "-" .. n .. tail)
end
"""

READ = """
local ids = {{}}
for line in io.lines("{file}") do ids[#ids + 1] = line end
math.randomseed(7)
request = function() return wrk.format("GET", "/api/v1/snippets/" .. ids[math.random(#ids)]) end
"""


def manifest(number: int) -> dict:
    """A snippet of ordinary size; its code holds the number."""
    results = [Recorded("dy/dx", np.float32([6.0, 1.0, 2.5]))]
    code = f"import gradtape as tf\n# snippet {number}\n" + "x = tf.Variable(3.0)\n" * 20
    return draft(code, title="Benchmark", pins=current_pins(0), results=results, output="6.0\n")


@contextlib.contextmanager
def bare(body: dict) -> Iterator[str]:
    """A bare Starlette application with one JSON route."""
    port = machines.free_port()
    program = BARE.format(body=body)
    process = subprocess.Popen([sys.executable, "-c", program, str(port)])
    url = f"http://127.0.0.1:{port}/"

    def ready() -> bool:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(url, timeout=1).status == 200
        return False

    try:
        machines.wait_for("the bare application", ready)
        yield url
    finally:
        process.terminate()
        process.wait()


def wrk(url: str, seconds: float, connections: int = 64, *, header: str = "", script: str = ""):
    """Requests per second, p99 in ms, how many requests, how many without success."""
    words = [machines.program("wrk"), "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency"]
    words += ["-H", header] if header else []
    words += ["-s", script] if script else []
    said = subprocess.run([*words, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    count = int(re.search(r"(\d+) requests in", said)[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return (
        rate,
        float(p99) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit],
        count,
        int(bad[1]) if bad else 0,
    )


def store(server, value: dict) -> str:
    request = urllib.request.Request(
        f"{server.url}/api/v1/snippets", canonical(value), {"Content-Type": "application/json"}
    )
    return json.loads(urllib.request.urlopen(request).read())["id"]


def say(work: str, value: str, bound: str, reached: bool) -> bool:
    print(f"{'ok  ' if reached else 'MISS'} {work:<58} {value:>24}   must be {bound}", flush=True)
    return reached


def reads(options: argparse.Namespace, folder: Path) -> list[bool]:
    """GET and conditional GET against the bare route, turn by turn."""
    value = manifest(0)
    # The rate limit counts every read here, as it would in service; it only never refuses.
    environment = {"GRADTAPE_READS_PER_MINUTE": "100000000"}
    server = machines.Server("--data-dir", str(folder), environment=environment)
    with server, bare(value) as bare_url:
        url = f"{server.url}/api/v1/snippets/{store(server, value)}"
        etag = urllib.request.urlopen(url).headers["etag"]
        rates: dict[str, list[float]] = {"bare": [], "get": [], "304": []}
        for _ in range(options.rounds):
            rates["bare"].append(wrk(bare_url, options.seconds)[0])
            rates["get"].append(wrk(url, options.seconds)[0])
            rates["304"].append(wrk(url, options.seconds, header=f"If-None-Match: {etag}")[0])
    middle = {name: statistics.median(found) for name, found in rates.items()}
    print(f"     bare Starlette JSON route: {middle['bare']:.0f} requests per second")
    answers = []
    for name, work, bound in (
        ("get", "GET of a stored snippet, 64 connections", 0.6),
        ("304", "conditional GET (304)", 0.8),
    ):
        ratio = middle[name] / middle["bare"]
        told = f"{middle[name]:.0f}/s = {ratio:.2f} ×"
        answers.append(say(work, told, f"≥ {bound} × bare", ratio >= bound))
    return answers


def creates(options: argparse.Namespace, folder: Path) -> bool:
    """Distinct snippets, and every acknowledged one counted in the database afterwards."""
    text = canonical(manifest(123456789)).decode()
    head, tail = text.split("123456789")
    script = folder / "create.lua"
    quoted = {"head": json.dumps(head), "tail": json.dumps(tail)}
    script.write_text(CREATE.format(**quoted, run=time.time_ns()))
    with machines.Server("--data-dir", str(folder)) as server:
        rate, _, count, bad = wrk(server.url, options.seconds * 2, script=str(script))
        server.stop()
    with contextlib.closing(sqlite3.connect(folder / "snippets.sqlite3")) as database:
        (kept,) = database.execute("SELECT count(*) FROM snippets").fetchone()
    lost = max(0, count - bad - kept)
    told = f"{rate:.0f}/s, {bad} refused, {lost} lost"
    reached = rate >= 300 and lost + bad == 0
    return say("create, distinct snippets, SQLite", told, "≥ 300/s, 0 lost", reached)


def fill(path: Path, wanted: int) -> list[str]:
    """Put rows straight into the database until it holds so many; some of the ids."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        (have,) = database.execute("SELECT count(*) FROM snippets").fetchone()
        template = canonical(manifest(0))

        def rows() -> Iterator[tuple]:
            for number in range(have, wanted):
                body = template.replace(b"snippet 0", b"snippet %d" % number)
                digest = hashlib.sha256(body).digest()
                yield full_name(digest.hex())[:12], digest, zlib.compress(body, 1), 0, "x"

        database.executemany(
            "INSERT OR IGNORE INTO snippets (id, sha256, body, created_at, created_by)"
            " VALUES (?, ?, ?, ?, ?)",
            rows(),
        )
        database.commit()
        step = max(1, wanted // 10_000)
        query = f"SELECT id FROM snippets WHERE rowid % {step} = 0 LIMIT 10000"
        return [row[0] for row in database.execute(query)]


def growth(options: argparse.Namespace, folder: Path) -> bool:
    """p99 of reads that all go to the database, at growing numbers of snippets, turn by turn."""
    sizes = [1_000, 3_000, 10_000] if options.short else [10_000, 100_000, 1_000_000]
    times: dict[int, list[float]] = {size: [] for size in sizes}
    with contextlib.ExitStack() as running:
        servers = {}
        for size in sizes:
            place = folder / str(size)
            words = ("--data-dir", str(place))
            with machines.Server(*words):
                pass  # makes the tables
            ids = fill(place / "snippets.sqlite3", size)
            (place / "ids").write_text("\n".join(ids) + "\n")
            (place / "read.lua").write_text(READ.format(file=place / "ids"))
            # Without a cache every read is the database's.
            server = machines.Server(*words, environment={"GRADTAPE_CACHE_BYTES": "0"})
            servers[size] = running.enter_context(server)
        # One moment's disturbance decides a round's p99, so there are many short rounds.
        seconds = max(1, options.seconds // 4)
        for number in range(5 * options.rounds + 1):
            for size in sizes:
                script = str(folder / str(size) / "read.lua")
                p99 = wrk(servers[size].url, seconds, 4, script=script)[1]
                if number:  # the first round fills the caches of the system
                    times[size].append(p99)
    middle = [statistics.median(times[size]) for size in sizes]
    for size, p99 in zip(sizes, middle, strict=True):
        print(f"     p99 of a GET from the database, {size:>9,} snippets: {p99:.2f} ms")
    ratio = middle[-1] / middle[0]
    return say("GET p99, last size against first", f"{ratio:.2f} ×", "≤ 1.3 ×", ratio <= 1.3)


def memory(options: argparse.Namespace, folder: Path) -> bool:
    """Resident memory at the start, after a tenth of the requests and after all of them."""
    wanted = 20_000 if options.short else 1_000_000
    ids = folder / "ids"
    with machines.Server("--data-dir", str(folder)) as server:
        ids.write_text("\n".join(store(server, manifest(n)) for n in range(2000)) + "\n")
        script = folder / "read.lua"
        script.write_text(READ.format(file=ids))
        done, sizes = 0, []
        for goal in (0, wanted // 10, wanted):
            while done < goal:
                done += wrk(server.url, options.seconds, script=str(script))[2]
            status = Path(f"/proc/{server.process.pid}/status").read_text()
            sizes.append(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024)
    change = sizes[2] / sizes[1] - 1
    told = " → ".join(f"{size:.0f}" for size in sizes) + f" MiB ({change:+.1%})"
    return say(f"memory after {done:,} requests", told, "≤ 5 % more", change <= 0.05)


def main() -> int:
    """Run the parts that are asked for; 0 when every bound was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["reads", "creates", "growth", "memory"])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.short:
        options.seconds, options.rounds = 1, 1
    print(f"{os.cpu_count()} cores, one server process, load from wrk on the same machine")
    reached = []
    for part in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            answer = globals()[part](options, Path(folder))
            reached += answer if isinstance(answer, list) else [answer]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
