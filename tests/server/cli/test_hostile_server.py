"""A server that lies, hides, dawdles or sends on: the command escapes, bounds and refuses."""

import http.server
import json
import threading
import time

import pytest

from gradtape.cli import main
from gradtape.cli.terminal import safe
from gradtape.snippet import canonical, draft, sha256_hex, snippet_id
from gradtape.snippet.identity import full_name

ESCAPES = "\x1b[2J\x1b]0;owned\x07\u202e\u200b\u3164\u00ad\U000e0041\u2800"


class Hostile(http.server.ThreadingHTTPServer):
    """Answers each path as a function of the test says."""

    def __init__(self):
        self.answer, self.asked = {}, []
        hostile = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                hostile.asked.append((self.command, self.path, dict(self.headers), body))
                for beginning, answer in hostile.answer.items():
                    if self.path.startswith(beginning):
                        return answer(self)
                self.send_error(404)

            do_POST = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def hostile():
    server = Hostile()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    """The command in this process: its exit code, and all that it wrote."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*words):
        code = main(list(map(str, words)))
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def sends(status, body=b"", reason=None, **headers):
    def answer(handler):
        handler.send_response(status, reason)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def harmless(said):
    return not [letter for letter in said if letter not in "\n" and safe(letter) != letter]


ID = "2" * 27
EVERYWHERE = "/api/v1/"


def test_a_problems_words_are_escaped_and_bounded(hostile, command):
    detail = json.dumps({"detail": ESCAPES + "\ngradtape: deleted\n" + "x" * 5000}).encode()
    hostile.answer[EVERYWHERE] = sends(400, detail)
    for words in (("run", f"{hostile.url}/s/{ID}"), ("verify", f"{hostile.url}/s/{ID}")):
        code, said = command(*words)
        assert code == 2 and harmless(said) and len(said) < 1000
        assert "the server answered 400: \\x1b[2J" in said
        assert "\ngradtape: deleted" not in said


def test_a_reason_phrase_is_escaped(hostile, command):
    hostile.answer[EVERYWHERE] = sends(500, b"", "\x1b[31m fine")
    code, said = command("run", f"{hostile.url}/s/{ID}")
    assert code == 2 and harmless(said) and "\\x1b[31m" in said


def test_it_is_sent_on_within_a_server_only(hostile, command):
    inner = Hostile()  # stands for what only this machine can reach
    thread = threading.Thread(target=inner.serve_forever, args=(0.05,))
    thread.start()
    try:
        for target, words in (
            (f"{inner.url}/\x1b[2J", "sends on to another address"),
            ("file:///etc/passwd", "is not allowed"),
        ):
            hostile.answer[EVERYWHERE] = sends(302, location=target)
            code, said = command("run", f"{hostile.url}/s/{ID}")
            assert code == 2 and harmless(said) and words in said
        assert inner.asked == []
    finally:
        inner.shutdown()
        thread.join()
        inner.server_close()
    manifest = canonical(draft("print(1)"))
    name = full_name(sha256_hex(manifest))[:27]
    hostile.answer = {
        f"/api/v1/snippets/{name}": sends(302, location="/moved"),
        "/moved": sends(200, manifest),
    }
    assert command("run", f"{hostile.url}/s/{name}", "--trust")[0] == 0


def test_an_answer_in_drops_has_an_end(hostile, command, monkeypatch):
    monkeypatch.setattr("gradtape.cli.exchange.PATIENCE_IN_ALL", 1)

    def in_drops(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                handler.wfile.write(b"x-a: b\r\n")
                time.sleep(0.05)
        except OSError:
            pass

    hostile.answer[EVERYWHERE] = in_drops
    start = time.monotonic()
    code, _ = command("run", f"{hostile.url}/s/{ID}")
    assert code == 2 and time.monotonic() - start < 10


@pytest.mark.parametrize(
    "answer",
    [
        b'{"engines": [{"version": "1", "url": "/a", "wheel_sha256": "0", "size": 1e999}]}',
        b'{"engines": [{"version": "1", "url": "/a", "wheel_sha256": "0", "size": "5"}]}',
        b'{"engines": {"a": 1}}',
        b'{"engines": null}',
        b"[" * 100_000,
        b'{"engines": [' + b'{"a": 1}' + b"]}",
        b'{"a": 1, "a": 2}',
        b"1e999",
        b"\xff",
        b"",
    ],
)
def test_a_list_of_nonsense_is_refused_in_words(hostile, command, tmp_path, answer):
    hostile.answer["/api/v1/engines"] = sends(200, answer)
    (tmp_path / "program.py").write_text("print(1)")
    code, said = command("share", tmp_path / "program.py", "--server", hostile.url)
    assert code == 2 and "does not answer like a gradtape server" in said


def test_many_names_cost_no_time(hostile, command):
    names = ",".join(f'"{number:x}":1' for number in range(28_000)) + ',"6d5f":1'
    hostile.answer[EVERYWHERE] = sends(200, b"{" + names.encode() + b"}")
    start = time.thread_time()
    code, said = command("run", f"{hostile.url}/s/{ID}")
    assert code == 2 and "stands twice" in said and time.thread_time() - start < 3


def test_a_stored_answer_with_strange_words_makes_no_command(hostile, command, tmp_path):
    hostile.answer["/api/v1/engines"] = sends(200, b'{"engines": []}')
    told = {"id": ID, "delete_token": "x; rm -rf ~ " + ESCAPES, "extra": ESCAPES}
    hostile.answer["/api/v1/snippets"] = sends(201, json.dumps(told).encode())
    (tmp_path / "program.py").write_text("print(1)")
    code, said = command("share", tmp_path / "program.py", "--server", hostile.url)
    assert code == 0 and harmless(said) and "--token='x; rm -rf ~ " in said
    told["id"] = f"{ID}; rm -rf ~"
    hostile.answer["/api/v1/snippets"] = sends(201, json.dumps(told).encode())
    code, said = command("share", tmp_path / "program.py", "--server", hostile.url)
    assert code == 2 and "does not answer like a gradtape server" in said


def test_a_lost_answer_is_asked_for_again_with_the_same_token(hostile, command, tmp_path):
    hostile.answer["/api/v1/engines"] = sends(200, b'{"engines": []}')

    def once(handler):
        if len([one for one in hostile.asked if one[0] == "POST"]) == 1:
            handler.connection.shutdown(2)
            return
        token = handler.headers["delete-token"]
        sends(200, json.dumps({"id": ID, "delete_token": token}).encode())(handler)

    hostile.answer["/api/v1/snippets"] = once
    (tmp_path / "program.py").write_text("print(1)")
    words = ("share", tmp_path / "program.py", "--server", hostile.url, "--expires-in-days", 7)
    code, said = command(*words)
    assert code == 0
    posts = [one for one in hostile.asked if one[0] == "POST"]
    tokens = {one[2]["Delete-Token"] for one in posts}
    assert len(posts) == 2 and len(tokens) == 1 and tokens.pop() in said
    assert all(one[1].endswith("?expires_in_days=7") for one in posts)


def shared(hostile, code, name=None):
    value = draft(code)
    body = canonical(value)
    identifier = name or snippet_id(value)
    hostile.answer[f"/api/v1/snippets/{identifier}"] = sends(200, body)
    return f"{hostile.url}/s/{identifier}", sha256_hex(body)


@pytest.mark.parametrize("letter", "\u3164\u00ad\U000e0041\ufe0f\u115f\u2800\u034f\ue000")
def test_letters_without_a_shape_are_written_out_before_anybody_trusts_them(
    hostile, command, letter
):
    link, _ = shared(hostile, f"is_admin{letter} = True\n")
    code, said = command("run", link)
    assert code == 2 and letter not in said
    assert f"is_admin{letter.encode('unicode_escape').decode()} = True" in said


def test_a_short_link_says_what_it_proves(hostile, command):
    link, digest = shared(hostile, "print(1)")
    code, said = command("run", link)
    assert code == 2 and f"Its sha256 is {digest}. The link proves 57 bits of that" in said
    link, _ = shared(hostile, "print(1)", full_name(digest)[:27])
    code, said = command("run", link)
    assert f"Its sha256 is {digest}.\n" in said and "proves" not in said


def test_a_sha256_is_taken_for_a_link_and_compared(hostile, command):
    link, digest = shared(hostile, "print(40 + 2)")
    code, said = command("run", link, "--trust", "--sha256", digest)
    assert code == 0 and "42" in said and digest in said
    code, said = command("run", link, "--trust", "--sha256", "0" * 64)
    assert code == 2 and f"has the sha256 {digest}, and not {'0' * 64}; not run" in said
    by_digest, _ = shared(hostile, "print(40 + 2)", digest)
    assert command("run", by_digest, "--trust")[0] == 0
    hostile.answer[f"/api/v1/snippets/{digest}"] = sends(200, canonical(draft("print(2)")))
    code, said = command("run", by_digest, "--trust")
    assert code == 2 and "names other content" in said
