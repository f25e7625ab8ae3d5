"""An engine that cannot be had, or is not the one that a link names, is refused in words, unrun."""

import hashlib
import io
import zipfile

import pytest

from gradtape.snippet.wheels import LARGEST_WHEEL
from tests.server.support.machines import gradtape
from tests.server.support.relay import ON_PINNED, Relay, recorded


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
    return relay.share(recorded(engine, wheel_sha256=digest, source_sha256=None))


def refused(verify, link, *messages):
    """It is refused in these words, nothing having run."""
    done = verify(link, "--trust")
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "gradient:" not in done.stderr
    for message in messages:
        assert message in done.stderr


INSTEAD = "to run on the engine that is installed here: --engine installed"


def test_an_engine_that_the_server_has_not_got(pinned_link, relay, engine, verify):
    relay.answers["/api/v1/engines"] = b'{"engines": []}'
    named = f"(gradtape {engine.version}, wheel {engine.wheel_sha256[:16]}…)"
    refused(verify, pinned_link, f"the engine of the record {named} is not on {relay.url}", INSTEAD)


def test_an_engine_that_is_listed_and_not_there(pinned_link, relay, engine, verify):
    del relay.answers[relay.keep(engine, b"")]
    refused(verify, pinned_link, "the engine of the record does not come: the server answered 404")


def test_other_bytes_than_those_that_are_named(pinned_link, relay, engine, altered_wheel, verify):
    relay.keep(engine, altered_wheel.read_bytes() + b"\n")
    named = engine.wheel_sha256[:16]
    refused(verify, pinned_link, "the server sent another engine", f"and not {named}…; not run")
    assert list(verify.cache.rglob("*.whl")) == []


def test_other_sources_than_those_that_are_named(relay, engine, altered_wheel, verify):
    """The server's list is not believed: the sources are looked at."""
    relay.keep(
        type(engine)(**{**vars(engine), "source_sha256": "0" * 64}), altered_wheel.read_bytes()
    )
    link = relay.share(recorded(engine, wheel_sha256=None, source_sha256="0" * 64))
    refused(verify, link, "does not hold the sources that the record names; not run")


def test_an_engine_that_is_too_large(pinned_link, relay, engine, verify):
    relay.keep(engine, b"\0" * (LARGEST_WHEEL + 1))
    refused(
        verify, pinned_link, f"the server's answer is larger than {LARGEST_WHEEL} bytes", INSTEAD
    )


def test_an_engine_that_unpacks_to_too_much(relay, engine, verify):
    zeros = b"\0" * (64 * 1024 * 1024)
    bomb = packed({f"gradtape/{number}.py": zeros for number in range(5)})
    assert len(bomb) < 1024 * 1024
    refused(verify, pinned_to(relay, engine, bomb), "it unpacks to 335544320 bytes; at most ")


def test_a_server_that_hangs_up(pinned_link, relay, engine, verify):
    path = relay.keep(engine, Relay.HANGS_UP)
    refused(
        verify, pinned_link, "the engine of the record does not come: cannot reach", path, INSTEAD
    )


def test_a_server_that_lists_nonsense(pinned_link, relay, verify):
    relay.answers["/api/v1/engines"] = b'{"engines": [{"version": 1}]}'
    refused(verify, pinned_link, "does not answer like a gradtape server")


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


def test_what_was_put_beside_the_kept_wheel_does_not_run(pinned_link, engine, verify):
    """What runs is unpacked from the checked wheel each time, so the cache holds nothing else."""
    verify(pinned_link, "--trust")
    folder = verify.cache / engine.wheel_sha256
    (kept,) = folder.iterdir()
    for place in (folder, folder / "engine"):
        (place / "gradtape").mkdir(parents=True, exist_ok=True)
        (place / "gradtape" / "__init__.py").write_text("print('gradient: mine')")
        (place / "sitecustomize.py").write_text("print('gradient: mine')")
    done = verify(pinned_link, "--trust")
    assert done.stdout.splitlines()[:2] == ON_PINNED and "mine" not in done.stdout + done.stderr
    kept.write_bytes(kept.read_bytes()[:-1])
    done = verify(pinned_link, "--trust")
    assert done.stdout.splitlines()[:2] == ON_PINNED and "kept here" not in done.stderr


def test_a_wheel_whose_sources_are_not_those_of_the_record(relay, engine, altered_wheel, verify):
    """The wheel is the one that is named, and yet holds other sources than the record says."""
    relay.keep(engine, altered_wheel.read_bytes())
    link = relay.share(recorded(engine, source_sha256="0" * 64))
    refused(verify, link, "does not hold the sources that the record names; not run")


def test_a_cache_that_cannot_be_written_says_what_to_do(pinned_link, tmp_path):
    (tmp_path / "file").write_text("")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "file")}
    done = gradtape("verify", pinned_link, "--trust", environment=cache)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "XDG_CACHE_HOME names another folder" in done.stderr
