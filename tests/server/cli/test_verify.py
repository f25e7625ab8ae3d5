"""A link is run on the engine it was recorded on, and then on the installed one.

What is refused on the way stands in test_verify_refusals.py.
"""

import json
import os
import pty
import urllib.request

import pytest

from gradtape.cli.engine import is_same
from gradtape.snippet import canonical, current_pins, parse
from gradtape.snippet.wheels import describe, files_of
from tests.server.support.machines import gradtape
from tests.server.support.relay import ON_PINNED, PROGRAM, recorded
from tests.server.support.wheels import built


@pytest.fixture(scope="module")
def server(machines_module, altered_wheel, tmp_path_factory):
    """A real server that keeps the altered engine and has no page."""
    folder = tmp_path_factory.mktemp("data")
    words = ("--data-dir", str(folder))
    done = gradtape("admin", "add-engine", altered_wheel, *words)
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


def test_one_of_the_two_can_be_chosen(pinned_link, relay, verify):
    done = verify(pinned_link, "--trust", "--engine", "installed")
    assert done.returncode == 1 and done.stdout.startswith("DIFFERS")
    assert not verify.cache.exists()
    assert [path for path in relay.asked if "engines" in path] == []
    done = verify(pinned_link, "--trust", "--engine", "pinned")
    assert done.returncode == 0 and done.stdout.splitlines() == ON_PINNED
    assert (
        json.loads(verify(pinned_link, "--trust", "--engine", "pinned", "--json").stdout)[
            "installed"
        ]
        is None
    )


def test_run_uses_the_engine_of_the_record_too(pinned_link, tmp_path):
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    done = gradtape("run", pinned_link, "--trust", environment=cache)
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


@pytest.mark.parametrize(
    "altered", ["gradtape/autodiff/tape.py", "gradtape_webgpu/wgsl/elementwise.py"]
)
def test_an_unpacked_engine_is_the_installed_one_if_both_its_packages_are(altered, tmp_path):
    """Of a run on the GPU the record cannot say that, because it names no kernels."""
    wheel = built(tmp_path, lambda text: text)
    for name, content in files_of(wheel.read_bytes()).items():
        file = tmp_path / "engine" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    assert is_same(tmp_path / "engine")
    with (tmp_path / "engine" / altered).open("a") as file:
        file.write("# a word\n")
    assert not is_same(tmp_path / "engine")


def test_an_engine_is_fetched_once(pinned_link, relay, engine, verify):
    assert verify(pinned_link, "--trust").returncode == 0
    fetched = [path for path in relay.asked if path.endswith(".whl")]
    assert len(fetched) == 1
    del relay.answers[fetched[0]], relay.answers["/api/v1/engines"]
    done = verify(pinned_link, "--trust", "--engine", "pinned")
    assert done.stdout.splitlines() == ON_PINNED
    assert f"{engine.wheel_sha256[:16]}…, kept here from an earlier run" in done.stderr


def test_a_record_may_name_its_engine_by_the_sources_alone(relay, engine, altered_wheel, verify):
    """As one does that was recorded natively: what is installed there was no published wheel."""
    relay.keep(engine, altered_wheel.read_bytes())
    link = relay.share(recorded(engine, wheel_sha256=None))
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.stdout.splitlines() == ON_PINNED, done.stderr
    other = relay.share(recorded(engine, wheel_sha256=None, source_sha256="0" * 64))
    done = verify(other, "--trust")
    assert done.returncode == 2 and "is not on " in done.stderr


def test_a_file_names_no_server_so_its_engine_must_be_here(pinned_link, engine, verify, tmp_path):
    file = tmp_path / "snippet.json"
    file.write_bytes(canonical(recorded(engine)))
    done = verify(file, "--trust")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a file names no server to fetch it from" in done.stderr
    assert "--engine installed" in done.stderr
    verify(pinned_link, "--trust")
    assert verify(file, "--trust").stdout.splitlines()[:2] == ON_PINNED


def test_no_engine_is_fetched_or_run_unless_somebody_agrees(pinned_link, relay, engine, verify):
    done = verify(pinned_link)
    assert (done.returncode, done.stdout) == (2, "") and "add --trust" in done.stderr
    assert (
        f"It runs on the engine it was recorded on: gradtape {engine.version}, wheel "
        f"{engine.wheel_sha256[:16]}…, from {relay.url}."
    ) in done.stderr
    assert "Run natively, both can do whatever you can do" in done.stderr
    assert [path for path in relay.asked if path.endswith(".whl")] == []
    done = verify(pinned_link, "--engine", "installed")
    assert "It runs on the engine" not in done.stderr
    assert "Run natively, it can do whatever you can do" in done.stderr


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 2)])
def test_at_a_terminal_it_asks_about_both(pinned_link, relay, verify, answer, code):
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer.encode())
        done = verify(pinned_link, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == code and ("EXACT" in done.stdout) == (code == 0)
    assert any(path.endswith(".whl") for path in relay.asked) == (code == 0)


def test_a_program_that_ends_its_process_has_told_nothing(relay, engine, altered_wheel, verify):
    relay.keep(engine, altered_wheel.read_bytes())
    link = relay.share(recorded(engine, PROGRAM + "import os\nos._exit(7)\n"))
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.returncode == 1 and "the program ended its process (exit code 7)" in done.stderr
    assert "recorded, but the run did not produce it" in done.stdout


def test_what_a_program_writes_past_python_stays_out_of_the_answer(
    relay, engine, altered_wheel, verify
):
    relay.keep(engine, altered_wheel.read_bytes())
    code = f"import os\nos.write(1, b'past')\n{PROGRAM}"
    link = relay.share(recorded(engine, code))
    done = verify(link, "--trust", "--engine", "pinned")
    assert done.stdout.splitlines() == ON_PINNED and "past" in done.stderr


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
