"""The files for operators, each started as far as this machine can start it."""

import contextlib
import http.client
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from gradtape.snippet import canonical
from gradtape_server.settings import Settings
from gradtape_server.telemetry.metrics import Metrics
from tests.server.support import machines

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "server" / "deploy"
API = "/api/v1/snippets"
PUBLIC = "https://play.example"


def engine():
    """A container engine that answers; None where there is none."""
    for name in ("podman", "docker"):
        if (
            shutil.which(name)
            and subprocess.run([name, "info"], capture_output=True).returncode == 0
        ):
            return name
    return None


def steps():
    """The instructions of the container file: (word, rest), with continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_the_image_starts_from_the_compose_file():
    if engine() is None:
        pytest.skip("no container engine answers here; the tests beside this one start the parts")
    subprocess.run(["make", "up"], cwd=ROOT, check=True, timeout=1800)
    try:
        with urllib.request.urlopen("http://localhost:8080/version", timeout=10) as answer:
            assert json.loads(answer.read())["database"] == "postgresql"
    finally:
        compose = [engine(), "compose", "-f", str(DEPLOY / "compose.yaml"), "down", "--volumes"]
        subprocess.run(compose, cwd=ROOT, check=True)


def test_the_image_is_made_of_what_is_here_and_runs_as_nobody(tmp_path):
    """Its command is run as it stands there, with the environment that the image sets."""
    instructions = steps()
    for word, rest in instructions:
        if word == "COPY" and "--from" not in rest and "dist/" not in rest:
            assert (ROOT / rest.split()[0]).is_file(), rest
    users = [rest for word, rest in instructions if word == "USER"]
    assert users and not users[-1].startswith(("0", "root"))
    (entry,) = [json.loads(rest) for word, rest in instructions if word == "ENTRYPOINT"]
    assert entry[:2] == ["gradtape", "serve"]
    (environment,) = [rest for word, rest in instructions if word == "ENV"]
    assert "GRADTAPE_DATA_DIR=/data" in environment
    assert entry[entry.index("--host") + 1] == "0.0.0.0"
    rest = entry[2:]
    del rest[rest.index("--port") : rest.index("--port") + 2]
    data = {"GRADTAPE_DATA_DIR": str(tmp_path / "data")}
    with machines.Server(*rest, environment=data) as server:
        assert server.is_ready()
        assert (tmp_path / "data" / "snippets.sqlite3").is_file()


@pytest.fixture(scope="module")
def composed():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def filled(text):
    """The text with the defaults of its variables in their places."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(text))


def test_the_compose_file_starts_the_server_beside_a_postgresql_and_a_redis(
    composed, postgres, tmp_path, manifest
):
    """The same words and variables, with the addresses of this machine's own servers."""
    assert composed.keys() == {"gradtape", "postgres", "redis", "proxy"}
    service = composed["gradtape"]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert not service.get("ports") and composed["proxy"]["ports"]
    environment = {name: filled(value) for name, value in service["environment"].items()}
    known = {f"GRADTAPE_{name.upper()}" for name in Settings.model_fields}
    assert environment.keys() <= known
    with machines.running_redis(tmp_path) as (redis, _):
        environment |= {
            "GRADTAPE_DATABASE_URL": postgres.create("composed"),
            "GRADTAPE_REDIS_URL": redis,
            "GRADTAPE_DRAIN_SECONDS": "0",
            "GRADTAPE_DATA_DIR": str(tmp_path / "data"),
        }
        with machines.Server(*service["command"], environment=environment) as server:
            told = stored(server.url, manifest())
            assert told["url"].startswith("http://localhost:8080/s/")


def stored(url, value, **headers):
    request = urllib.request.Request(
        url + API, canonical(value), {"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_the_unit_is_sound_and_shuts_the_service_in():
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not here to judge its unit")
    unit = str(DEPLOY / "gradtape.service")
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True)
    wrong = [
        line
        for line in done.stderr.splitlines()
        # The program and the page of the manual are where it will be installed, and not here.
        if "gradtape.service" in line and "is not executable" not in line
    ]
    assert not wrong, done.stderr
    words = [analyze, "security", "--offline=yes", "--threshold=25", unit]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-500:]


def test_the_unit_s_command_is_one_that_runs(tmp_path):
    text = (DEPLOY / "gradtape.service").read_text()
    command = re.search(r"ExecStart=\S+/gradtape (.*)", text)[1]
    words = command.replace("%t", str(tmp_path)).split()
    assert words[0] == "serve"
    (tmp_path / "gradtape").mkdir()
    server = machines.Server(*words[1:], "--data-dir", str(tmp_path / "data"))
    path = tmp_path / "gradtape" / "socket"
    server.is_ready = path.is_socket
    with server:
        assert path.stat().st_mode & 0o007 == 0


