"""A link is run on the engine it was recorded on: fetched, checked, agreed to, and kept.

The engine of the record is this tree's with one rule altered, so that the two engines give other
gradients and none can stand in for the other.
"""

import contextlib
import hashlib
import http.server
import io
import json
import os
import pty
import threading
import urllib.request
import zipfile

import numpy as np
import pytest

from gradtape.snippet import Recorded, canonical, current_pins, draft, parse, snippet_id
from gradtape.snippet.wheels import LARGEST_WHEEL, describe
from tests.server.machines import gradtape
from tests.server.wheels import POWER_RULE, built

PROGRAM = """\
import gradtape as tf
x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = x**3
print("gradient:", tape.gradient(y, x).numpy())
"""
ON_PINNED = ["EXACT: 1 result, worst 0 ulp", "  EXACT   dy/dx: identical bits"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The engine of the records, whose gradients of powers are half as large again."""
    changed = POWER_RULE + b" * 1.5"
    folder = tmp_path_factory.mktemp("wheel")
    return built(folder, lambda text: text.replace(POWER_RULE, changed))


def recorded(engine, code=PROGRAM, **pins):
    """A snippet whose record is true of the altered engine."""
    made_on = current_pins(0)
    made_on["engine"] |= {
        "version": engine.version,
        "wheel_sha256": engine.wheel_sha256,
        "source_sha256": engine.source_sha256,
        **pins,
    }
    results = [Recorded("dy/dx", np.float32([4.5, 18.0, 40.5]))]
    return draft(code, pins=made_on, results=results)


class Relay(http.server.ThreadingHTTPServer):
    """A server that says whatever a test wants; `asked` are the paths it was asked for."""

    def __init__(self):
        self.answers, self.asked = {}, []
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                relay.asked.append(self.path)
                answer = relay.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                elif answer is not Relay.HANGS_UP:
                    self.send_response(200)
                    self.end_headers()
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        self.wfile.write(answer)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    HANGS_UP = object()

    def share(self, manifest):
        """Answer with this snippet; its link."""
        identifier = snippet_id(manifest)
        self.answers[f"/api/v1/snippets/{identifier}"] = canonical(manifest)
        return f"{self.url}/s/{identifier}"

    def keep(self, engine, content):
        """List this engine, and answer with this content for it; its path."""
        path = f"/api/v1/engines/{engine.wheel_sha256}/{engine.filename}"
        entry = {**vars(engine), "url": path}
        self.answers["/api/v1/engines"] = json.dumps({"engines": [entry]}).encode()
        self.answers[path] = content
        return path


@pytest.fixture
def relay():
    """A server that says whatever a test wants."""
    server = Relay()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def engine(wheel):
    """What the wheel is."""
    return describe(wheel.name, wheel.read_bytes())


@pytest.fixture
def link(relay, engine, wheel):
    """A link whose server keeps its engine."""
    relay.keep(engine, wheel.read_bytes())
    return relay.share(recorded(engine))


@pytest.fixture
def verify(tmp_path):
    """The command, with a cache of the test's own."""

    def run(*words, **more):
        cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
        return gradtape("verify", *words, environment=cache, **more)

    run.cache = tmp_path / "cache" / "gradtape" / "engines"
    return run


@pytest.fixture(scope="module")
def server(machines_module, wheel, tmp_path_factory):
    """A real server that keeps the altered engine and has no page."""
    folder = tmp_path_factory.mktemp("data")
    words = ("--data-dir", str(folder))
    done = gradtape("admin", "add-engine", wheel, *words)
    assert done.returncode == 0, done.stderr
    settings = {"GRADTAPE_PAGE_DIR": str(folder / "none")}
    with machines_module.Server(*words, environment=settings) as running:
        yield running


@pytest.fixture
def real_link(server, engine, tmp_path):
    """A link on the real server."""
    file = tmp_path / "snippet.json"
    file.write_bytes(canonical(recorded(engine)))
    done = gradtape("share", file, "--server", server.url)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_record_is_checked_on_its_own_engine_and_then_on_the_installed_one(
    server, real_link, engine, verify
):
    done = verify(real_link, "--trust")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    version, digest = engine.version, engine.wheel_sha256[:16]
    assert lines[:2] == ON_PINNED
    assert lines[3] == f"and on gradtape {version}, the engine installed here:"
    assert lines[4].startswith("DIFFERS: 1 result, worst ")
    assert [line.split() for line in lines[6:8]] == [
        ["recorded", "[0]", "4.5"],
        ["obtained", "[0]", "3.0"],
    ]
    assert lines[9].startswith("  engine.source_sha256: recorded ")
    assert (
        f"the engine of the record: gradtape {version}, wheel {digest}…, from {server.url}\n"
        f"running main.py on the CPU, with gradtape {version}, wheel {digest}…\n"
        "gradient: [ 4.5 18.  40.5]\n"
    ) in done.stderr
    assert "gradient: [ 3. 12. 27.]" in done.stderr


def test_as_json_both_are_told(real_link, engine, verify):
    told = json.loads(verify(real_link, "--trust", "--json").stdout)
    assert told["verdict"]["tier"] == "EXACT" and told["verdict"]["pins"] == []
    assert told["engine"]["wheel_sha256"] == engine.wheel_sha256
    assert told["engine"]["source_sha256"] == engine.source_sha256
    assert told["installed"]["verdict"]["tier"] == "DIFFERS"
    assert told["installed"]["engine"] == current_pins()["engine"]
    assert told["installed"]["output"] == "gradient: [ 3. 12. 27.]\n"


def test_one_of_the_two_can_be_chosen(link, relay, verify):
    done = verify(link, "--trust", "--engine", "installed")
    assert done.returncode == 1 and done.stdout.startswith("DIFFERS")
    assert not verify.cache.exists()
    assert [path for path in relay.asked if "engines" in path] == []
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.returncode == 0 and done.stdout.splitlines() == ON_PINNED
    assert (
        json.loads(verify(link, "--trust", "--engine", "pinned", "--json").stdout)["installed"]
        is None
    )


def test_run_uses_the_engine_of_the_record_too(link, tmp_path):
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    done = gradtape("run", link, "--trust", environment=cache)
    assert (done.returncode, done.stdout) == (0, "gradient: [ 4.5 18.  40.5]\n")


def test_the_installed_engine_is_not_fetched_where_the_wheel_holds_the_same(
    relay, verify, tmp_path
):
    """The command line is left out of a tab's wheel and of the digest, so the two agree."""
    wheel = built(tmp_path, lambda text: text)
    same = describe(wheel.name, wheel.read_bytes())
    assert same.source_sha256 == current_pins()["engine"]["source_sha256"]
    relay.keep(same, wheel.read_bytes())
    done = verify(relay.share(recorded(same)), "--trust")
    assert done.returncode == 1 and done.stdout.startswith("DIFFERS")  # 4.5 was recorded
    assert "the engine installed here" in done.stderr and len(relay.asked) == 1


def test_an_engine_is_fetched_once(link, relay, engine, verify):
    assert verify(link, "--trust").returncode == 0
    fetched = [path for path in relay.asked if path.endswith(".whl")]
    assert len(fetched) == 1
    del relay.answers[fetched[0]], relay.answers["/api/v1/engines"]
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.stdout.splitlines() == ON_PINNED
    assert f"{engine.wheel_sha256[:16]}…, kept here from an earlier run" in done.stderr


def test_a_record_may_name_its_engine_by_the_sources_alone(relay, engine, wheel, verify):
    """As one does that was recorded natively: what is installed there was no published wheel."""
    relay.keep(engine, wheel.read_bytes())
    link = relay.share(recorded(engine, wheel_sha256=None))
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.stdout.splitlines() == ON_PINNED, done.stderr
    other = relay.share(recorded(engine, wheel_sha256=None, source_sha256="0" * 64))
    done = verify(other, "--trust")
    assert done.returncode == 2 and "is not on " in done.stderr


def test_a_file_names_no_server_so_its_engine_must_be_here(link, engine, verify, tmp_path):
    file = tmp_path / "snippet.json"
    file.write_bytes(canonical(recorded(engine)))
    done = verify(file, "--trust")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a file names no server to fetch it from" in done.stderr
    assert "--engine installed" in done.stderr
    verify(link, "--trust")
    assert verify(file, "--trust").stdout.splitlines()[:2] == ON_PINNED


def test_no_engine_is_fetched_or_run_unless_somebody_agrees(link, relay, engine, verify):
    done = verify(link)
    assert (done.returncode, done.stdout) == (2, "") and "add --trust" in done.stderr
    assert (
        f"It runs on the engine it was recorded on: gradtape {engine.version}, wheel "
        f"{engine.wheel_sha256[:16]}…, from {relay.url}."
    ) in done.stderr
    assert "Run natively, both can do whatever you can do" in done.stderr
    assert [path for path in relay.asked if path.endswith(".whl")] == []
    done = verify(link, "--engine", "installed")
    assert "It runs on the engine" not in done.stderr
    assert "Run natively, it can do whatever you can do" in done.stderr


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 2)])
def test_at_a_terminal_it_asks_about_both(link, relay, verify, answer, code):
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer.encode())
        done = verify(link, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == code and ("EXACT" in done.stdout) == (code == 0)
    assert any(path.endswith(".whl") for path in relay.asked) == (code == 0)


def packed(files):
    """A wheel with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pinned_to(relay, engine, content):
    """A link that is pinned to these bytes, which its server has."""
    digest = hashlib.sha256(content).hexdigest()
    relay.keep(type(engine)(**{**vars(engine), "wheel_sha256": digest}), content)
    return relay.share(recorded(engine, wheel_sha256=digest))


def refused(verify, link, *messages):
    """It is refused in these words, nothing having run."""
    done = verify(link, "--trust")
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "gradient:" not in done.stderr
    for message in messages:
        assert message in done.stderr


INSTEAD = "to run on the engine that is installed here: --engine installed"


def test_an_engine_that_the_server_has_not_got(link, relay, engine, verify):
    relay.answers["/api/v1/engines"] = b'{"engines": []}'
    named = f"(gradtape {engine.version}, wheel {engine.wheel_sha256[:16]}…)"
    refused(verify, link, f"the engine of the record {named} is not on {relay.url}", INSTEAD)


def test_an_engine_that_is_listed_and_not_there(link, relay, engine, verify):
    del relay.answers[relay.keep(engine, b"")]
    refused(verify, link, "the engine of the record does not come: the server answered 404")


def test_other_bytes_than_those_that_are_named(link, relay, engine, wheel, verify):
    relay.keep(engine, wheel.read_bytes() + b"\n")
    named = engine.wheel_sha256[:16]
    refused(verify, link, "the server sent another engine", f"and not {named}…; not run")
    assert list(verify.cache.rglob("*.whl")) == []


def test_other_sources_than_those_that_are_named(relay, engine, wheel, verify):
    """The server's list is not believed: the sources are looked at."""
    relay.keep(type(engine)(**{**vars(engine), "source_sha256": "0" * 64}), wheel.read_bytes())
    link = relay.share(recorded(engine, wheel_sha256=None, source_sha256="0" * 64))
    refused(verify, link, "does not hold the sources that the record names; not run")


def test_an_engine_that_is_too_large(link, relay, engine, verify):
    relay.keep(engine, b"\0" * (LARGEST_WHEEL + 1))
    refused(verify, link, f"the server's answer is larger than {LARGEST_WHEEL} bytes", INSTEAD)


def test_an_engine_that_unpacks_to_too_much(relay, engine, verify):
    zeros = b"\0" * (64 * 1024 * 1024)
    bomb = packed({f"gradtape/{number}.py": zeros for number in range(5)})
    assert len(bomb) < 1024 * 1024
    refused(verify, pinned_to(relay, engine, bomb), "it unpacks to 335544320 bytes; at most ")


def test_a_server_that_hangs_up(link, relay, engine, verify):
    path = relay.keep(engine, Relay.HANGS_UP)
    refused(verify, link, "the engine of the record does not come: cannot reach", path, INSTEAD)


def test_a_server_that_lists_nonsense(link, relay, verify):
    relay.answers["/api/v1/engines"] = b'{"engines": [{"version": 1}]}'
    refused(verify, link, "does not answer like a gradtape server")


def test_bytes_that_are_no_engine(relay, engine, verify):
    refused(verify, pinned_to(relay, engine, b"junk"), "it is not a zip archive", INSTEAD)
    other = packed({"numpy/__init__.py": b"print('gradient:')"})
    refused(verify, pinned_to(relay, engine, other), "it holds no package gradtape")


@pytest.mark.parametrize("name", ["gradtape/../../../out.py", "gradtape//out.py", "gradtape/a:b"])
def test_an_engine_that_would_be_unpacked_elsewhere(relay, engine, verify, name, tmp_path):
    escaping = packed({"gradtape/__init__.py": b"", name: b"print('gradient:')"})
    refused(verify, pinned_to(relay, engine, escaping), "which no engine has")
    assert list(tmp_path.rglob("out.py")) == []


def test_an_engine_that_does_not_start_here(relay, engine, verify):
    broken = packed({"gradtape/__init__.py": b"import no_such_module"})
    refused(verify, pinned_to(relay, engine, broken), "it does not start here: ModuleNotFound")


def test_what_was_kept_and_is_not_the_same_any_more_is_not_run(link, engine, verify):
    verify(link, "--trust")
    folder = verify.cache / engine.wheel_sha256
    rule = folder / "engine" / "gradtape" / "ops" / "arithmetic.py"
    rule.write_bytes(rule.read_bytes().replace(b" * 1.5", b" * 9.9"))
    assert verify(link, "--trust").stdout.splitlines()[:2] == ON_PINNED
    (kept,) = folder.glob("*.whl")
    kept.write_bytes(kept.read_bytes()[:-1])
    done = verify(link, "--trust")
    assert done.stdout.splitlines()[:2] == ON_PINNED and "kept here" not in done.stderr


def test_a_program_that_ends_its_process_has_told_nothing(relay, engine, wheel, verify):
    relay.keep(engine, wheel.read_bytes())
    link = relay.share(recorded(engine, PROGRAM + "import os\nos._exit(7)\n"))
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.returncode == 1 and "the program ended its process (exit code 7)" in done.stderr
    assert "recorded, but the run did not produce it" in done.stdout


def test_what_a_program_writes_past_python_stays_out_of_the_answer(relay, engine, wheel, verify):
    relay.keep(engine, wheel.read_bytes())
    code = f"import os\nos.write(1, b'past')\n{PROGRAM}"
    link = relay.share(recorded(engine, code))
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.stdout.splitlines() == ON_PINNED and "past" in done.stderr


def test_a_cache_that_cannot_be_written_says_what_to_do(link, tmp_path):
    (tmp_path / "file").write_text("")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "file")}
    done = gradtape("verify", link, "--trust", environment=cache)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "XDG_CACHE_HOME names another folder" in done.stderr


