"""The locks hold what `pyproject.toml` asks for: exact versions, their hashes, no addresses."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "tests/locks").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked(lock: str) -> list[str]:
    """The requirements that a lock must meet."""
    package = PROJECT["project"]["dependencies"]
    server = PROJECT["project"]["optional-dependencies"]["server"]
    groups = PROJECT["dependency-groups"]
    return {
        "test": package + server + groups["dev"],
        "serve": package + server + groups["install"],
        "node": groups["node"],
        "pyodide": groups["pyodide"],
    }[lock]


ENTRY = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)(.*(?:\n    .*)*)", re.MULTILINE)
HASH = re.compile(r"sha256:[0-9a-f]{64}")


def entries(text: str) -> list[tuple[str, str, list[str]]]:
    """Name, version and hashes of each entry of a lock."""
    return [(entry[1], entry[2], HASH.findall(entry[3])) for entry in ENTRY.finditer(text)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_holds_versions_and_hashes_and_nothing_else(lock: Path) -> None:
    text = lock.read_text()
    assert entries(text)
    assert [name for name, _, hashes in entries(text) if not hashes] == []
    assert len(re.findall(r"^\S", text, re.MULTILINE)) == len(entries(text))
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_meets_what_is_asked_for(lock: Path) -> None:
    versions: dict[str, list[str]] = {}
    for name, version, _ in entries(lock.read_text()):
        versions.setdefault(name, []).append(version)
    unmet = [
        line
        for line in asked(lock.stem)
        if not any(
            Requirement(line).specifier.contains(version)
            for version in versions.get(Requirement(line).name.lower().replace("_", "-"), [])
        )
    ]
    assert unmet == [], "run `make locks`"


def test_what_is_served_is_what_is_tested() -> None:
    tested = {entry[:2] for entry in entries((ROOT / "tests/locks/test.txt").read_text())}
    served = {entry[:2] for entry in entries((ROOT / "tests/locks/serve.txt").read_text())}
    assert served - tested == set()
