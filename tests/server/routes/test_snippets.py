"""The API for snippets, on SQLite and on PostgreSQL."""

import concurrent.futures
import json
import zlib

import pytest
import sqlalchemy as sa

from gradtape.snippet import canonical, proves, sha256_hex, snippet_id, validate
from gradtape.snippet.identity import ID_LENGTH, full_name
from gradtape_server.storage.tables import snippets

API = "/api/v1/snippets"


def stored(client, manifest):
    answer = client.post(API, json=manifest)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_what_was_stored_comes_back_byte_for_byte(client, manifest):
    value = manifest()
    answer = client.post(API, json=value)
    assert answer.status_code == 201
    told = answer.json()
    assert told["id"] == snippet_id(value, ID_LENGTH)
    assert told["sha256"] == sha256_hex(canonical(value))
    assert told["url"] == f"http://localhost/s/{told['id']}"
    assert answer.headers["location"] == f"/s/{told['id']}"
    assert answer.headers["cache-control"] == "no-store"
    for _ in range(2):  # from the database, then from memory
        read = client.get(f"{API}/{told['id']}")
        assert read.content == canonical(value)
        assert proves(told["id"], read.content)
        assert read.headers["content-type"] == "application/json"
        assert read.headers["etag"] == f'"{told["sha256"]}"'
        assert read.headers["cache-control"] == "public, max-age=300"


def test_equal_content_is_stored_once_and_only_its_first_sender_can_delete_it(client, manifest):
    value = manifest()
    first = stored(client, value)
    turned = json.dumps(dict(reversed(value.items())), indent=3)
    again = client.post(API, content=turned, headers={"content-type": "application/json"})
    assert again.status_code == 200
    assert again.json() == {
        "id": first["id"],
        "url": first["url"],
        "sha256": first["sha256"],
        "created": False,
    }


def test_a_hundred_equal_creates_at_once_make_one_row(client, manifest):
    value = manifest()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: client.post(API, json=value), range(100)))
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert client.portal.call(client.app._services.snippets.count) == 1


def test_bare_code_is_stored_as_a_manifest_with_nothing_pinned(client):
    told = stored(client, {"schema": 0, "code": "print(1)", "title": "Bare"})
    value = client.get(f"{API}/{told['id']}").json()
    assert value["schema"] == 1 and value["code"] == {"main.py": "print(1)"}
    validate(value)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{}", 400, "schema: is missing"),
        (b"[]", 400, "got an array of 0; must be object"),
        (b"nonsense", 400, "not JSON"),
        (b'{"schema": 1, "schema": 1}', 400, "stands twice"),
        (b'{"schema": 1.5}', 400, "got the number 1.5"),
        (b"\xff", 400, "not UTF-8"),
        (b"", 400, "not JSON"),
        (b"[" * 100_000, 400, ""),
    ],
)
def test_what_is_not_a_manifest_is_refused_with_the_reason(client, body, status, words):
    answer = client.post(API, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status and words in told["detail"]


def test_every_problem_is_listed_with_its_path(client, manifest):
    value = manifest(title=5, parent="x")
    told = client.post(API, json=value).json()
    assert [error["path"] for error in told["errors"]] == ["title", "parent"]


def test_a_contradiction_is_told_from_a_malformed_field(client, manifest):
    answer = client.post(API, json=manifest(entry="other.py"))
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"path": "entry", "message": "got 'other.py'; must be one of the files: main.py"}
    ]


def test_too_much_code_and_too_large_a_body_are_413(client, manifest):
    value = manifest()
    value["code"]["main.py"] = "é" * 40_000
    assert client.post(API, json=value).status_code == 413
    big = b'"' + b"x" * 400_000 + b'"'
    answer = client.post(API, content=big, headers={"content-type": "application/json"})
    assert answer.status_code == 413

    # In pieces, so without a length: the server has to count.
    pieces = (b"x" * 50_000 for _ in range(8))
    answer = client.post(API, content=pieces, headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "image/png"])
def test_only_json_is_taken(client, manifest, kind):
    body = canonical(manifest())
    assert client.post(API, content=body, headers={"content-type": kind}).status_code == 415


