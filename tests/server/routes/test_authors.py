"""What only a snippet's author may do with it, on SQLite and on PostgreSQL."""

import calendar
import concurrent.futures
import time

from gradtape.snippet import canonical

API = "/api/v1/snippets"


def stored(client, manifest):
    answer = client.post(API, json=manifest)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_delete_token_withdraws_and_nothing_else_does(client, manifest):
    value = manifest()
    told = stored(client, value)
    path = f"{API}/{told['id']}"
    assert client.get(path).status_code == 200
    assert client.delete(path).status_code == 400
    assert client.delete(path, headers={"delete-token": "wrong"}).status_code == 404
    unknown = client.delete(f"{API}/{'3' * 12}", headers={"delete-token": "wrong"})
    wrong = client.delete(path, headers={"delete-token": "wrong"})
    assert unknown.json() == wrong.json()
    assert client.get(path).status_code == 200
    token = {"delete-token": told["delete_token"]}
    assert client.delete(path, headers=token).status_code == 204
    gone = client.get(path)
    assert gone.status_code == 410 and "withdrawn by its author" in gone.json()["detail"]
    assert client.get(f"/s/{told['id']}").status_code == 410
    assert client.delete(path, headers=token).status_code == 204
    again = client.post(API, json=value)  # its author may change their mind
    assert again.status_code == 201 and again.json()["delete_token"] != told["delete_token"]
    assert client.get(path).status_code == 200
    assert client.delete(path, headers=token).status_code == 404


def test_of_those_who_store_a_withdrawn_snippet_at_once_one_has_a_token_and_it_works(
    client, manifest
):
    value = manifest()
    first = stored(client, value)
    path = f"{API}/{first['id']}"
    for _ in range(5):
        client.delete(path, headers={"delete-token": first["delete_token"]})
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            told = [a.json() for a in pool.map(lambda _: client.post(API, json=value), range(8))]
        tokens = [one["delete_token"] for one in told if "delete_token" in one]
        assert len(tokens) == 1
        assert client.get(path).status_code == 200
        first = {"delete_token": tokens[0]}
    assert client.delete(path, headers={"delete-token": tokens[0]}).status_code == 204


def test_who_lost_the_answer_asks_again_with_the_same_token(client, manifest):
    value = manifest()
    own = {"delete-token": "a" * 32}
    answers = [client.post(API, json=value, headers=own) for _ in range(2)]
    assert [answer.json()["delete_token"] for answer in answers] == ["a" * 32] * 2
    stranger = client.post(API, json=value, headers={"delete-token": "b" * 32}).json()
    assert "delete_token" not in stranger and stranger["created"] is False
    path = f"{API}/{stranger['id']}"
    assert client.delete(path, headers={"delete-token": "b" * 32}).status_code == 404
    assert client.delete(path, headers=own).status_code == 204
    for bad in ("short", "x" * 30 + " ", "é" * 30):
        headers = {"delete-token": bad.encode()}
        assert client.post(API, json=manifest(1), headers=headers).status_code == 400


def test_a_snippet_can_have_an_end(make_client, manifest, monkeypatch):
    client = make_client(cache_seconds=0.0)
    value = manifest()
    told = client.post(f"{API}?expires_in_days=2", json=value).json()
    assert told["expires"].endswith("Z")
    path = f"{API}/{told['id']}"
    assert client.get(path).status_code == 200
    later = time.time() + 3 * 86_400
    monkeypatch.setattr("gradtape_server.storage.snippets.time.time", lambda: later)
    gone = client.get(path)
    assert gone.status_code == 410 and "this snippet has expired" in gone.json()["detail"]
    assert client.post(API, json=value).status_code == 201  # and may be stored again
    assert client.get(path).status_code == 200
    assert client.post(f"{API}?expires_in_days=-1", json=manifest(1)).status_code == 400


def test_who_stores_the_same_without_an_end_keeps_it(make_client, manifest, monkeypatch):
    client = make_client(cache_seconds=0.0)
    identifier = client.post(f"{API}?expires_in_days=1", json=manifest()).json()["id"]
    client.post(API, json=manifest())
    later = time.time() + 3 * 86_400
    monkeypatch.setattr("gradtape_server.storage.snippets.time.time", lambda: later)
    assert client.get(f"{API}/{identifier}").status_code == 200


