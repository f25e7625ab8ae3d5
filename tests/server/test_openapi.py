"""The interface is the committed document, and the server keeps to it whatever it is asked.

schemathesis runs with every check at its default. Two things JSON Schema cannot say of a manifest:
what its fields say of each other (the digest of these very values, an entry that is one of the
files, a parent that is stored), and that 1.0 is no spelling of 1. So generated manifests are made
to agree with themselves before they are sent, and must then be accepted; a test of its own sends
them as they are and looks at the refusals.
"""

import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from gradtape.snippet import Recorded, encode
from gradtape_server.openapi import openapi_text

COMMITTED = Path(__file__).resolve().parents[2] / "server" / "openapi.json"
CREATE = "POST /api/v1/snippets"


def test_the_committed_document_is_the_one_that_is_served(client):
    assert COMMITTED.read_text(encoding="utf-8") == openapi_text(), (
        "the interface changed; if it should: python -m gradtape_server.openapi"
        " > server/openapi.json"
    )
    served = client.get("/api/v1/openapi.json").json()
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
def address(request, machines_module, tmp_path_factory):
    """The document of a running server, on each database."""
    words = ["--data-dir", str(tmp_path_factory.mktemp("data"))]
    if request.param == "postgresql":
        words += ["--database", request.getfixturevalue("postgres").create("schemathesis")]
    with machines_module.Server(*words) as server:
        yield f"{server.url}/api/v1/openapi.json"


# schemathesis' own list of answers to a valid request, and 410, which it lacks: what a link leads
# to may have been withdrawn by the request before.
ACCEPTANCE = ["2xx", "3xx", "401", "403", "404", "409", "410", "429", "5xx"]
CONFIGURATION = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTANCE}}}
)


@pytest.fixture
def described(address):
    """The described interface, as generated requests meet it."""
    return schemathesis.openapi.from_url(address, config=CONFIGURATION)


def spelled(value):
    """The value with its whole numbers written as such."""
    if isinstance(value, dict):
        return {name: spelled(item) for name, item in value.items()}
    if isinstance(value, list):
        return [spelled(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def agreeing(manifest):
    """A manifest of the right form, changed as little as makes its fields agree with each other."""
    manifest = spelled(manifest)
    if manifest.get("schema") != 1:
        return manifest
    results = []
    for index, result in enumerate(manifest["results"][:8]):
        shape = [length % 4 for length in result["shape"][:3]]
        value = None
        if result["dtype"] != "none":
            value = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(result["dtype"])
        results.append(Recorded(f"{result['label'][:100]} {index}", value))
    kept = encode(results)
    return {
        **manifest,
        **kept,
        "produced": max(manifest["produced"], len(results)),
        "entry": min(manifest["code"]),
        "parent": None,
    }


def make_agree(described, distinct=False):
    """Every valid manifest that is generated from here on agrees with itself.

    `distinct`: and is none that was sent before, so that what follows a create does not depend on
    the runs before it.
    """
    numbers = itertools.count()

    @described.hook
    def map_case(_context, case):
        if case.operation.label == CREATE and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.body = agreeing(case.body)
            if distinct:
                case.body["title"] = f"{case.body.get('title', '')[:80]} {next(numbers)}"
        return case


def answers_of(described):
    """Counts the answers by operation and status, from here on."""
    seen = Counter()

    @described.hook
    def after_call(_context, case, response):
        seen[case.operation.label, response.status_code] += 1

    return seen


def quiet(examples, **more):
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # a failing request says enough as it is; shrinking takes minutes
        **more,
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_to_any_request_is_as_described(described, mode):
    """Every check of schemathesis, on valid and on invalid requests to every operation."""
    make_agree(described)
    seen = answers_of(described)
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (
            operation.body or operation.query or operation.headers
        ):
            continue  # every identifier is text, so no path is invalid by form

        @quiet(60 if operation.body else 15)
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case):
            case.call_and_validate()

        check()
    statuses = {status for label, status in seen if label == CREATE}
    if mode is GenerationMode.POSITIVE:
        assert statuses <= {200, 201} and 201 in statuses
    else:
        # A body may be whole beside a header that HTTP itself takes for an empty one; whether what
        # is wrong was taken, schemathesis has looked at.
        assert statuses <= {200, 201, 400, 413, 415, 422} and 400 in statuses
    assert len({label for label, _ in seen}) >= 3


def test_a_manifest_that_contradicts_itself_is_refused_with_the_place(described):
    """As generated: 422, and each complaint is one of those that a schema cannot make."""
    seen = answers_of(described)
    positive = CHECKS.get_by_names(["positive_data_acceptance"])

    @quiet(60)
    @given(case=described["/api/v1/snippets"]["POST"].as_strategy())
    def check(case):
        response = case.call()
        case.validate_response(response, excluded_checks=positive)
        if response.status_code == 400:
            assert re.match(r"got the number -?[\d.e+]+", response.json()["detail"])
        if response.status_code == 422:
            for error in response.json()["errors"]:
                assert re.fullmatch(r"entry|produced|parent|results\[\d+\]", error["path"]), error

    check()
    assert {status for _, status in seen} <= {200, 201, 400, 413, 422}
    assert seen[CREATE, 422] > 10


def test_following_the_links_from_answer_to_answer_keeps_to_the_document(described):
    """Stateful: what a create answered is read, exported, forked and deleted, in any order."""
    make_agree(described, distinct=True)
    seen = answers_of(described)
    one = "/api/v1/snippets/{identifier}"
    read = [f"GET {one}{end}" for end in ("", ".py", ".ipynb", ".json", ".test.py", "/fork")]
    wanted = {*((label, 200) for label in read), (f"PATCH {one}", 200)}
    wanted |= {(f"DELETE {one}", 204), (f"GET {one}", 410)}
    # What is drawn depends on the modules that are loaded, so a walk may miss a place.
    for steps in (8, 9, 10):
        described.as_state_machine().run(settings=quiet(60, stateful_step_count=steps))
        if wanted <= seen.keys():
            break
    assert wanted <= seen.keys(), seen
