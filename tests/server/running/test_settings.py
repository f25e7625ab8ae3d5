"""What an operator sets wrongly is said before anything starts; how it is reached is set, too."""

import http.client
import json
import socket

import pytest
from pydantic import ValidationError

from gradtape_server.http.clients import reader_of
from gradtape_server.settings import Settings
from tests.server.support import machines


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reads_per_minute", -1, "greater than or equal to 0"),
        ("header_seconds", 0, "greater than 0"),
        ("body_seconds", "nan", ""),
        ("most_connections", 0, "greater than or equal to 1"),
        ("most_header_bytes", 1, "greater than or equal to 1024"),
        ("quota_bytes", -5, "greater than or equal to 0"),
        ("shortest_id", 99, "less than or equal to 54"),
        ("metrics_token", "short", "at least 16 characters"),
        ("public_url", "https://host/sub", "needs a host name of its own"),
        ("public_url", "host", "must be like https://host"),
        ("security_contact", "me", "must begin with mailto:, https:// or tel:"),
        ("purge_command", "/bin/true", "set public_url too"),
    ],
)
def test_a_senseless_value_is_refused(name, value, message):
    with pytest.raises(ValidationError) as refused:
        Settings(**{name: value})
    assert message in str(refused.value)


def test_the_page_and_its_sandbox_are_two_hosts():
    same = "https://play.example"
    with pytest.raises(ValidationError, match="must be another host"):
        Settings(public_url=same, sandbox_origin=same)


def test_a_misspelt_setting_is_not_passed_over(tmp_path):
    environment = {"GRADTAPE_READS_PER_MINUT": "5", "GRADTAPE_PEERS": "/somewhere"}
    words = ("serve", "--port", "0", "--data-dir", tmp_path)
    done = machines.gradtape(*words, environment=environment)
    assert done.returncode == 2
    assert (
        "GRADTAPE_READS_PER_MINUT is no setting; is GRADTAPE_READS_PER_MINUTE meant?" in done.stderr
    )
    assert "PEERS" not in done.stderr


def test_an_empty_token_opens_nothing(make_sqlite_client):
    """As a file of variables has it, in which a line was left empty."""
    client = make_sqlite_client(metrics_token="")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_an_ipv6_client_has_one_limit_for_its_whole_64():
    assert reader_of("2001:db8:1:2:3:4:5:6") == reader_of("2001:db8:1:2::9")
    assert reader_of("2001:db8:1:2::1") != reader_of("2001:db8:1:3::1")


def test_processes_without_redis_share_a_limit_out_and_say_so(tmp_path, manifest):
    """Four processes would otherwise allow four times as much, without a word."""
    log = tmp_path / "log"
    limits = {"GRADTAPE_CREATES_PER_MINUTE": "8", "GRADTAPE_CREATES_PER_MINUTE_IN_ALL": "8"}
    words = ("--data-dir", str(tmp_path / "data"), "--workers", "4")
    with machines.Server(*words, environment=limits).start(log) as server:
        stored = 0
        for number in range(40):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            headers = {"content-type": "application/json"}
            connection.request("POST", "/api/v1/snippets", json.dumps(manifest(number)), headers)
            stored += connection.getresponse().status == 201
            connection.close()
    assert 2 <= stored <= 9  # nine: a token may come back meanwhile
    assert "each of the 4 processes counts for itself" in log.read_text()


def test_a_socket_file_takes_the_clients_that_its_proxy_names(tmp_path, manifest):
    path = tmp_path / "socket"
    environment = {"GRADTAPE_READS_PER_MINUTE": "2", "GRADTAPE_PUBLIC_URL": "https://play.example"}
    words = ("--data-dir", str(tmp_path / "data"), "--uds", str(path))
    server = machines.Server(*words, environment=environment)

    def ask(client):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            head = f"GET /version HTTP/1.0\r\nhost: a\r\nx-forwarded-for: {client}\r\n\r\n"
            connection.sendall(head.encode())
            return int(connection.recv(1000).split()[1])

    def is_there():
        try:
            return ask("203.0.113.9") == 200
        except OSError:
            return False

    server.is_ready = is_there
    with server:
        assert path.stat().st_mode & 0o007 == 0
        assert [ask("203.0.113.1") for _ in range(3)] == [200, 200, 429]
        assert ask("203.0.113.2") == 200
        refused = machines.gradtape("serve", *words)
        assert refused.returncode == 2 and "another process listens on" in refused.stderr
    again = machines.Server(*words, environment=environment)  # what it left behind is taken over
    again.is_ready = is_there
    with again:
        assert ask("203.0.113.3") == 200


def test_whom_to_tell_of_a_weakness(make_sqlite_client):
    client = make_sqlite_client(security_contact="mailto:security@play.example")
    text = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:security@play.example\n" in text and "\nExpires: 2" in text
    assert make_sqlite_client().get("/.well-known/security.txt").status_code == 404
