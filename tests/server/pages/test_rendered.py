"""Pages and exports are written once, kept, compressed, and different for each host."""

import gzip

import pytest

import gradtape_server.routes.pages
from gradtape_server.pages.rendered import Rendered

API = "/api/v1/snippets"


@pytest.fixture
def written(monkeypatch):
    """How many pages were written."""
    count = []
    write = gradtape_server.routes.pages.page_html

    def counted(*words, **more):
        count.append(more)
        return write(*words, **more)

    monkeypatch.setattr(gradtape_server.routes.pages, "page_html", counted)
    return count


def test_a_page_is_written_once_and_anew_for_another_host(sqlite_client, manifest, written):
    identifier = sqlite_client.post(API, json=manifest()).json()["id"]
    pages = [sqlite_client.get(f"/s/{identifier}").text for _ in range(3)]
    assert len(set(pages)) == 1 and len(written) == 1
    other = sqlite_client.get(f"/s/{identifier}", headers={"host": "other.example"})
    assert "http://other.example/s/" in other.text and len(written) == 2
    sqlite_client.get(f"/e/{identifier}")
    assert len(written) == 3


def test_what_was_taken_down_is_not_shown_from_memory(make_sqlite_client, manifest):
    client = make_sqlite_client(cache_seconds=0.0)
    identifier = client.post(API, json=manifest()).json()["id"]
    assert client.get(f"/s/{identifier}").status_code == 200
    client.portal.call(client.app._services.snippets.take_down, identifier, "spam")
    for path in (f"/s/{identifier}", f"{API}/{identifier}.py"):
        assert client.get(path).status_code == 410


@pytest.mark.parametrize("end", ["", ".py", ".ipynb", ".test.py", ".json"])
def test_answers_are_compressed_for_who_takes_that(sqlite_client, manifest, end):
    value = manifest(code={"main.py": "x = 1\n" * 500})
    identifier = sqlite_client.post(API, json=value).json()["id"]
    path = f"{API}/{identifier}{end}" if end else f"/s/{identifier}"

    def sent(accept):
        with sqlite_client.stream("GET", path, headers={"accept-encoding": accept}) as answer:
            return answer.headers, b"".join(answer.iter_raw())

    headers, body = sent("identity")
    assert "content-encoding" not in headers
    zipped_headers, zipped = sent("br, gzip")
    assert zipped_headers["content-encoding"] == "gzip" and gzip.decompress(zipped) == body
    assert len(zipped) < len(body) / 2
    assert headers["etag"] != zipped_headers["etag"]
    for one in (headers, zipped_headers):
        assert one["vary"] == "Host, X-Forwarded-Proto, Accept-Encoding"
        again = {"if-none-match": one["etag"], "accept-encoding": "gzip"}
        status = sqlite_client.get(path, headers=again).status_code
        assert status == (304 if one is zipped_headers else 200)


def test_exports_for_two_hosts_are_two_answers(make_sqlite_client, manifest):
    """A cache that keeps one of them must not hand it to who asked for the other."""
    client = make_sqlite_client()
    identifier = client.post(API, json=manifest()).json()["id"]
    path = f"{API}/{identifier}.py"
    own, foreign = (client.get(path, headers={"host": host}) for host in ("a.example", "b.example"))
    assert own.headers["etag"] != foreign.headers["etag"] and "Host" in own.headers["vary"]
    public = make_sqlite_client(public_url="https://play.example")
    answer = public.get(path, headers={"host": "b.example"})
    assert "b.example" not in answer.text and answer.headers["vary"] == "Accept-Encoding"


def test_pages_that_nobody_asked_for_before_have_a_limit(make_sqlite_client, manifest):
    client = make_sqlite_client(pages_per_minute=3)
    found = [client.post(API, json=manifest(number)).json()["id"] for number in range(5)]
    statuses = [client.get(f"/s/{identifier}").status_code for identifier in found]
    assert statuses == [200] * 3 + [429] * 2
    assert client.get(f"/s/{found[0]}").status_code == 200


def test_what_is_kept_has_a_bound(make_sqlite_client, manifest):
    client = make_sqlite_client(rendered_bytes=20_000)
    for number in range(10):
        identifier = client.post(API, json=manifest(number)).json()["id"]
        assert client.get(f"/s/{identifier}").status_code == 200
    kept = client.app._services.rendered._kept
    assert 0 < len(kept) < 10 and kept.currsize <= 20_000


def test_equal_texts_have_equal_bytes():
    assert Rendered.of("x" * 5000) == Rendered.of("x" * 5000)