def spoken(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@contextlib.contextmanager
def proxied(command, port, environment=None):
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stderr=subprocess.DEVNULL
    )

    def is_ready():
        assert process.poll() is None, "the proxy ended"
        with contextlib.suppress(OSError):
            return spoken(port, "GET", "/version")[0] == 200
        return False

    try:
        machines.wait_for(command[0], is_ready)
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A server that knows its public address, and lets each client read little."""
    folder = tmp_path_factory.mktemp("behind")
    environment = {"GRADTAPE_PUBLIC_URL": PUBLIC, "GRADTAPE_CREATES_PER_MINUTE": "3"}
    with machines.Server("--data-dir", str(folder), environment=environment) as server:
        yield server


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request, behind, tmp_path):
    """The port of each proxy, started with the file that is shipped for it."""
    program, port = machines.program(request.param), machines.free_port()
    upstream = f"127.0.0.1:{behind.port}"
    if request.param == "caddy":
        environment = {
            "GRADTAPE_SITE": f"http://127.0.0.1:{port}",
            "GRADTAPE_UPSTREAM": upstream,
            "XDG_DATA_HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path),
        }
        command = [program, "run", "--config", str(DEPLOY / "Caddyfile")]
        with proxied(command, port, environment):
            yield request.param, port
        return
    text = (DEPLOY / "nginx.conf.template").read_text()
    text = text.replace("${GRADTAPE_UPSTREAM}", upstream).replace("listen 8080", f"listen {port}")
    text = text.replace("/var/cache/nginx/gradtape", str(tmp_path / "cache"))
    temporary = "".join(
        f"{name}_temp_path {tmp_path / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; user root; pid {tmp_path / 'pid'}; error_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{text}}}\n"
    )
    command = [program, "-c", str(tmp_path / "nginx.conf"), "-e", "stderr", "-p", str(tmp_path)]
    with proxied(command, port):
        yield request.param, port


def test_a_page_behind_a_proxy_shares_and_each_client_has_its_own_limit(proxy, manifest):
    kind, port = proxy
    salt = 1000 if kind == "nginx" else 2000
    headers = {
        "content-type": "application/json",
        "origin": PUBLIC,
        "sec-fetch-site": "same-origin",
        "host": f"127.0.0.1:{port}",
        "x-forwarded-for": "203.0.113.50",  # what a client claims is not believed
    }
    status, _, body = spoken(port, "POST", API, canonical(manifest(salt)), **headers)
    told = json.loads(body)
    assert status == 201 and told["url"].startswith(f"{PUBLIC}/s/"), body
    answers = [spoken(port, "GET", f"{API}/{told['id']}") for _ in range(3)]
    assert {status for status, _, _ in answers} == {200}
    assert answers[0][1].get("strict-transport-security") or answers[0][1].get(
        "Strict-Transport-Security"
    )
    if kind == "nginx":
        assert [headers["X-Cache"] for _, headers, _ in answers] == ["MISS", "HIT", "HIT"]
    status, _, _ = spoken(port, "POST", API, b"x" * 500_000, **headers)
    # Caddy hangs up on the server in the middle of the body, and calls that a bad gateway.
    assert status in ({413} if kind == "nginx" else {413, 502})


def test_rules_and_panels_speak_of_metrics_that_there_are():
    metrics = Metrics()
    metrics.request("GET", 200, 0.1)
    metrics.route("page", 200)
    metrics.event("created")
    names = set(re.findall(r"^(gradtape_\w+?)(?:\{| )", metrics.text()[0].decode(), re.MULTILINE))
    shown = (DEPLOY / "grafana.json").read_text()
    rules = (DEPLOY / "alerts.yaml").read_text()
    used = set(re.findall(r"gradtape_[a-z_]+", rules + shown))
    assert used <= names, used - names
    for needed in ("database_bytes", "quota_bytes", "disk_free_bytes", "redis_answers"):
        assert f"gradtape_{needed}" in shown and f"gradtape_{needed}" in rules
    for needed in ("route_requests_total", "request_seconds_bucket", "resident_bytes"):
        assert f"gradtape_{needed}" in shown
    assert all(panel["targets"] for panel in json.loads(shown)["panels"])


def test_the_alert_rules_are_rules():
    rules = str(DEPLOY / "alerts.yaml")
    done = subprocess.run(
        [machines.program("promtool"), "check", "rules", rules], capture_output=True, text=True
    )
    assert done.returncode == 0 and "9 rules found" in done.stdout, done.stdout + done.stderr


def test_the_purge_command_asks_a_proxy_to_let_go(tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("the example of a purge command asks with curl")
    done = subprocess.run([str(DEPLOY / "purge.sh"), "http://127.0.0.1:9/x"], capture_output=True)
    assert done.returncode == 1
    assert subprocess.run([str(DEPLOY / "purge.sh")]).returncode == 0
