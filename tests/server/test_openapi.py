"""The interface is the committed document, and the server keeps to it whatever it is asked."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from gradtape_server.openapi import openapi_text

COMMITTED = Path(__file__).resolve().parents[2] / "server" / "openapi.json"
# What JSON Schema cannot say of a manifest (the digest of these values, a parent that exists) is
# answered with 422, an identifier of the right form that nobody has with 404.
CONFIGURATION = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422", "501"]}}}
)


def test_the_committed_document_is_the_one_that_is_served(sqlite_client):
    assert COMMITTED.read_text(encoding="utf-8") == openapi_text(), (
        "the interface changed; if it should: python -m gradtape_server.openapi"
        " > server/openapi.json"
    )
    served = sqlite_client.get("/api/v1/openapi.json").json()
    assert served["paths"].keys() == {
        "/api/v1/snippets",
        "/api/v1/snippets/{identifier}",
        "/api/v1/snippets/{identifier}.py",
        "/api/v1/snippets/{identifier}.ipynb",
        "/api/v1/snippets/{identifier}.json",
        "/api/v1/snippets/{identifier}.test.py",
        "/api/v1/snippets/{identifier}/fork",
        "/api/v1/engines",
        "/api/v1/engines/{wheel_sha256}/{filename}",
        "/oembed",
    }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def described(request, machines_module, tmp_path_factory):
    """A running server with its document, on each database."""
    words = ["--data-dir", str(tmp_path_factory.mktemp("data"))]
    if request.param == "postgresql":
        words += ["--database", request.getfixturevalue("postgres").create("schemathesis")]
    with machines_module.Server(*words) as server:
        document = f"{server.url}/api/v1/openapi.json"
        yield schemathesis.openapi.from_url(document, config=CONFIGURATION)


def quiet(examples, **more):
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        **more,
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_to_any_request_is_as_described(described, mode):
    """All of schemathesis' checks, on valid and on invalid requests to every operation."""
    asked = set()
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (
            operation.body or operation.query or operation.headers
        ):
            continue  # every identifier is text, so no path is invalid by form

        @quiet(40 if operation.body else 12)
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case):
            case.call_and_validate()
            asked.add(case.operation.label)

        check()
    assert "POST /api/v1/snippets" in asked and len(asked) >= 3


def test_following_the_links_from_answer_to_answer_keeps_to_the_document(described):
    """Stateful: what a create answered is read, exported, forked and deleted, in any order."""
    described.as_state_machine().run(settings=quiet(12, stateful_step_count=6))
