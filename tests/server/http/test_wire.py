"""What a hostile client writes on the wire itself: a client library would tidy it up first."""

import socket

import pytest

from gradtape.snippet import canonical

API = "/api/v1/snippets"


@pytest.fixture(scope="module")
def site(machines_module, tmp_path_factory):
    """A server with a built page, and a file outside it that nobody may read."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "dist" / "assets").mkdir(parents=True)
    (folder / "dist" / "index.html").write_text("<html><head></head><body>home</body></html>")
    (folder / "dist" / "assets" / "a.js").write_text("1")
    (folder / "secret").write_text("secret")
    page = {"GRADTAPE_PAGE_DIR": str(folder / "dist")}
    words = ("--data-dir", str(folder / "data"))
    with machines_module.Server(*words, environment=page) as server:
        yield server


def ask(server, *lines, body=b""):
    """The status, the headers by name (a list each) and the body of the answer to these lines."""
    head = b"\r\n".join(lines) + b"\r\nconnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head + body)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    head, _, content = answer.partition(b"\r\n\r\n")
    first, *rest = head.split(b"\r\n")
    headers = {}
    for line in rest:
        name, _, value = line.partition(b": ")
        headers.setdefault(name.lower(), []).append(value)
    return int(first.split()[1]), headers, content


@pytest.mark.parametrize(
    "target",
    [
        b"/../secret",
        b"/assets/../../secret",
        b"/assets/%2e%2e/%2e%2e/secret",
        b"/assets/..%2f..%2fsecret",
        b"/assets/..%5c..%5csecret",
        b"/assets/%252e%252e/secret",
        b"/assets/....//....//secret",
        b"/assets/a.js/../../../secret",
        b"/assets/\xc0\xae\xc0\xae/secret",
        b"/assets/a.js%00.png",
        b"http://localhost/../secret",
        b"file:///etc/passwd",
        b"/s/..%2f..%2fsecret",
        b"/api/v1/snippets/..%2f..%2f..%2fsecret",
        b"/api/v1/engines/../../../secret",
    ],
)
def test_no_target_leaves_the_page(site, target):
    status, _, content = ask(site, b"GET " + target + b" HTTP/1.1", b"host: localhost")
    assert status in (400, 404) and b"secret" not in content.replace(target, b"")


@pytest.mark.parametrize(
    "target",
    [
        b"//evil.example",
        b"//evil.example/%2e%2e",
        b"/\\evil.example",
        b"/s//evil.example",
        b"/%2f%2fevil.example",
        b"/%0d%0alocation:%20//evil.example",
        b"/s",
        b"/e/",
    ],
)
def test_no_target_redirects(site, target):
    status, headers, _ = ask(site, b"GET " + target + b" HTTP/1.1", b"host: localhost")
    assert status in (400, 404) and b"location" not in headers


INJECTED = b"%0d%0aset-cookie:%20a=b"


@pytest.mark.parametrize(
    "lines",
    [
        (b"GET /s/222222222222" + INJECTED + b" HTTP/1.1", b"host: localhost"),
        (b"GET /oembed?url=http://localhost/s/2" + INJECTED + b" HTTP/1.1", b"host: localhost"),
        (b"GET / HTTP/1.1", b"host: localhost" + INJECTED),
        (b"GET / HTTP/1.1", b"host: localhost", b"x-forwarded-proto: http" + INJECTED),
        (b"GET / HTTP/1.1", b"host: localhost", b'if-none-match: "a' + INJECTED + b'"'),
        (b"GET / HTTP/1.1", b"host: localhost", b"x-request-id: a" + INJECTED),
        (b"GET / HTTP/1.1", b"host: localhost\nset-cookie: a=b"),
        (b"GET / HTTP/1.1\rset-cookie: a=b", b"host: localhost"),
    ],
)
def test_nothing_sent_becomes_a_header(site, lines):
    _, headers, _ = ask(site, *lines)
    assert b"set-cookie" not in headers
    assert not [value for values in headers.values() for value in values if b"a=b" in value]


def test_a_link_names_the_host_that_was_asked_and_nothing_else(site, manifest):
    body = canonical(manifest())
    for host in (b"evil.example/x", b"a@evil.example", b"localhost:1:2", b'"><script>'):
        lines = [
            b"POST " + API.encode() + b" HTTP/1.1",
            b"host: " + host,
            b"content-type: application/json",
            b"content-length: %d" % len(body),
        ]
        status, headers, content = ask(site, *lines, body=body)
        assert status in (200, 201, 400)
        assert b"evil" not in content and b"script" not in content
        assert all(value.startswith(b"/s/") for value in headers.get(b"location", []))


@pytest.mark.parametrize(
    "lines",
    [
        (b"content-length: 5", b"transfer-encoding: chunked"),
        (b"content-length: 5", b"content-length: 6"),
        (b"content-length: -1",),
        (b"transfer-encoding: chunked, identity",),
    ],
)
def test_a_body_of_two_lengths_hides_no_second_request(site, lines):
    first = (b"POST " + API.encode() + b" HTTP/1.1", b"host: localhost")
    hidden = b"0\r\n\r\nGET /version HTTP/1.1\r\nhost: localhost\r\n\r\n"
    status, _, content = ask(site, *first, b"content-type: application/json", *lines, body=hidden)
    assert 400 <= status < 500 and b"schema" not in content
