"""The server's benchmark still starts what it measures, and says what it measured."""

import subprocess
import sys
from pathlib import Path


def test_reads_are_measured_beside_the_bare_route() -> None:
    script = Path(__file__).with_name("server.py")
    words = ["reads", "--short"]
    done = subprocess.run([sys.executable, str(script), *words], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr  # 1: a bound was missed, which is no matter here
    assert "GET of a stored snippet" in done.stdout, done.stdout + done.stderr
    assert "conditional GET (304)" in done.stdout