def test_its_author_changes_how_long_a_snippet_stands_and_nothing_else(
    make_client, manifest, monkeypatch
):
    client = make_client(cache_seconds=0.0)
    told = stored(client, manifest())
    path, own = f"{API}/{told['id']}", {"delete-token": told["delete_token"]}
    before = client.get(path)
    for days in (30, 1):
        kept = client.patch(f"{path}?expires_in_days={days}", headers=own)
        assert (kept.status_code, kept.headers["cache-control"]) == (200, "no-store")
        assert kept.json().keys() == {"id", "sha256", "expires"}
        end = calendar.timegm(time.strptime(kept.json()["expires"], "%Y-%m-%dT%H:%M:%SZ"))
        assert abs(end - time.time() - days * 86_400) < 60
    after = client.get(path)
    assert after.content == before.content and after.headers["etag"] == before.headers["etag"]
    for name in (told["sha256"], told["id"] + "2" * 3):
        answer = client.patch(f"{API}/{name}?expires_in_days=0", headers=own)
        known = name == told["sha256"]
        assert answer.status_code == (200 if known else 404), name
    assert (
        answer.json()
        == client.patch(f"{path}?expires_in_days=1", headers={"delete-token": "x"}).json()
    )
    for query, headers in (("", own), ("?expires_in_days=1", {}), ("?expires_in_days=-1", own)):
        wrong = client.patch(path + query, headers=headers)
        assert wrong.status_code == 400
        assert wrong.headers["content-type"] == "application/problem+json"
    later = time.time() + 3 * 86_400
    monkeypatch.setattr("gradtape_server.storage.snippets.time.time", lambda: later)
    assert client.get(path).status_code == 200  # for ever, as was asked last


def test_what_is_gone_is_not_brought_back_by_letting_it_stand_longer(
    make_client, manifest, monkeypatch
):
    client = make_client(cache_seconds=0.0)
    told = client.post(f"{API}?expires_in_days=1", json=manifest()).json()
    path, own = f"{API}/{told['id']}", {"delete-token": told["delete_token"]}
    with monkeypatch.context() as patch:
        later = time.time() + 3 * 86_400
        patch.setattr("gradtape_server.storage.snippets.time.time", lambda: later)
        gone = client.patch(f"{path}?expires_in_days=30", headers=own)
        assert gone.status_code == 410 and "has expired" in gone.json()["detail"]
    own = {"delete-token": client.post(API, json=manifest()).json()["delete_token"]}
    assert client.delete(path, headers=own).status_code == 204
    gone = client.patch(f"{path}?expires_in_days=30", headers=own)
    assert gone.status_code == 410 and "withdrawn by its author" in gone.json()["detail"]
    assert client.get(path).status_code == 410


def test_who_asks_again_is_told_the_end_that_holds(client, manifest):
    """It is their own: `PATCH` changes it, and sending the same once more does not."""
    own = {"delete-token": "a" * 32}
    told = [
        client.post(f"{API}?expires_in_days={days}", json=manifest(), headers=own).json()
        for days in (30, 1, 60, 0)
    ]
    assert len({one["expires"] for one in told}) == 1
    path = f"{API}/{told[0]['id']}?expires_in_days=0"
    assert client.patch(path, headers=own).json()["expires"] is None
    again = client.post(f"{API}?expires_in_days=1", json=manifest(), headers=own).json()
    assert "expires" not in again


def test_an_end_that_is_moved_while_it_is_noticed_is_not_lost(make_client, manifest, monkeypatch):
    """A reader finds a snippet to be over; before it is removed, it is stored once more."""
    client = make_client(cache_seconds=0.0)
    told = client.post(f"{API}?expires_in_days=1", json=manifest()).json()
    store = client.app._services.snippets
    later = time.time() + 3 * 86_400
    monkeypatch.setattr("gradtape_server.storage.snippets.time.time", lambda: later)
    honest = store._row_of

    async def interrupted(identifier):
        row = await honest(identifier)
        monkeypatch.setattr(store, "_row_of", honest)
        added = await store.add(canonical(manifest()), None, "x")
        assert added.created
        return row

    monkeypatch.setattr(store, "_row_of", interrupted)
    for _ in range(2):
        assert client.get(f"{API}/{told['id']}").content == canonical(manifest())
