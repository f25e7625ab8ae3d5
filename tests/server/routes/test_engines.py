"""Two engines on one server: a link keeps the one it was made with, and the other one differs.

The wheels are the ones a tab gets, built from this tree by the page's own build step; in the second
the rule for the gradient of a power is altered.
"""

import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from gradtape.snippet import canonical, draft
from tests.server.support.wheels import POWER_RULE, built

PROGRAM = """\
import gradtape as tf
x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = x**3
tape.gradient(y, x)
"""
# What whoever has a link and an engine does: run the code on it, compare with the record.
VERIFY = """\
import json, sys
from gradtape.snippet import compare, current_pins, record_run
manifest = json.load(sys.stdin)
run = record_run(manifest["code"], seed=manifest["run"]["seed"])
verdict = compare(manifest, run.results, current_pins(manifest["run"]["seed"]))
print(json.dumps({"tier": verdict.tier.value, "pins": verdict.pins, "ulp": verdict.worst_ulp}))
"""
RECORD = """\
import json, sys
from gradtape.snippet import canonical, current_pins, draft, record_run
run = record_run(sys.argv[1], seed=0)
pins = current_pins(0)
pins["engine"]["wheel_sha256"] = sys.argv[2]
print(canonical(draft(sys.argv[1], pins=pins, results=run.results)).decode())
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The engine and the altered one: equal names, equal versions, other bytes."""
    changed = POWER_RULE + b" * 1.5"
    return (
        built(tmp_path_factory.mktemp("engine"), lambda text: text),
        built(tmp_path_factory.mktemp("altered"), lambda text: text.replace(POWER_RULE, changed)),
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request, machines_module, wheels, tmp_path_factory):
    """A running server for which both engines were published, by the command, while it ran."""
    words = ["--data-dir", str(tmp_path_factory.mktemp("data"))]
    if request.param == "postgresql":
        words += ["--database", request.getfixturevalue("postgres").create("engines")]
    with machines_module.Server(*words) as running:
        listed = json.loads(fetch(f"{running.url}/api/v1/engines"))["engines"]
        there = {one["wheel_sha256"] for one in listed}  # the page's own, where it is built
        for wheel in wheels:
            for again in (False, True):  # to publish again is harmless
                told = admin(running, "add-engine", str(wheel), *words)
                assert told["new"] is not (again or told["wheel_sha256"] in there)
        yield running


def admin(server, action, *words):
    command = [sys.executable, "-m", "gradtape", "admin", action, *words, "--json"]
    done = subprocess.run(command, env=server.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def fetch(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read()


def engine_of(server, wheel_sha256):
    """The file name and the bytes of the engine that a snippet pins, as a reader finds them."""
    engines = json.loads(fetch(f"{server.url}/api/v1/engines"))["engines"]
    (engine,) = [one for one in engines if one["wheel_sha256"] == wheel_sha256]
    return engine["url"].rpartition("/")[2], fetch(server.url + engine["url"])


def on_engine(server, wheel_sha256, folder, program, *words, stdin=""):
    """What a program prints on the engine that the server keeps under this sha256."""
    name, content = engine_of(server, wheel_sha256)
    assert hashlib.sha256(content).hexdigest() == wheel_sha256
    place = folder / wheel_sha256
    if not place.exists():
        (folder / name).write_bytes(content)
        pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--no-index"]
        subprocess.run([*pip, "--target", str(place), str(folder / name)], check=True)
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, *words],
        env={**os.environ, "PYTHONPATH": str(place)},
        input=stdin,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_engine_is_there_byte_for_byte(server, wheels):
    digests = [hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels]
    assert len(set(digests)) == 2
    for wheel, digest in zip(wheels, digests, strict=True):
        assert engine_of(server, digest) == (wheel.name, wheel.read_bytes())


def test_a_link_is_exact_on_its_own_engine_and_differs_on_the_other(server, wheels, tmp_path):
    own, other = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)
    manifest = on_engine(server, own, tmp_path, RECORD, PROGRAM, own)
    request = urllib.request.Request(
        f"{server.url}/api/v1/snippets", manifest.encode(), {"Content-Type": "application/json"}
    )
    identifier = json.loads(urllib.request.urlopen(request, timeout=20).read())["id"]

    opened = fetch(f"{server.url}/api/v1/snippets/{identifier}").decode()
    assert json.loads(opened)["engine"]["wheel_sha256"] == own
    verdicts = [
        json.loads(on_engine(server, engine, tmp_path, VERIFY, stdin=opened))
        for engine in (own, other)
    ]
    assert verdicts[0] == {"tier": "EXACT", "pins": [], "ulp": 0}
    assert verdicts[1]["tier"] == "DIFFERS"
    (pin,) = verdicts[1]["pins"]
    assert pin.startswith("engine.source_sha256: recorded ")


def test_nobody_can_publish_or_change_an_engine_through_the_api(server, wheels):
    digest = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/api/v1/engines", f"/api/v1/engines/{digest}/{wheels[0].name}"):
            request = urllib.request.Request(server.url + path, b"x", method=method)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=20)
            assert refused.value.code == 405
            refused.value.close()
    assert engine_of(server, digest)[1] == wheels[0].read_bytes()


def test_a_snippet_may_pin_an_engine_that_is_not_here(server):
    manifest = draft("print(1)")
    manifest["engine"]["wheel_sha256"] = "0" * 64
    request = urllib.request.Request(
        f"{server.url}/api/v1/snippets",
        canonical(manifest),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 201