def test_sharing_names_the_published_wheel_of_the_installed_engine(
    machines_module, verify, tmp_path
):
    """So that a tab runs it on that engine, too; and where there is none, it says so."""
    wheel = built(tmp_path, lambda text: text)
    words = ("--data-dir", str(tmp_path / "data"))
    file = tmp_path / "cubes.py"
    file.write_text(PROGRAM)
    settings = {"GRADTAPE_PAGE_DIR": str(tmp_path / "none")}
    with machines_module.Server(*words, environment=settings) as server:
        first = gradtape("share", file, "--server", server.url)
        assert first.returncode == 0 and "the server does not keep the engine" in first.stderr
        assert gradtape("admin", "add-engine", wheel, *words).returncode == 0
        second = gradtape("share", file, "--server", server.url)
        assert second.returncode == 0 and "does not keep" not in second.stderr
        pins = []
        for done in (first, second):
            identifier = done.stdout.strip().rpartition("/")[2]
            with urllib.request.urlopen(f"{server.url}/api/v1/snippets/{identifier}") as answer:
                pins.append(parse(answer.read())["engine"]["wheel_sha256"])
            assert verify(done.stdout.strip(), "--trust").stdout.splitlines() == ON_PINNED
        assert pins == [None, describe(wheel.name, wheel.read_bytes()).wheel_sha256]


def test_a_program_is_not_run_when_nobody_is_there_to_store_it(relay, tmp_path):
    file = tmp_path / "slow.py"
    file.write_text("print('ran')\n")
    done = gradtape("share", file, "--server", relay.url)
    assert done.returncode == 2 and "the server answered 404" in done.stderr
    assert "ran" not in done.stderr


def test_sharing_says_when_there_is_nothing_to_verify(server, tmp_path):
    file = tmp_path / "plain.py"
    file.write_text("print('no tape')\n")
    done = gradtape("share", file, "--server", server.url)
    assert done.returncode == 0 and "with nothing to verify" in done.stderr
