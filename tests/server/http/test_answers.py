"""What every answer says: allowed methods, ids, and words for people where a person asks."""

import json
import logging

import pytest

from gradtape_server.telemetry.logs import JSONLines

API = "/api/v1/snippets"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (f"{API}/222222222222", "DELETE, GET, HEAD, PATCH"),
        (API, "POST"),
        ("/api/v1/engines", "GET, HEAD"),
        ("/s/222222222222", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_there_names_all_that_are(sqlite_client, path, allowed):
    answer = sqlite_client.request("PUT", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_a_person_at_an_unknown_address_sees_a_page_and_a_program_a_problem(sqlite_client):
    person = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = sqlite_client.get("/nowhere", headers=person)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html") and "<h1>" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    for path, headers in (("/nowhere", {}), ("/api/nowhere", person)):
        told = sqlite_client.get(path, headers=headers)
        assert told.headers["content-type"] == "application/problem+json"


def test_a_mistake_is_logged_under_the_id_that_its_answer_names(sqlite_client, monkeypatch):
    services = sqlite_client.app._services

    async def fail(*_):
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(services, "find", fail)
    # caplog's own handler formats outside of the request, so the lines are made while it runs.
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(JSONLines().format(record)))
    logging.getLogger("gradtape.server").addHandler(handler)
    try:
        answer = sqlite_client.get(f"{API}/222222222222")
    finally:
        logging.getLogger("gradtape.server").removeHandler(handler)
    assert answer.status_code == 500
    request_id = answer.headers["x-request-id"]
    assert answer.json()["detail"].endswith(request_id)
    assert [line["request"] for line in lines] == [request_id]


def test_health_is_answered_beyond_the_read_limit(make_sqlite_client):
    client = make_sqlite_client(reads_per_minute=3)
    statuses = [client.get("/version").status_code for _ in range(5)]
    assert statuses[-1] == 429
    for path in ("/healthz", "/readyz"):
        assert client.get(path).status_code == 200


def test_a_page_behind_a_proxy_that_asks_for_another_host_may_write(make_sqlite_client, manifest):
    client = make_sqlite_client(public_url="https://play.example")
    headers = {"origin": "https://play.example", "host": "127.0.0.1:8000"}
    answer = client.post(API, json=manifest(), headers=headers)
    assert answer.status_code == 201
    assert answer.json()["url"].startswith("https://play.example/s/")
    for other in ("https://evil.example", "http://play.example", "https://play.example.evil"):
        refused = client.post(API, json=manifest(1), headers={**headers, "origin": other})
        assert refused.status_code == 403


def test_an_https_address_is_asked_for_again_only_so(make_sqlite_client, manifest):
    secure = make_sqlite_client(public_url="https://play.example")
    identifier = secure.post(API, json=manifest()).json()["id"]
    for path in ("/", f"{API}/{identifier}", f"{API}/{identifier}", "/nowhere"):
        assert secure.get(path).headers["strict-transport-security"] == "max-age=63072000"
    plain = make_sqlite_client(public_url="http://play.example")
    assert "strict-transport-security" not in plain.get("/").headers
