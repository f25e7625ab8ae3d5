"""The command `gradtape`, against a real server: share, run, verify, refuse, administer."""

import json
import os
import pty
import re
import shutil
from pathlib import Path

import pytest

import gradtape as tf
from gradtape.snippet import canonical, draft, parse, snippet_id
from gradtape.snippet.identity import ID_LENGTH
from tests.server.support.machines import gradtape

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """\
import gradtape as tf
x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = x**3
print("gradient:", tape.gradient(y, x).numpy())
"""


@pytest.fixture(scope="module")
def server(machines_module, tmp_path_factory):
    with machines_module.Server("--data-dir", str(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="module")
def link(server, tmp_path_factory):
    """A snippet that was run and shared by the command."""
    file = tmp_path_factory.mktemp("program") / "cubes.py"
    file.write_text(PROGRAM)
    done = gradtape("share", file, "--server", server.url, "--title", "Cubes")
    assert done.returncode == 0, done.stderr
    assert (
        "recorded 1 gradients" in done.stderr
        and "to delete it later: gradtape delete " in done.stderr
    )
    return done.stdout.strip()


def manifest_behind(server, link):
    import urllib.request

    identifier = link.rpartition("/")[2]
    with urllib.request.urlopen(f"{server.url}/api/v1/snippets/{identifier}") as answer:
        return parse(answer.read())


def test_a_shared_link_verifies_exactly_on_the_same_machine(server, link):
    assert link.startswith(f"{server.url}/s/")
    done = gradtape("run", link, "--verify", "--trust")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "EXACT: 1 result, worst 0 ulp",
        "  EXACT   dy/dx: identical bits",
    ]
    assert "fetching" in done.stderr and "gradient: [ 3. 12. 27.]" in done.stderr


def test_the_verdict_as_json(link):
    done = gradtape("verify", link, "--trust", "--json")
    told = json.loads(done.stdout)
    assert told["id"] == link.rpartition("/")[2]
    assert told["verdict"]["tier"] == "EXACT" and told["verdict"]["worst_ulp"] == 0
    assert told["output"] == "gradient: [ 3. 12. 27.]\n" and done.stderr == ""


def altered_engine(tmp_path, old, new):
    """A copy of the engine with one line changed."""
    core = tmp_path / "core"
    shutil.copytree(ROOT / "core", core, ignore=shutil.ignore_patterns("__pycache__"))
    path = core / "gradtape" / "ops" / "math" / "arithmetic.py"
    text = path.read_text()
    assert text.count(old) == 1, "the engine's power rule reads differently; change the test"
    path.write_text(text.replace(old, new))
    return core


POWER_RULE = "g * b * a ** (b - one(b))"


def test_an_altered_engine_differs_and_the_report_says_where(link, tmp_path):
    core = altered_engine(tmp_path, POWER_RULE, f"{POWER_RULE} * 1.5")
    done = gradtape("verify", link, "--trust", "--engine", "installed", core=core)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("DIFFERS: 1 result, worst ")
    assert lines[1].startswith("  DIFFERS dy/dx: outside the tolerance (")
    assert [line.split() for line in lines[2:4]] == [
        ["recorded", "[0]", "3.0"],
        ["obtained", "[0]", "4.5"],
    ]
    assert lines[4] == "what differs between the record and this run:"
    assert lines[5].startswith("  engine.source_sha256: recorded ")


def test_an_engine_that_rounds_differently_is_close(link, tmp_path):
    core = altered_engine(tmp_path, POWER_RULE, f"{POWER_RULE} * 1.0000002")
    done = gradtape("verify", link, "--trust", "--engine", "installed", core=core)
    assert done.returncode == 0
    assert done.stdout.startswith("CLOSE: 1 result, worst ")
    assert 1 <= int(done.stdout.split()[4]) <= 3


