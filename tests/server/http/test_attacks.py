"""What a hostile client tries: other files, other sites, markup, malformed everything."""

import html.parser
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradtape.snippet import canonical

API = "/api/v1/snippets"


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/assets/../../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fetc/passwd",
        "/assets/..%5c..%5cetc%5cpasswd",
        "/%00",
        "/assets/%00.js",
        "//etc/passwd",
        "/sandbox/../settings.py",
        "/.git/config",
        "/index.html/../../x",
        "/s/../../etc/passwd/preview.png",
    ],
)
def test_no_path_leaves_the_page(make_client, tmp_path, path):
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html><head></head><body></body></html>")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("secret")
    answer = make_client(page_dir=folder).get(path)
    assert answer.status_code == 404 and "secret" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/s//evil.example", "/s/"])
def test_nothing_redirects(client, path):
    answer = client.get(f"http://localhost{path}", follow_redirects=False)
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "host",
    ["evil.example/x", 'a"><script>', "a\tb", "evil.example:80:80", "a b", "", "x" * 300, "[::1"],
)
def test_a_strange_host_is_not_repeated(client, manifest, host):
    headers = {"host": host}
    told = client.post(API, json=manifest(), headers=headers).json()
    assert told["url"].startswith("http://localhost/s/")
    page = client.get(f"/s/{told['id']}", headers=headers)
    assert "evil" not in page.text and "a&quot;" not in page.text


def test_header_injection_through_what_is_stored(client, manifest):
    for text in ("x\r\nset-cookie: a=b", "x\nlocation: //evil.example", "x\x00"):
        answer = client.post(API, json=manifest(title=text))
        assert answer.status_code == 400
    identifier = client.post(API, json=manifest()).json()["id"]
    answer = client.get(f"/s/{identifier}%0d%0aset-cookie:%20a=b")
    assert answer.status_code == 404 and "set-cookie" not in answer.headers


def test_nobody_gets_a_cookie(client, manifest):
    identifier = client.post(API, json=manifest()).json()["id"]
    for path in ("/", f"/s/{identifier}", f"/e/{identifier}", f"{API}/{identifier}", "/api"):
        assert "set-cookie" not in client.get(path).headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://localhost.evil.example"},
    ],
)
def test_other_sites_cannot_write(client, manifest, headers):
    assert client.post(API, json=manifest(), headers=headers).status_code == 403
    path = f"{API}/{'2' * 12}"
    answer = client.delete(path, headers={**headers, "delete-token": "x"})
    assert answer.status_code == 403


def test_other_sites_can_read_but_are_not_allowed_to_write(client, manifest):
    own = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    told = client.post(API, json=manifest(), headers=own).json()
    read = client.get(f"{API}/{told['id']}", headers={"origin": "https://other.example"})
    assert read.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in read.headers
    asked = {"origin": "https://other.example", "access-control-request-method": "POST"}
    preflight = client.options(API, headers=asked)
    assert preflight.status_code == 405
    assert not [name for name in preflight.headers if name.startswith("access-control")]


def test_raw_exports_are_inert_documents(client, manifest):
    value = manifest()
    value["code"] = {"main.py": "<!doctype html><script>alert(1)</script>"}
    identifier = client.post(API, json=value).json()["id"]
    for suffix in ("", ".py", ".json", ".ipynb", ".test.py"):
        answer = client.get(f"{API}/{identifier}{suffix}")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("sandbox")
        assert "html" not in answer.headers["content-type"]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "</noscript><script>alert(1)</script>",
    "</code></pre><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\\1\\g<0>",
    "&lt;script&gt;&#60;script&#62;",
    "<!--<script>",
    "]]><script>",
]
KNOWN = {
    *("html", "head", "meta", "title", "link", "body", "main", "h1", "h2", "p", "a", "code", "pre"),
    *("table", "caption", "tr", "th", "td", "noscript"),
}


