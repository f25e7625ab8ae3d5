"""The commands that the pages name exist, and the two that everybody needs are named."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CONTRIBUTING.md"]


def named(text: str) -> set[str]:
    """The targets of `make` that a page names in code."""
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    command = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
    return {target for piece in code for target in command.findall(piece)}


def targets() -> set[str]:
    """The targets that the Makefile has."""
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_the_makefile_has_every_command_of_the_page(page: str) -> None:
    assert named((ROOT / page).read_text(encoding="utf-8")) - targets() == set()


def test_the_readme_names_the_two_commands() -> None:
    assert {"serve", "test"} <= named((ROOT / "README.md").read_text(encoding="utf-8"))


def test_make_alone_lists_what_can_be_made() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^  make (\S+)  +\S", done.stdout, re.MULTILINE))
    assert {"bench", "goldens", "help", "lint", "serve", "test"} <= listed <= targets()


def test_continuous_integration_runs_the_same_command() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert [line for line in lines if line.startswith("exec")] == ["exec make test"]


def test_the_check_finds_a_command_that_is_not_there() -> None:
    assert named("Run `make coffee` and\n```sh\nmake tea\n```\nto make do.") == {"coffee", "tea"}