def test_a_strangers_code_is_shown_and_not_run_unless_somebody_agrees(link):
    done = gradtape("run", link)
    assert done.returncode == 2 and done.stdout == ""
    assert "   4      y = x**3" in done.stderr
    assert "read and change your files" in done.stderr and "add --trust" in done.stderr


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_at_a_terminal_it_asks(link, answer, code):
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer.encode())
        done = gradtape("verify", link, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert "Run it? [y/N]" in done.stderr and done.returncode == code
    assert ("EXACT" in done.stdout) == (code == 0)


def test_shown_code_cannot_act_on_the_terminal(tmp_path):
    file = tmp_path / "snippet.json"
    code = "x = 1  # \x1b[2J\u202e hidden\n"
    file.write_bytes(canonical(draft(code)))
    done = gradtape("run", file)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr and "\u202e" not in done.stderr
    assert "# \\x1b[2J\\u202e hidden" in done.stderr


def test_content_that_the_link_does_not_name_is_refused(server, link, tmp_path):
    """A server that sends other code for an id is found out before anything runs."""
    import http.server
    import threading

    other = canonical({**manifest_behind(server, link), "title": "Other"})

    class Liar(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(other)

        def log_message(self, *_):
            pass

    liar = http.server.HTTPServer(("127.0.0.1", 0), Liar)
    thread = threading.Thread(target=liar.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{liar.server_port}/s/{link.rpartition('/')[2]}"
        done = gradtape("verify", address, "--trust")
    finally:
        liar.shutdown()
        thread.join()
        liar.server_close()
    assert done.returncode == 2 and "names other content; do not run it" in done.stderr


def test_a_manifest_file_verifies_too(server, link, tmp_path):
    file = tmp_path / "snippet.json"
    file.write_bytes(canonical(manifest_behind(server, link)))
    assert gradtape("verify", file, "--trust").stdout.startswith("EXACT")
    again = gradtape("share", file, "--server", server.url)
    assert again.stdout.strip() == link


def test_a_program_runs_and_its_exit_code_tells(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    done = gradtape("run", file)
    assert (done.returncode, done.stdout) == (0, "gradient: [ 3. 12. 27.]\n")
    file.write_text(PROGRAM + "1 / 0\n")
    done = gradtape("run", file)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr
    told = json.loads(gradtape("run", file, "--json").stdout)
    assert told["exit_code"] == 1 and told["results"][0]["label"] == "dy/dx"


def test_a_program_runs_under_its_name_and_beside_its_modules(tmp_path):
    (tmp_path / "beside.py").write_text("number = 3.0\n")
    file = tmp_path / "my-program.py"
    file.write_text("import beside\nprint(beside.number)\n1 / 0\n")
    done = gradtape("run", file)
    assert (done.returncode, done.stdout) == (1, "3.0\n")
    assert 'File "<snippet my-program.py>", line 3' in done.stderr
    assert "running my-program.py on the CPU" in done.stderr


def test_a_failing_program_is_not_shared(server, tmp_path):
    file = tmp_path / "program.py"
    file.write_text("raise ValueError('no')\n")
    done = gradtape("share", file, "--server", server.url)
    assert done.returncode == 1 and "not stored" in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "missing.py"], "cannot read missing.py: No such file or directory"),
        (["verify", "program.py"], "has no record to compare with"),
        (["run", "http://127.0.0.1:9/s/222222222222"], "cannot reach http://127.0.0.1:9/"),
        (["run", "http://127.0.0.1:9/other"], "is not a snippet's link"),
        (["share", "missing.py", "--server", "http://127.0.0.1:9"], "cannot read missing.py"),
        (["share", "missing.py", "--server", "x"], "must begin with https:// or http://"),
        (["run", "http://[/s/222222222222"], "is not a snippet's link"),
        (["run", "[/s/222222222222"], "cannot read [/s/222222222222"),
        (["run", "host:80/s/222222222222"], "a link begins with https:// or http://"),
        (["verify", "host/s/222222222222"], "a link begins with https:// or http://"),
        (["run"], "the following arguments are required"),
        ([], "the following arguments are required"),
        (["serve", "--public-url", "nonsense"], "a setting is not valid: public_url"),
    ],
)
def test_questions_that_cannot_be_answered_exit_with_2(words, message):
    done = gradtape(*words)
    assert done.returncode == 2 and message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_link_to_nothing_says_what_the_server_said(server):
    done = gradtape("run", f"{server.url}/s/222222222222")
    assert done.returncode == 2
    assert "the server answered 404: there is no such snippet here" in done.stderr


