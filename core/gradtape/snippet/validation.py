"""Whether a value is a manifest, and if not, precisely why: every problem, with its path.

Two layers. The form (types, names, lengths, patterns) is read from the JSON Schema. The sense
(what one field says against another) is the short list of rules at the end.
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import math
import re
from dataclasses import dataclass
from typing import Any

from gradtape.snippet.canonical import MalformedJSON, canonical
from gradtape.snippet.digest import digest_of_bytes, none_digest
from gradtape.snippet.schema import (
    DTYPE_SIZES,
    LARGEST_CODE,
    LARGEST_MANIFEST,
    MANIFEST_SCHEMA,
)

MOST_PROBLEMS = 20  # a longer list helps nobody and makes the answer larger than the question


@dataclass(frozen=True)
class Problem:
    """One reason why a value is not a manifest. `kind` is "form", "sense" or "size"."""

    path: str
    message: str
    kind: str = "form"

    def __str__(self) -> str:
        return f"{self.path or 'manifest'}: {self.message}"


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


# --- form -------------------------------------------------------------------------------------

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "null": type(None),
}
_NAMES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "a number"}
_WORDS = {
    *("type", "description", "properties", "required", "additionalProperties", "propertyNames"),
    *("minProperties", "maxProperties", "items", "maxItems", "enum", "const", "pattern"),
    *("minLength", "maxLength", "minimum", "maximum"),
}


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return f"{_NAMES[type(value)]} of {len(value)}"
    try:
        text = json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def form_problems(value: object) -> list[Problem]:
    """Every way in which the value departs from the manifest's JSON Schema."""
    problems: list[Problem] = []
    _form(value, MANIFEST_SCHEMA, "", problems)
    return problems


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # JSON Schema means JavaScript's `$`, the very end; Python's also matches before a newline.
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))


def _form(value: object, schema: dict[str, Any], path: str, problems: list[Problem]) -> None:
    assert schema.keys() <= _WORDS, schema.keys() - _WORDS
    if len(problems) >= MOST_PROBLEMS:
        return

    def say(message: str) -> None:
        problems.append(Problem(path, message))

    allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kinds = tuple(_TYPES[name] for name in allowed)
    if not isinstance(value, kinds) or isinstance(value, bool):
        say(f"got {_shown(value)}; must be {' or '.join(allowed)}")
    elif "const" in schema and value != schema["const"]:
        say(f"got {_shown(value)}; must be {_shown(schema['const'])}")
    elif "enum" in schema and value not in schema["enum"]:
        say(f"got {_shown(value)}; must be one of {', '.join(map(str, schema['enum']))}")
    elif isinstance(value, str):
        _form_of_string(value, schema, say)
    elif isinstance(value, int):
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        if not low <= value <= high:
            say(f"got {_shown(value)}; must lie between {low} and {high}")
    elif isinstance(value, list):
        if len(value) > schema["maxItems"]:
            say(f"got {len(value)} entries; at most {schema['maxItems']} are allowed")
            return
        for index, item in enumerate(value):
            _form(item, schema["items"], f"{path}[{index}]", problems)
    elif isinstance(value, dict):
        _form_of_object(value, schema, path, problems)


def _form_of_string(value: str, schema: dict[str, Any], say: Any) -> None:
    if len(value) < schema.get("minLength", 0):
        say("is empty; give it at least one character")
    elif len(value) > schema.get("maxLength", LARGEST_MANIFEST):
        say(f"has {len(value)} characters; at most {schema['maxLength']} are allowed")
    elif "pattern" in schema and not _compiled(schema["pattern"]).search(value):
        say(f"got {_shown(value)}; must match {schema['pattern']}")
    else:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            say(f"the character at position {error.start} is half of a surrogate pair; remove it")


def _form_of_object(
    value: dict[Any, Any], schema: dict[str, Any], path: str, problems: list[Problem]
) -> None:
    def child(name: str) -> str:
        shown = name if re.fullmatch(r"[\w.]{1,64}", name, re.ASCII) else json.dumps(name[:64])
        return f"{path}.{shown}" if path else shown

    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            problems.append(Problem(child(name), "is missing; every field must be there"))
    if len(value) < schema.get("minProperties", 0):
        problems.append(Problem(path, "is empty; give it at least one entry"))
    if len(value) > schema.get("maxProperties", math.inf):
        message = f"got {len(value)} entries; at most {schema['maxProperties']} are allowed"
        problems.append(Problem(path, message))
        return
    for name, item in value.items():
        if name in known:
            _form(item, known[name], child(name), problems)
        elif schema["additionalProperties"] is False:
            if len(problems) < MOST_PROBLEMS:
                message = f"is not a field; the fields are {', '.join(known)}"
                problems.append(Problem(child(name), message))
        else:
            before = len(problems)
            _form(name, schema["propertyNames"], child(name), problems)
            if len(problems) == before:
                _form(item, schema["additionalProperties"], child(name), problems)


# --- sense ------------------------------------------------------------------------------------


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
