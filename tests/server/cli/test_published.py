"""A link that was recorded on an engine of before runs on that engine, and holds on this one."""

import json
from pathlib import Path

import pytest

from gradtape.snippet import parse
from gradtape.snippet.wheels import describe
from tests.server.support.machines import gradtape
from tests.server.support.wheels import built

PUBLISHED = Path(__file__).resolve().parents[2] / "published"
(WHEEL,) = PUBLISHED.glob("*.whl")
EXACT = [
    "EXACT: 4 results, worst 0 ulp",
    "  EXACT   dz/dx: identical bits",
    "  EXACT   dz/dw: identical bits",
    "  EXACT   dcut/dx: identical bits",
    "  EXACT   jacobian dy/dx: identical bits",
]


@pytest.fixture
def link(machines_module, tmp_path):
    """The link, on a server that keeps that engine and the one of this tree."""
    words = ("--data-dir", str(tmp_path / "data"))
    for wheel in (WHEEL, built(tmp_path, lambda text: text)):
        done = gradtape("admin", "add-engine", wheel, *words)
        assert done.returncode == 0, done.stderr
    settings = {"GRADTAPE_PAGE_DIR": str(tmp_path / "none")}
    with machines_module.Server(*words, environment=settings) as server:
        done = gradtape("share", PUBLISHED / "snippet.json", "--server", server.url)
        assert done.returncode == 0, done.stderr
        yield done.stdout.strip()


def test_the_snippet_names_the_wheel_that_is_kept():
    pin = parse((PUBLISHED / "snippet.json").read_bytes())["engine"]
    engine = describe(WHEEL.name, WHEEL.read_bytes())
    assert (pin["wheel_sha256"], pin["source_sha256"]) == (
        engine.wheel_sha256,
        engine.source_sha256,
    )


def test_a_link_of_before_is_exact_on_its_engine_and_on_this_one(link, tmp_path):
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = gradtape("run", link, "--verify", "--trust", environment=cache)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:5] == EXACT
    at = next(k for k, line in enumerate(lines) if line.startswith("and on gradtape "))
    assert lines[at + 1 : at + 6] == EXACT
    engine = describe(WHEEL.name, WHEEL.read_bytes())
    assert f"with gradtape 0.1.0, wheel {engine.wheel_sha256[:16]}…" in done.stderr

    done = gradtape("verify", link, "--trust", "--json", environment=cache)
    told = json.loads(done.stdout)
    assert told["verdict"]["tier"] == told["installed"]["verdict"]["tier"] == "EXACT"
    assert told["engine"]["wheel_sha256"] == engine.wheel_sha256