def test_a_snippet_without_a_record_cannot_be_verified(server, tmp_path):
    file = tmp_path / "snippet.json"
    file.write_bytes(canonical(draft("print(1)")))
    done = gradtape("verify", file, "--trust")
    assert done.returncode == 2 and "nothing was recorded" in done.stderr


def test_what_was_shared_can_be_deleted_with_the_words_that_sharing_it_showed(server, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(PROGRAM + "# mine\n")
    shared = gradtape("share", file, "--server", server.url)
    words = shared.stderr.partition("to delete it later: gradtape ")[2].split()
    assert words[:2] == ["delete", shared.stdout.strip()]
    assert words[2].startswith("--token=")  # as one word: a token may begin with a hyphen
    for token in ("wrong", "wröng", "€"):
        wrong = gradtape(*words[:-1], f"--token={token}")
        assert wrong.returncode == 2 and "Traceback" not in wrong.stderr
    lasts = gradtape("expire", *words[1:], "--in-days", "30").stdout
    assert re.fullmatch(r"\w+ lasts until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", lasts)
    told = json.loads(gradtape("expire", *words[1:], "--in-days", "0", "--json").stdout)
    assert told == {"id": words[1].rpartition("/")[2], "expires": None}
    refused = gradtape("expire", words[1], "--token=wrong", "--in-days", "1")
    assert refused.returncode == 2 and "the server answered 404" in refused.stderr
    assert gradtape(*words).stdout == f"deleted: {words[1].rpartition('/')[2]}\n"
    gone = gradtape("run", words[1])
    assert gone.returncode == 2 and "the server answered 410" in gone.stderr
    assert gradtape("delete", "http://127.0.0.1:9/x", "--token", "x").returncode == 2


def test_it_says_its_version():
    done = gradtape("--version")
    assert (done.returncode, done.stdout) == (0, f"gradtape {tf.__version__}\n")


def test_a_takedown_leaves_a_410_that_names_the_reason_and_keeps_the_hash(server, tmp_path):
    file = tmp_path / "bad.py"
    file.write_text(PROGRAM + "# bad\n")
    told = json.loads(gradtape("share", file, "--server", server.url, "--json").stdout)
    data = ["--data-dir", server.words[1]]
    copy = tmp_path / "bad.json"
    copy.write_bytes(canonical(manifest_behind(server, told["url"])))
    done = gradtape("admin", "takedown", told["id"], "--reason", "spam", *data, "--json")
    assert json.loads(done.stdout) == {"taken down": told["id"], "reason": "spam"}
    again = gradtape("share", copy, "--server", server.url)
    assert again.returncode == 2
    assert "the server answered 410: this content was taken down: spam" in again.stderr
    unknown = gradtape("admin", "takedown", "2" * 12, "--reason", "x", *data)
    assert unknown.returncode == 2 and "there is no snippet" in unknown.stderr


def test_backup_and_restore_while_the_server_runs(server, link, tmp_path, machines_module):
    copy = tmp_path / "copy.sqlite3"
    done = gradtape("admin", "backup", copy, "--data-dir", server.words[1], "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["snippets"] >= 1
    assert gradtape("admin", "backup", copy, "--data-dir", server.words[1]).returncode == 2
    fresh = tmp_path / "fresh"
    assert gradtape("admin", "restore", "--yes", copy, "--data-dir", fresh).returncode == 0
    status = json.loads(gradtape("admin", "status", "--data-dir", fresh, "--json").stdout)
    assert status["revision"] == status["newest"] and status["snippets"] >= 1
    with machines_module.Server("--data-dir", str(fresh)) as restored:
        moved = link.replace(server.url, restored.url)
        assert gradtape("verify", moved, "--trust").stdout.startswith("EXACT")
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(copy.read_bytes()[:5000])
    done = gradtape("admin", "restore", "--yes", damaged, "--data-dir", fresh)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_ids_are_the_same_on_both_sides(server, link):
    assert snippet_id(manifest_behind(server, link), ID_LENGTH) == link.rpartition("/")[2]
