"""Type checkers let people's programs pass, and report their slips: mypy, strict, on both kinds."""

import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(__file__).parent / "typed"


def test_right_programs_pass_and_every_slip_is_reported(root: Path, tmp_path: Path) -> None:
    right, wrong = PROGRAMS / "right.py", PROGRAMS / "wrong.py"
    options = ["--strict", "--no-color-output", "--no-error-summary", f"--cache-dir={tmp_path}"]
    command = [sys.executable, "-m", "mypy", *options, "--config-file=", str(right), str(wrong)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root)
    said = [line.split(":", 2) for line in done.stdout.splitlines() if ": error: " in line]
    lines = wrong.read_text().splitlines()
    marked = {n for n, line in enumerate(lines, 1) if line.endswith("# wrong")}
    assert [f"{place}: {words}" for place, _, words in said if not place.endswith("wrong.py")] == []
    assert {int(number) for _, number, _ in said} == marked, done.stdout
