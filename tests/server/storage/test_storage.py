"""The tables and how they change, engines, take-downs: on SQLite and on PostgreSQL."""

import asyncio
import io
import zipfile
import zlib

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from gradtape.snippet import canonical
from gradtape.snippet.wheels import BadWheel, describe
from gradtape_server.settings import Settings
from gradtape_server.storage.database import Database
from gradtape_server.storage.engines import EngineStore
from gradtape_server.storage.schema_version import current, migrate, newest
from gradtape_server.storage.snippets import SnippetStore
from gradtape_server.storage.tables import metadata

API = "/api/v1/snippets"


def with_database(settings, work):
    """What `work(database)` gives, on an open database."""

    async def run():
        database = Database(Settings(**settings))
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def test_migrations_make_exactly_the_tables_of_the_code(database_settings):
    async def work(database):
        await migrate(database)
        async with database.engine.connect() as connection:
            return await connection.run_sync(
                lambda c: compare_metadata(MigrationContext.configure(c), metadata)
            )

    assert with_database(database_settings, work) == []


def test_down_and_up_again_keeps_the_snippets(database_settings):
    async def work(database):
        await migrate(database)
        snippets = SnippetStore(database)
        ids = [(await snippets.add(b'"%d"' % n, None, "x")).id for n in range(20)]
        await migrate(database, "0001")
        assert await current(database) == "0001"
        async with database.engine.connect() as connection:
            rows = await connection.execute(sa.text("SELECT id, body FROM snippets"))
            kept = {row.id: zlib.decompress(row.body) for row in rows}
        assert [kept[i] for i in ids] == [b'"%d"' % n for n in range(20)]
        await migrate(database)
        await migrate(database)
        assert await current(database) == newest()
        assert await snippets.count() == 20
        await migrate(database, "base")
        assert await current(database) is None
        async with database.engine.connect() as connection:
            names = await connection.run_sync(lambda c: sa.inspect(c).get_table_names())
        assert set(names) <= {"alembic_version"}

    with_database(database_settings, work)


def test_servers_that_start_together_migrate_once(database_settings):
    async def work(database):
        others = [Database(database.settings) for _ in range(4)]
        await asyncio.gather(*(migrate(other) for other in others))
        for other in others:
            await other.close()
        return await current(database)

    assert with_database(database_settings, work) == newest()


def test_a_takedown_is_seen_by_running_servers_within_the_cache_time(
    make_client, database_settings, manifest
):
    client = make_client(cache_seconds=0.0)
    value = manifest()
    identifier = client.post(API, json=value).json()["id"]
    assert client.get(f"{API}/{identifier}").status_code == 200

    async def take_down(database):
        return await SnippetStore(database).take_down(identifier, "it was spam")

    assert with_database(database_settings, take_down)
    gone = client.get(f"{API}/{identifier}")
    assert gone.status_code == 410
    assert gone.json()["detail"] == "this snippet was taken down: it was spam"
    for path in (f"{API}/{identifier}.py", f"/s/{identifier}/preview.png"):
        assert client.get(path).status_code == 410
    again = client.post(API, json=value)
    assert again.status_code == 410 and "it was spam" in again.json()["detail"]


def test_a_taken_down_body_is_really_gone(database_settings):
    async def work(database):
        await migrate(database)
        snippets = SnippetStore(database)
        added = await snippets.add(b'"secret"', None, "x")
        await snippets.take_down(added.id, "r")
        async with database.engine.connect() as connection:
            (row,) = await connection.execute(sa.text("SELECT * FROM snippets"))
        assert row.body is None and bytes(row.sha256).hex() == added.sha256

    with_database(database_settings, work)


def wheel(version="0.1.0", text=b"x = 1\n"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("gradtape/__init__.py"), text)
        archive.writestr(zipfile.ZipInfo(f"gradtape-{version}.dist-info/METADATA"), b"")
    return f"gradtape-{version}-py3-none-any.whl", buffer.getvalue()


def test_engines_are_kept_for_ever_under_their_hash(make_client, database_settings):
    client = make_client()
    published = [wheel(), wheel("0.2.0"), wheel("0.2.0", b"x = 2\n")]

    async def publish(database):
        store = EngineStore(database)
        first = [await store.add(*item) for item in published]
        again = await store.add(*published[0])
        return [added for _, added in first], again[1]

    assert with_database(database_settings, publish) == ([True] * 3, False)
    engines = client.get("/api/v1/engines").json()["engines"]
    assert sorted(engine["version"] for engine in engines) == ["0.1.0", "0.2.0", "0.2.0"]
    assert len({engine["source_sha256"] for engine in engines}) == 2
    bodies = {content for _, content in published}
    for engine in engines:
        answer = client.get(engine["url"])
        assert answer.content in bodies
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["etag"] == f'"{engine["wheel_sha256"]}"'
        again = client.get(engine["url"], headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/api/v1/engines/{'0' * 64}/x.whl").status_code == 404
    assert client.get(engines[0]["url"] + "x").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("other-1.0-py3-none-any.whl", wheel()[1], "must be named gradtape-"),
        ("gradtape-1.0-py3-none-any.whl", b"no zip", "is not a zip archive"),
        ("../gradtape-1.0-py3-none-any.whl", wheel()[1], "must be named gradtape-"),
    ],
)
def test_what_is_no_engine_is_refused(name, content, message):
    with pytest.raises(BadWheel, match=message):
        describe(name, content)


def test_a_page_built_anew_publishes_its_engine_before_it_is_shown(make_client, tmp_path):
    folder = tmp_path / "dist"
    (folder / "engine").mkdir(parents=True)
    index = folder / "index.html"
    index.write_text("<html><head></head><body></body></html>")
    client = make_client(page_dir=folder)
    assert client.get("/api/v1/engines").json()["engines"] == []
    for version in ("0.1.0", "0.2.0"):
        name, content = wheel(version)
        for old in (folder / "engine").iterdir():
            old.unlink()  # a new build replaces the old one; the server keeps both
        (folder / "engine" / name).write_bytes(content)
        index.write_text(f"<html><head></head><body>{version}</body></html>")
        assert version in client.get("/").text
    engines = client.get("/api/v1/engines").json()["engines"]
    assert {engine["version"] for engine in engines} == {"0.1.0", "0.2.0"}


def test_wheels_of_the_built_page_are_published_at_the_start(make_client, tmp_path):
    folder = tmp_path / "dist"
    (folder / "engines").mkdir(parents=True)
    (folder / "index.html").write_text("<html><head></head><body></body></html>")
    name, content = wheel()
    (folder / "engines" / name).write_bytes(content)
    (folder / "engines" / "gradtape-0.0-py3-none-any.whl").write_bytes(b"damaged")
    for _ in range(2):
        engines = make_client(page_dir=folder).get("/api/v1/engines").json()["engines"]
        assert [engine["version"] for engine in engines] == ["0.1.0"]


def test_every_acknowledged_create_is_there_after_many_at_once(client, manifest):
    from concurrent.futures import ThreadPoolExecutor

    values = [manifest(number) for number in range(200)]
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda value: client.post(API, json=value).json()["id"], values))
    assert len(set(ids)) == 200
    for identifier, value in zip(ids, values, strict=True):
        assert client.get(f"{API}/{identifier}").content == canonical(value)
