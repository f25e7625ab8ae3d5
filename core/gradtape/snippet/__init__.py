"""Snippets: code, everything its gradients depend on, and the gradients, under one provable name.

Used alike by the command line, the server and the page (whose TypeScript twin of `canonical` and
`snippet_id` is tested byte for byte against this one). Importing it loads no part of the engine.

In reading order: `canonical` (one value, one sequence of bytes), `identity` (bytes to id),
`schema`, `form` and `validation` (what a manifest is), `digest` and `results` (a gradient as data),
`comparison` (EXACT, CLOSE or DIFFERS), `recording` (running code and catching its gradients),
`pins` and `drafting` (making a manifest), `exports` (a manifest as a program, notebook or test).
"""

from gradtape.snippet.canonical import MalformedJSON, canonical, parse
from gradtape.snippet.comparison import Comparison, ResultComparison, Tier, compare, ulp_distance
from gradtape.snippet.drafting import draft, fork, upgrade
from gradtape.snippet.exports import to_failing_test, to_notebook, to_program
from gradtape.snippet.form import Problem
from gradtape.snippet.identity import ID_PATTERN, proves, sha256_hex, snippet_id
from gradtape.snippet.pins import current_pins
from gradtape.snippet.recording import NoDevice, Run, record_run, recording
from gradtape.snippet.results import Recorded, encode
from gradtape.snippet.schema import MANIFEST_SCHEMA, SCHEMA_VERSION
from gradtape.snippet.validation import InvalidManifest, validate

__all__ = [
    "ID_PATTERN",
    "MANIFEST_SCHEMA",
    "SCHEMA_VERSION",
    "Comparison",
    "InvalidManifest",
    "MalformedJSON",
    "NoDevice",
    "Problem",
    "Recorded",
    "ResultComparison",
    "Run",
    "Tier",
    "canonical",
    "compare",
    "current_pins",
    "draft",
    "encode",
    "fork",
    "parse",
    "proves",
    "record_run",
    "recording",
    "sha256_hex",
    "snippet_id",
    "to_failing_test",
    "to_notebook",
    "to_program",
    "ulp_distance",
    "upgrade",
    "validate",
]