class Reader(html.parser.HTMLParser):
    """Collects what a browser would take for markup."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        for name, value in attrs:
            assert name not in ("href", "src") or value.startswith(("/", "http://localhost/"))

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_any_field_stays_text_on_every_page(client, manifest, text):
    value = manifest(title=text, output=text)
    value["code"] = {"main.py": text, "other.py": text}
    value["results"][0]["label"] = text
    identifier = client.post(API, json=value).json()["id"]
    for path in (f"/s/{identifier}", f"/e/{identifier}"):
        page = Reader()
        page.feed(client.get(path).text)
        assert page.tags <= KNOWN, page.tags - KNOWN
        assert not {name for name in page.attributes if name.startswith("on")}
        assert "".join(page.text).count(text) >= 5
    assert client.get(f"/s/{identifier}/preview.png").status_code == 200
    frame = Reader()
    link = {"url": f"http://localhost/s/{identifier}"}
    frame.feed(client.get("/oembed", params=link).json()["html"])
    assert frame.tags == {"iframe"}
    notebook = client.get(f"{API}/{identifier}.ipynb").json()
    about = "".join(notebook["cells"][0]["source"])
    assert all(line.startswith("    ") for line in about.splitlines())
    for suffix in (".py", ".test.py"):
        first = client.get(f"{API}/{identifier}{suffix}").text.splitlines()[0]
        assert first.startswith(("#", '"""'))


def test_markup_in_the_reason_of_a_takedown_stays_text(client, manifest):
    identifier = client.post(API, json=manifest()).json()["id"]
    take_down = client.app._services.snippets.take_down
    client.portal.call(take_down, identifier, "<script>alert(1)</script>")
    client.app._services.cache.drop(identifier)
    for path in (f"/s/{identifier}", f"/e/{identifier}"):
        answer = client.get(path)
        page = Reader()
        page.feed(answer.text)
        assert answer.status_code == 410 and page.tags <= KNOWN
        assert "<script>alert(1)</script>" in "".join(page.text)


def test_a_title_cannot_end_the_comment_or_the_docstring_of_an_export(client, manifest):
    value = manifest(title='"""; import os #')
    value["code"] = {"main.py": "pass\n"}
    value["results"], value["produced"] = [], 0
    identifier = client.post(API, json=value).json()["id"]
    for suffix in (".py", ".test.py"):
        text = client.get(f"{API}/{identifier}{suffix}").text
        compiled = compile(text, "export", "exec")
        assert "os" not in compiled.co_names


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


async def post(app, body):
    """One create, straight into the application: a client would cost ten times as much."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": API,
        "raw_path": API.encode(),
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    sent = []
    received = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return received.pop() if received else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), content


def test_ten_thousand_malformed_bodies_are_refused_and_none_breaks_the_server(client, manifest):
    """Two thirds are manifests with one wrong value, one third is arbitrary bytes or JSON."""
    good = manifest()
    places = [[name] for name in good]
    places += [["engine", name] for name in good["engine"]]
    places += [["run", name] for name in good["run"]]
    places += [["results", 0, name] for name in good["results"][0]]
    seen = []

    def send(body):
        status, headers, content = client.portal.call(post, client.app, body)
        assert status in (200, 201, 400, 413, 422), content
        if status >= 400:
            assert headers[b"content-type"] == b"application/problem+json"
            assert json.loads(content)["detail"]
        seen.append(status)

    quiet = settings(
        max_examples=7000,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    @quiet
    @given(st.sampled_from(places), VALUES)
    def one_wrong_value(path, value):
        copied = json.loads(canonical(good))
        place = copied
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        send(json.dumps(copied).encode("utf-8", "surrogatepass"))

    @settings(quiet, max_examples=1800)
    @given(st.binary(max_size=200))
    def bytes_of_any_kind(body):
        send(body)

    @settings(quiet, max_examples=1800)
    @given(VALUES)
    def json_of_any_kind(value):
        send(json.dumps(value).encode())

    one_wrong_value()
    bytes_of_any_kind()
    json_of_any_kind()
    refused = [status for status in seen if status >= 400]
    assert len(refused) >= 10_000, len(refused)