def test_conditional_reads_answer_304(client, manifest):
    told = stored(client, manifest())
    path = f"{API}/{told['id']}"
    etag = client.get(path).headers["etag"]
    for wanted in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = client.get(path, headers={"if-none-match": wanted})
        assert (answer.status_code, answer.content) == (304, b""), wanted
        assert answer.headers["etag"] == etag
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_head_answers_like_get_without_a_body(client, manifest):
    told = stored(client, manifest())
    for path in (f"{API}/{told['id']}", f"{API}/{told['id']}.py", f"/s/{told['id']}", "/healthz"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


def test_exports(client, manifest):
    value = manifest()
    identifier = stored(client, value)["id"]
    path = f"{API}/{identifier}"
    program = client.get(f"{path}.py")
    assert program.headers["content-type"] == "text/plain; charset=utf-8"
    assert program.headers["content-disposition"] == f'inline; filename="{identifier}.py"'
    assert value["code"]["main.py"].strip() in program.text
    assert f"http://localhost/s/{identifier}" in program.text
    compile(program.text, "program", "exec")
    notebook = client.get(f"{path}.ipynb").json()
    assert notebook["nbformat"] == 4
    assert client.get(f"{path}.json").content == canonical(value)
    test = client.get(f"{path}.test.py")
    compile(test.text, "test", "exec")
    for suffix in (".py", ".ipynb", ".json", ".test.py"):
        first = client.get(path + suffix)
        again = client.get(path + suffix, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304 and first.headers["x-robots-tag"] == "noindex"


def test_a_fork_points_to_its_parent(client, manifest):
    identifier = stored(client, manifest())["id"]
    child = client.get(f"{API}/{identifier}/fork").json()
    assert child["parent"] == identifier and child["results"] == []
    child["code"]["main.py"] += "# changed\n"
    told = stored(client, child)
    assert f'href="/s/{identifier}"' in client.get(f"/s/{told['id']}").text


def test_an_unknown_parent_is_refused(client, manifest):
    answer = client.post(API, json=manifest(parent="2" * 12))
    assert answer.status_code == 422
    assert "parent: is not the id of a snippet stored here" in answer.json()["detail"]


@pytest.mark.parametrize(
    "identifier", ["2" * 12, "a" * 12, "2" * 11, "2" * 55, "..", "%00", "x.py", "2" * 12 + ".exe"]
)
def test_unknown_ids_all_get_the_same_answer(client, identifier):
    answer = client.get(f"{API}/{identifier}")
    assert answer.status_code == 404


def test_there_is_no_list_of_snippets(client, manifest):
    stored(client, manifest())
    assert client.get(API).status_code == 405
    assert client.get(f"{API}/").status_code == 404


def test_ids_grow_where_they_clash(make_client, manifest):
    # Ids of two letters clash soon; every snippet must still be found under its own.
    client = make_client(shortest_id=2)
    found = {}
    for number in range(120):
        value = manifest(number)
        found[stored(client, value)["id"]] = canonical(value)
    assert len(found) == 120
    assert {len(identifier) for identifier in found} >= {2, 3}
    for identifier, body in found.items():
        assert client.get(f"{API}/{identifier}").content == body


def test_bodies_are_stored_compressed(client, manifest):
    value = manifest()
    value["code"]["main.py"] = "x = 1\n" * 5000
    stored(client, value)
    assert len(zlib.compress(canonical(value), 6)) < len(canonical(value)) / 20


def test_several_processes_share_one_database(make_client, manifest):
    one, two = make_client(), make_client()
    told = stored(one, manifest())
    assert two.get(f"{API}/{told['id']}").content == canonical(manifest())
    assert two.post(API, json=manifest()).json()["created"] is False


def test_an_id_proves_128_bits_and_any_longer_name_finds_the_same(client, manifest):
    value = manifest()
    told = stored(client, value)
    name = full_name(told["sha256"])
    assert told["id"] == name[:27] and 27**27 > 2**128
    for longer in (name[:28], name, told["sha256"]):
        assert client.get(f"{API}/{longer}").content == canonical(value)
        assert client.get(f"/s/{longer}").status_code == 200
    other = name[:28] + ("2" if name[28] != "2" else "3")
    assert client.get(f"{API}/{other}").status_code == 404
    assert client.get(f"{API}/{'0' * 64}").status_code == 404


def test_a_link_of_twelve_letters_still_works_and_a_new_one_is_longer(make_client, manifest):
    value = manifest()
    old = stored(make_client(shortest_id=12), value)
    client = make_client()
    assert len(old["id"]) == 12
    again = client.post(API, json=value).json()
    assert again["created"] is False and again["id"] == full_name(old["sha256"])[:27]
    for identifier in (old["id"], again["id"]):
        assert client.get(f"{API}/{identifier}").content == canonical(value)
    token = {"delete-token": old["delete_token"]}
    assert client.delete(f"{API}/{again['id']}", headers=token).status_code == 204
    assert client.get(f"{API}/{old['id']}").status_code == 410


def test_content_that_rotted_is_not_shown(make_client, manifest):
    client = make_client(cache_seconds=0.0)
    identifier = stored(client, manifest())["id"]
    database = client.app._services.database

    async def rot():
        async with database.engine.connect() as connection:
            (body,) = (await connection.execute(sa.select(snippets.c.body))).scalars()
            other = zlib.compress(zlib.decompress(body).replace(b"6.0", b"7.0"))
            await connection.execute(sa.update(snippets).values(body=other))

    client.portal.call(rot)
    for path in (f"{API}/{identifier}", f"/s/{identifier}", f"{API}/{identifier}.py"):
        answer = client.get(path)
        assert answer.status_code == 500 and "is damaged" in answer.text
        assert "etag" not in answer.headers
