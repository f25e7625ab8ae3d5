"""What an operator gets wrong is said in words before anything starts, and costs nothing."""

import json
import os
import signal
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from gradtape_server.storage.occupancy import occupied
from tests.server.support.machines import gradtape


def refused(*words, **environment):
    """What the command says when it refuses, without a traceback."""
    done = gradtape(*words, environment=environment)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--database", "nonsense"), "got 'nonsense'; must be like postgresql://user@host/name"),
        (("--database", "mysql://me:secret@host/name"), "(GRADTAPE_DATABASE_URL): got 'mysql'"),
        (("--redis", "nonsense"), "(GRADTAPE_REDIS_URL): must be like redis://host:6379/0"),
        (("--port", "99999"), "got '99999'; must lie between 0 and 65535"),
        (("--port", "http"), "got 'http'; must lie between 0 and 65535"),
        (("--host", "192.0.2.1"), "cannot listen on 192.0.2.1, port 8000: "),
        (("--host", "no such host"), "there is no host 'no such host': "),
        (("--workers", "0"), "got --workers 0; must be at least 1"),
    ],
)
def test_a_setting_that_cannot_be(words, message, tmp_path):
    told = refused("serve", "--data-dir", tmp_path, *words)
    assert message in told and "secret" not in told


@pytest.mark.parametrize("workers", [1, 2])
def test_a_port_that_is_taken(machines_module, tmp_path, workers):
    with machines_module.Server("--data-dir", str(tmp_path / "one")) as server:
        words = ("--port", server.port, "--data-dir", tmp_path / "two", "--workers", workers)
        told = refused("serve", *words)
    assert told == (
        f"gradtape: cannot listen on 127.0.0.1, port {server.port}: Address already in use; "
        "--port takes another\n"
    )
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize("command", ["serve", "admin"])
def test_a_database_that_does_not_answer(command, tmp_path):
    url = "postgresql://me:secret@127.0.0.1:9/snippets"
    words = ("serve", "--port", 0) if command == "serve" else ("admin", "status")
    told = refused(*words, "--data-dir", tmp_path, "--database", url)
    assert "cannot use the database postgresql://me:***@127.0.0.1:9/snippets: " in told
    assert "(--database, GRADTAPE_DATABASE_URL)" in told and "secret" not in told


def test_a_database_that_is_not_there(postgres, tmp_path):
    url = postgres.create("there").replace("/there", "/absent")
    told = refused("serve", "--port", 0, "--data-dir", tmp_path, "--database", url)
    assert 'database "absent" does not exist' in told


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    told = refused("serve", "--port", 0, "--data-dir", tmp_path / "file")
    assert "cannot use the database sqlite:///" in told and "--data-dir" in told


def test_a_database_that_is_none(tmp_path):
    (tmp_path / "snippets.sqlite3").write_text("this is something else " * 100)
    for words in (("serve", "--port", 0), ("admin", "status")):
        assert "file is not a database" in refused(*words, "--data-dir", tmp_path)


def test_a_database_of_a_newer_version(tmp_path):
    assert gradtape("admin", "migrate", "--data-dir", tmp_path).returncode == 0
    with closing(sqlite3.connect(tmp_path / "snippets.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    told = refused("serve", "--port", 0, "--data-dir", tmp_path)
    assert "A newer gradtape made them" in told
    told = refused("admin", "migrate", "0042", "--data-dir", tmp_path)
    assert "got revision '0042'; must be one of head, 0003, 0002, 0001, base" in told


def test_a_folder_that_was_mistyped_is_not_made(tmp_path):
    for words in (("status",), ("takedown", "2" * 12, "--reason", "spam")):
        told = refused("admin", *words, "--data-dir", tmp_path / "typo")
        assert "there is no database at" in told and "typo" in told
    assert list(tmp_path.iterdir()) == []


def test_a_released_wheel_publishes_the_engine_inside_it(engine, altered_wheel, tmp_path):
    released = tmp_path / "gradtape-9.9-py3-none-any.whl"
    with zipfile.ZipFile(released, "w") as archive:
        archive.writestr("gradtape/__init__.py", "")
        inside = f"gradtape_server/page/engine/0123456789abcdef/{engine.filename}"
        archive.write(altered_wheel, inside)
        archive.write(altered_wheel, f"{inside}.gz")
    done = gradtape("admin", "add-engine", released, "--data-dir", tmp_path, "--json")
    assert json.loads(done.stdout)["wheel_sha256"] == engine.wheel_sha256
    (tmp_path / "junk.whl").write_text("junk")
    told = refused("admin", "add-engine", tmp_path / "junk.whl", "--data-dir", tmp_path)
    assert "it is not a zip archive" in told
    told = refused("admin", "add-engine", tmp_path / "none.whl", "--data-dir", tmp_path)
    assert "No such file" in told


def test_a_backup_is_not_put_under_a_server_that_runs(machines_module, tmp_path):
    words = ("--data-dir", tmp_path / "data")
    copy = tmp_path / "copy.sqlite3"
    with machines_module.Server(*map(str, words)) as server:
        assert gradtape("admin", "backup", copy, *words).returncode == 0
        before = (tmp_path / "data" / "snippets.sqlite3").stat().st_ino
        assert "stop it first" in refused("admin", "restore", copy, "--yes", *words)
        assert (tmp_path / "data" / "snippets.sqlite3").stat().st_ino == before
        server.kill()  # the system lets go of a lock, however its holder ended
        assert gradtape("admin", "restore", copy, "--yes", *words).returncode == 0
    assert not list((tmp_path / "data").glob("*.partial"))


def test_a_backup_that_cannot_be_written_leaves_nothing(tmp_path):
    words = ("--data-dir", tmp_path)
    assert gradtape("admin", "migrate", *words).returncode == 0
    told = refused("admin", "backup", tmp_path / "absent" / "copy.sqlite3", *words)
    assert "cannot write " in told


def test_servers_share_a_file(tmp_path):
    with occupied(tmp_path / "snippets.sqlite3"), occupied(tmp_path / "snippets.sqlite3"):
        pass
    with occupied(None):
        assert [path.name for path in tmp_path.iterdir()] == ["snippets.in-use"]


def test_workers_end_with_their_parent_however_it_ends(machines_module, tmp_path):
    """Else they would keep the port, and the next start would fail."""
    server = machines_module.Server("--data-dir", str(tmp_path), "--workers", "2")
    with server:
        machines_module.wait_for("both processes", lambda: len(server.children()) == 2)
        children = server.children()
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        machines_module.wait_for(
            "their end", lambda: not any(Path(f"/proc/{child}").exists() for child in children)
        )


def test_a_redis_that_goes_away_is_told_once(machines_module, tmp_path, manifest):
    log = tmp_path / "log"
    redis = f"redis://127.0.0.1:{machines_module.free_port()}/0"
    limits = {"GRADTAPE_CREATES_PER_MINUTE": "100"}
    words = ("--data-dir", str(tmp_path), "--redis", redis)
    server = machines_module.Server(*words, environment=limits).start(log)
    with server:
        file = tmp_path / "snippet.json"
        file.write_text(json.dumps(manifest()))
        for _ in range(3):
            assert gradtape("share", file, "--server", server.url).returncode == 0
        assert server.stop() == 0
    events = [json.loads(line) for line in log.read_text().splitlines() if line[0] == "{"]
    (told,) = [event for event in events if event["event"] == "redis is away"]
    assert told["level"] == "warning" and told["limits"] == "per process"
