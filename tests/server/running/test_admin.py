"""Looking after the data: what is destroyed is shown, asked about and kept; what rots is found."""

import asyncio
import contextlib
import json
import os
import pty
import sqlite3
import sys
import time
import zlib

import pytest
import sqlalchemy as sa

from gradtape.cli import main
from gradtape.snippet import canonical
from gradtape_server.settings import Settings
from gradtape_server.storage.database import Database
from gradtape_server.storage.engines import EngineStore
from gradtape_server.storage.schema_version import migrate
from gradtape_server.storage.snippets import SnippetStore
from gradtape_server.storage.tables import engines, snippets
from tests.server.support import machines


@pytest.fixture
def admin(database_settings, capsys):
    """Runs an action in this process; its exit code and what it said."""
    words = ["--data-dir", str(database_settings["data_dir"])]
    if "database_url" in database_settings:
        words += ["--database", database_settings["database_url"]]

    def run(*action):
        code = main(["admin", *map(str, action), *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def in_database(settings, work):
    async def run():
        database = Database(Settings(**settings))
        try:
            await migrate(database)
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def filled(settings, manifest, count, client="0" * 16):
    async def work(database):
        store = SnippetStore(database)
        return [
            (await store.add(canonical(manifest(number)), None, client)).id
            for number in range(count)
        ]

    return in_database(settings, work)


def count_of(settings):
    return in_database(settings, lambda database: SnippetStore(database).count())


@pytest.mark.parametrize("revision", ["base", "0001", "0002"])
def test_a_downgrade_drops_nothing_without_being_told_twice(
    admin, database_settings, manifest, revision
):
    filled(database_settings, manifest, 3)
    on_sqlite = "database_url" not in database_settings
    if not on_sqlite:
        code, said = admin("migrate", revision, "--yes")
        assert code == 2 and "pg_dump" in said
    copy = () if on_sqlite else ("--without-copy",)
    code, said = admin("migrate", revision, *copy)
    assert code == 2 and "nothing was changed" in said
    assert ("3 snippets" in said) is (revision == "base")
    assert count_of(database_settings) == 3
    code, said = admin("migrate", revision, "--yes", *copy)
    assert code == 0 and f"now: {None if revision == 'base' else revision}" in said
    if on_sqlite:
        (kept,) = database_settings["data_dir"].glob("*.before-migrate-*")
        with contextlib.closing(sqlite3.connect(kept)) as database:
            assert database.execute("SELECT count(*) FROM snippets").fetchone() == (3,)


def test_a_downgrade_is_refused_under_a_server(make_client, admin):
    make_client()
    code, said = admin("migrate", "base", "--yes", "--without-copy")
    assert code == 2 and "stop it first" in said


def test_the_newest_tables_are_made_without_a_question(admin):
    assert admin("migrate")[0] == 0


@pytest.fixture
def sqlite_admin(tmp_path, capsys):
    """The same on SQLite alone, for what is about its file."""

    def run(*action):
        code = main(["admin", *map(str, action), "--data-dir", str(tmp_path / "data")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_restore_shows_what_is_lost_and_keeps_it(sqlite_admin, manifest, tmp_path):
    settings = {"data_dir": tmp_path / "data"}
    filled(settings, manifest, 2)
    assert sqlite_admin("backup", tmp_path / "small.sqlite3")[0] == 0
    filled(settings, manifest, 5)
    code, said = sqlite_admin("restore", tmp_path / "small.sqlite3")
    assert code == 2 and "5 snippets will be replaced by the 2" in said
    assert "3 fewer than there are now" in said
    assert count_of(settings) == 5
    assert sqlite_admin("restore", tmp_path / "small.sqlite3", "--yes")[0] == 0
    assert count_of(settings) == 2
    (kept,) = settings["data_dir"].glob("*.before-restore-*")
    assert kept.stat().st_mode & 0o077 == 0
    with contextlib.closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT count(*) FROM snippets").fetchone() == (5,)


def test_what_is_gone_stays_gone_after_a_restore(sqlite_admin, manifest, tmp_path):
    settings = {"data_dir": tmp_path / "data"}
    found = filled(settings, manifest, 3)
    assert sqlite_admin("backup", tmp_path / "copy.sqlite3")[0] == 0
    later = filled(settings, manifest, 4)[3]
    for identifier in (found[0], later):
        assert sqlite_admin("takedown", identifier, "--reason", "spam")[0] == 0

    async def withdraw(database):
        async with database.engine.connect() as connection:
            change = sa.update(snippets).where(snippets.c.id == found[1])
            await connection.execute(change.values(body=None, gone="withdrawn"))

    in_database(settings, withdraw)
    assert sqlite_admin("block", "--client", "a" * 16, "--reason", "spam")[0] == 0
    assert sqlite_admin("restore", tmp_path / "copy.sqlite3", "--yes")[0] == 0

    async def states(database):
        rows = [await SnippetStore(database).get(one) for one in [*found, later]]
        again = await SnippetStore(database).add(canonical(manifest(3)), None, "x")
        return [row.gone for row in rows], again.taken_down

    assert in_database(settings, states) == (
        ["taken down", "withdrawn", None, "taken down"],
        "spam",
    )
    assert "a" * 16 in sqlite_admin("blocks")[1]


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE snippets (id TEXT)"],
        ["CREATE TABLE other (x)"],
        [
            "CREATE TABLE alembic_version (version_num TEXT)",
            "INSERT INTO alembic_version VALUES ('0001')",
            "CREATE TABLE snippets (id TEXT, body BLOB)",
        ],
    ],
)
def test_a_foreign_database_is_not_put_in_place(sqlite_admin, manifest, tmp_path, statements):
    filled({"data_dir": tmp_path / "data"}, manifest, 1)
    with contextlib.closing(sqlite3.connect(tmp_path / "foreign")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    code, said = sqlite_admin("restore", tmp_path / "foreign", "--yes")
    assert code == 2 and "is not a database of snippets" in said
    assert count_of({"data_dir": tmp_path / "data"}) == 1


def test_a_damaged_database_can_be_replaced_and_its_rest_is_kept(sqlite_admin, manifest, tmp_path):
    settings = {"data_dir": tmp_path / "data"}
    filled(settings, manifest, 2)
    assert sqlite_admin("backup", tmp_path / "copy.sqlite3")[0] == 0
    (settings["data_dir"] / "snippets.sqlite3").write_bytes(b"\xa5" * 10_000)
    code, said = sqlite_admin("restore", tmp_path / "copy.sqlite3", "--yes")
    assert code == 0 and "is damaged" in said
    assert count_of(settings) == 2
    (kept,) = settings["data_dir"].glob("*.before-restore-*")
    assert kept.read_bytes() == b"\xa5" * 10_000


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_at_a_terminal_it_asks(tmp_path, manifest, answer, code):
    filled({"data_dir": tmp_path / "data"}, manifest, 1)
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    words = ("admin", "migrate", "base", "--data-dir", tmp_path / "data")
    done = machines.gradtape(*words, stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code and "1 snippets" in done.stderr


def test_check_finds_every_kind_of_rot(admin, database_settings, manifest, engine, altered_wheel):
    found = filled(database_settings, manifest, 5)
    wheel = altered_wheel.read_bytes()
    in_database(database_settings, lambda d: EngineStore(d).add(altered_wheel.name, wheel))
    code, said = admin("check")
    assert code == 0 and "snippets: 5" in said and "engines: 1" in said and "wrong: 0" in said

    async def rot(database):
        async with database.engine.connect() as connection:
            bodies = dict(
                (await connection.execute(sa.select(snippets.c.id, snippets.c.body))).all()
            )
            flipped = bytearray(bodies[found[0]])
            flipped[len(flipped) // 2] ^= 1
            other = zlib.compress(zlib.decompress(bodies[found[1]]).replace(b"6.0", b"7.0"))
            for identifier, body in ((found[0], bytes(flipped)), (found[1], other)):
                change = sa.update(snippets).where(snippets.c.id == identifier)
                await connection.execute(change.values(body=body))
            change = sa.update(snippets).where(snippets.c.id == found[2])
            await connection.execute(change.values(id="2" * 12))
            broken = bytearray(wheel)
            broken[1000] ^= 1
            await connection.execute(sa.update(engines).values(wheel=bytes(broken)))

    in_database(database_settings, rot)
    code, said = admin("check")
    assert code == 1 and "wrong: 4" in said
    for name in (found[0], found[1], "2" * 12, f"engine {engine.wheel_sha256}"):
        assert name in said
    code, said = admin("check", "--json")
    assert code == 1 and len(json.loads(said)["wrong"]) == 4


def test_what_was_taken_down_is_in_no_file_any_more(sqlite_admin, manifest, tmp_path):
    settings = {"data_dir": tmp_path / "data"}
    secret = os.urandom(20_000).hex()
    value = manifest(code={"main.py": f"x = '{secret}'"})
    body = canonical(value)
    stored = zlib.compress(body, 6)

    async def add(database):
        return (await SnippetStore(database).add(body, None, "x")).id

    identifier = in_database(settings, add)

    def is_there():
        files = [path.read_bytes() for path in settings["data_dir"].iterdir() if path.is_file()]
        return any(stored[at : at + 500] in file for file in files for at in (200, 9_000, 15_000))

    assert is_there()
    assert sqlite_admin("takedown", identifier, "--reason", "secret")[0] == 0
    assert not is_there()


def test_vacuum_gives_room_back_and_removes_what_has_expired(sqlite_admin, manifest, tmp_path):
    settings = {"data_dir": tmp_path / "data"}

    async def add(database):
        store = SnippetStore(database)
        for number in range(20):
            value = manifest(number, code={"main.py": f"x = '{os.urandom(20_000).hex()}'"})
            past = int(time.time()) - 10 if number < 15 else None
            await store.add(canonical(value), None, "x", expires_at=past)

    in_database(settings, add)
    code, said = sqlite_admin("vacuum", "--json")
    told = json.loads(said)
    assert code == 0 and told["expired"] == 15
    assert told["bytes now"] < told["bytes before"] / 2
    assert count_of(settings) == 5


def test_snippets_are_found_by_network_time_and_text(make_client, admin, manifest):
    client = make_client(cache_seconds=0.0)
    found = [client.post("/api/v1/snippets", json=manifest(n)).json()["id"] for n in range(3)]
    spam = manifest(9, title="Buy\x20now", code={"main.py": "print('CHEAP pills')"})
    bad = client.post("/api/v1/snippets", json=spam).json()["id"]
    code, said = admin("list")
    assert code == 0 and all(identifier in said for identifier in [*found, bad])
    assert admin("list", "--since", "2100-01-01")[1] == "shown: 0\n"
    assert "shown: 4" in admin("list", "--until", "2100-01-01T12:00")[1]
    for words in (("search", "cheap"), ("list", "--text", "buy now")):
        code, said = admin(*words)
        assert bad in said and found[0] not in said
    (row,) = json.loads(admin("search", "cheap", "--json")[1])["snippets"]
    assert row["title"] == "Buy now"
    assert "shown: 4" in admin("list", "--client", row["created_by"])[1]
    assert "shown: 0" in admin("list", "--network", "203.0.113.0/24")[1]
    code, said = admin("takedown", "--client", row["created_by"], "--reason", "spam")
    assert code == 2 and "4 snippets will be removed for good" in said and "Buy now" in said
    assert client.get(f"/api/v1/snippets/{bad}").status_code == 200
    assert admin("takedown", "--text", "cheap", "--reason", "spam", "--yes")[0] == 0
    assert client.get(f"/api/v1/snippets/{bad}").status_code == 410
    assert client.get(f"/api/v1/snippets/{found[0]}").status_code == 200
    assert admin("takedown", "--reason", "spam", "--yes")[0] == 2  # never all, by mistake


def test_a_blocked_network_stores_nothing_and_reads_on(make_client, admin, manifest):
    client = make_client(cache_seconds=0.0)
    identifier = client.post("/api/v1/snippets", json=manifest()).json()["id"]
    (row,) = json.loads(admin("list", "--json")[1])["snippets"]
    assert admin("block", "--client", row["created_by"], "--reason", "too much spam")[0] == 0
    refused = client.post("/api/v1/snippets", json=manifest(1))
    assert refused.status_code == 403 and "too much spam" in refused.json()["detail"]
    assert client.get(f"/api/v1/snippets/{identifier}").status_code == 200
    assert admin("unblock", "--client", row["created_by"])[0] == 0
    assert client.post("/api/v1/snippets", json=manifest(1)).status_code == 201
    code, said = admin("block", "--network", "nonsense", "--reason", "x")
    assert code == 2 and "must be like 203.0.113.0/24" in said


def test_a_take_down_tells_the_cache_in_front(sqlite_admin, manifest, tmp_path, monkeypatch):
    told = tmp_path / "told"
    program = tmp_path / "purge"
    write = f"open({str(told)!r}, 'a').write('\\n'.join(sys.argv[1:]))"
    program.write_text(f"#!{sys.executable}\nimport sys\n{write}\n")
    program.chmod(0o755)
    monkeypatch.setenv("GRADTAPE_PURGE_COMMAND", str(program))
    monkeypatch.setenv("GRADTAPE_PUBLIC_URL", "https://play.example")
    (identifier,) = filled({"data_dir": tmp_path / "data"}, manifest, 1)
    assert sqlite_admin("takedown", identifier, "--reason", "spam")[0] == 0
    addresses = told.read_text().splitlines()
    for end in (f"/s/{identifier}", f"/e/{identifier}", f"/api/v1/snippets/{identifier}.py"):
        assert f"https://play.example{end}" in addresses
    program.write_text("#!/bin/sh\nexit 3\n")
    (other,) = filled({"data_dir": tmp_path / "data"}, lambda n: manifest(n + 7), 1)
    code, said = sqlite_admin("takedown", other, "--reason", "spam")
    assert code == 0 and "purges that failed: 1" in said


def test_a_restart_changes_no_clients_name(make_client, admin, manifest):
    """The salt belongs to the installation, so a network can be told over longer times."""
    for number in range(2):
        make_client().post("/api/v1/snippets", json=manifest(number))
    rows = json.loads(admin("list", "--json")[1])["snippets"]
    assert len(rows) == 2 and len({row["created_by"] for row in rows}) == 1
