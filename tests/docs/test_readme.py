"""What stands in the Markdown pages runs and prints what the page says it prints."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.markdown import Program, programs

ROOT = Path(__file__).resolve().parents[2]


def of(pages: list[Path]) -> list[object]:
    """The programs of some pages, each named after its place."""
    return [
        pytest.param(program, id=f"{page.relative_to(ROOT)}:{program.line}")
        for page in pages
        for program in programs(page)
    ]


@pytest.mark.parametrize("program", of([ROOT / "README.md", ROOT / "CONTRIBUTING.md"]))
def test_prints_what_the_page_says(program: Program, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program.code)
    command = [sys.executable, "-W", "error", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    if program.output is not None:
        assert done.stdout == program.output


@pytest.mark.parametrize("program", of(sorted(ROOT.glob("*/README.md"))))
def test_is_python(program: Program) -> None:
    # The folders' pages show pieces of their sources, which do not run alone.
    ast.parse(program.code)


def test_the_readme_has_programs() -> None:
    assert programs(ROOT / "README.md")
