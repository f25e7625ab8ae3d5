"""Whether a value is a manifest, and if not, precisely why: every problem, with its path.

Two layers. The form (types, names, lengths, patterns) is read from the JSON Schema. The sense
(what one field says against another) is the short list of rules at the end.
"""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any

from gradtape.snippet.canonical import MalformedJSON, canonical
from gradtape.snippet.digest import digest_of_bytes, none_digest
from gradtape.snippet.form import MOST_PROBLEMS, Problem, Rule
from gradtape.snippet.schema import (
    DTYPE_SIZES,
    LARGEST_CODE,
    LARGEST_MANIFEST,
    MANIFEST_SCHEMA,
)


class InvalidManifest(ValueError):
    """Raised with every problem found; `problems` has them one by one."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


def validate(manifest: object) -> bytes:
    """The canonical bytes of a valid manifest.

    Raises InvalidManifest, which lists every problem with the path to it.
    """
    problems = form_problems(manifest)
    if not problems:
        assert isinstance(manifest, dict)
        problems = list(_sense_problems(manifest))
    if problems:
        raise InvalidManifest(problems[:MOST_PROBLEMS])
    try:
        data = canonical(manifest)
    except MalformedJSON as error:
        raise InvalidManifest([Problem("", str(error))]) from None
    if len(data) > LARGEST_MANIFEST:
        message = f"got {len(data)} bytes; at most {LARGEST_MANIFEST} are allowed; record less"
        raise InvalidManifest([Problem("", message, "size")])
    return data


_RULE = Rule(MANIFEST_SCHEMA)


def form_problems(value: object) -> list[Problem]:
    """Every way in which the value departs from the manifest's JSON Schema."""
    problems: list[Problem] = []
    _RULE.read(value, (), problems)
    return problems


def _sense_problems(manifest: dict[str, Any]) -> list[Problem]:
    problems = []
    size = sum(len(text.encode("utf-8")) for text in manifest["code"].values())
    if size > LARGEST_CODE:
        message = f"got {size} bytes; at most {LARGEST_CODE} are allowed; shorten it"
        problems.append(Problem("code", message, "size"))
    if manifest["entry"] not in manifest["code"]:
        files = ", ".join(manifest["code"])
        message = f"got {manifest['entry']!r}; must be one of the files: {files}"
        problems.append(Problem("entry", message, "sense"))
    if manifest["produced"] < len(manifest["results"]):
        message = f"got {manifest['produced']}; there are {len(manifest['results'])} results"
        problems.append(Problem("produced", message, "sense"))
    labels: set[str] = set()
    for index, result in enumerate(manifest["results"]):
        trouble = _result_problem(result)
        if trouble is None and result["label"] in labels:
            trouble = f"the label {result['label']!r} stands twice; number them"
        labels.add(result["label"])
        if trouble is not None:
            problems.append(Problem(f"results[{index}]", trouble, "sense"))
    return problems


def _result_problem(result: dict[str, Any]) -> str | None:
    try:
        data = base64.b64decode(result["values"], validate=True)
    except binascii.Error as error:
        return f"values: not base64 ({error})"
    if base64.b64encode(data).decode("ascii") != result["values"]:
        return "values: not base64 in its canonical spelling"
    if result["dtype"] == "none":
        right = none_digest()
        if result["shape"] or data or result["step"] != 1 or result["digest"] != right:
            return f"a result of dtype none has shape [], no values, step 1 and digest {right}"
        return None
    size = math.prod(result["shape"])
    kept = -(-size // result["step"]) * DTYPE_SIZES[result["dtype"]]
    if len(data) != kept:
        return (
            f"values: got {len(data)} bytes; shape {result['shape']}, dtype {result['dtype']} "
            f"and step {result['step']} make {kept}"
        )
    if result["step"] == 1:
        right = digest_of_bytes(result["dtype"], tuple(result["shape"]), data)
        if result["digest"] != right:
            return f"digest: got {result['digest']}; the values have {right}"
    return None
