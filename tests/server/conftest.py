"""Fixtures: an application on each of the two databases, and what to store in it."""

from __future__ import annotations

import contextlib
import itertools
import threading

import numpy as np
import pytest
from starlette.testclient import TestClient

from gradtape.snippet import Recorded, current_pins, draft
from gradtape.snippet.wheels import describe
from gradtape_server.app import create_app
from gradtape_server.settings import Settings
from tests.server.support import failing_disk, machines
from tests.server.support.relay import Relay, recorded
from tests.server.support.wheels import POWER_RULE, built

_unused: list[str] = []
_names = (f"test_{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of this test run; stopped at its end."""
    cluster = machines.Postgres()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def machines_module():
    """The module that starts real servers."""
    return machines


@pytest.fixture(scope="session")
def failing_library(tmp_path_factory):
    """What makes a server's disk fail."""
    return failing_disk.compiled(tmp_path_factory.mktemp("failing_disk"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_settings(request, tmp_path):
    """The settings that choose an empty database: every test with this runs on both."""
    if request.param == "sqlite":
        yield {"data_dir": tmp_path / "data"}
        return
    cluster = request.getfixturevalue("postgres")
    # A database is some hundred files, so tests take over each other's, emptied.
    url = _unused.pop() if _unused else cluster.create(next(_names))
    yield {"data_dir": tmp_path / "data", "database_url": url}
    cluster.empty(url)
    _unused.append(url)


LIMITLESS = {
    "creates_per_minute": 0,
    "creates_per_minute_in_all": 0,
    "reads_per_minute": 0,
    "renders_per_minute": 0,
    "least_free_bytes": 0,
}


@contextlib.contextmanager
def _maker(folder, database_settings):
    """A function that starts applications; all are stopped at the end."""
    open_clients = []

    def make(**settings) -> TestClient:
        settings = {"page_dir": folder / "none", **database_settings, **settings}
        app = create_app(Settings(**{**LIMITLESS, **settings}))
        client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
        client.__enter__()
        open_clients.append(client)
        return client

    try:
        yield make
    finally:
        for client in open_clients:
            client.__exit__(None, None, None)


@pytest.fixture
def make_client(tmp_path, database_settings):
    """Starts applications with settings of the test's choice, on each database."""
    with _maker(tmp_path, database_settings) as make:
        yield make


@pytest.fixture
def client(make_client):
    """An application on each database."""
    return make_client()


@pytest.fixture
def make_sqlite_client(tmp_path):
    """Starts applications on SQLite, for what is about its file."""
    with _maker(tmp_path, {"data_dir": tmp_path / "data"}) as make:
        yield make


@pytest.fixture
def sqlite_client(make_sqlite_client):
    """An application on SQLite, for what has nothing to do with a database."""
    return make_sqlite_client()


def example(number: int = 0, **changes):
    """A valid manifest, different for each number."""
    results = [Recorded("dy/dx", np.float32([6.0 + number])), Recorded("dz/dx", None)]
    code = f"import gradtape as tf\n# {number}\n"
    manifest = draft(code, title="Example", pins=current_pins(0), results=results, output="6.0\n")
    return {**manifest, **changes}


@pytest.fixture
def manifest():
    """Makes manifests."""
    return example


@pytest.fixture(scope="session")
def altered_wheel(tmp_path_factory):
    """The engine of the records, whose gradients of powers are half as large again."""
    changed = POWER_RULE + b" * 1.5"
    folder = tmp_path_factory.mktemp("wheel")
    return built(folder, lambda text: text.replace(POWER_RULE, changed))


@pytest.fixture
def relay():
    """A server that says whatever a test wants."""
    server = Relay()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def engine(altered_wheel):
    """What the wheel is."""
    return describe(altered_wheel.name, altered_wheel.read_bytes())


@pytest.fixture
def pinned_link(relay, engine, altered_wheel):
    """A link whose server keeps its engine."""
    relay.keep(engine, altered_wheel.read_bytes())
    return relay.share(recorded(engine))


@pytest.fixture
def verify(tmp_path):
    """The command, with a cache of the test's own."""

    def run(*words, **more):
        cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
        return machines.gradtape("verify", *words, environment=cache, **more)

    run.cache = tmp_path / "cache" / "gradtape" / "engines"
    return run
