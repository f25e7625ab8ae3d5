"""What a manifest is: one JSON Schema, read by the validator, the OpenAPI document and the page.

Only the vocabulary that `form.py` reads may be used here; it refuses any other word.
"""

from __future__ import annotations

from typing import Any, Final

from gradtape.snippet.identity import ALPHABET, FULL_LENGTH, SHORTEST_ID

SCHEMA_VERSION: Final = 1

LARGEST_CODE: Final = 64 * 1024  # bytes of UTF-8 in all code files together
LARGEST_MANIFEST: Final = 256 * 1024  # bytes of the canonical form
LARGEST_OUTPUT: Final = 16 * 1024  # characters of the recorded standard output
MOST_RESULTS: Final = 256

# NumPy's name → bytes per element. "none" is the result None: no path from target to source.
DTYPE_SIZES: Final = {
    "none": 0,
    "bool": 1,
    "float16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "uint8": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
}

ID_FORM: Final = f"^[{ALPHABET}]{{{SHORTEST_ID},{FULL_LENGTH}}}$"
_SHA256: Final = {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"}
_VERSION: Final = {"type": ["string", "null"], "pattern": r"^[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}$"}
# One line of text: no control characters, no line or paragraph separators.
_LINE: Final = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"


def _object(description: str, *optional: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


MANIFEST_SCHEMA: Final[dict[str, Any]] = _object(
    "A snippet: code, everything its result depends on, and the result itself.",
    schema={"type": "integer", "const": SCHEMA_VERSION},
    title={"type": "string", "maxLength": 120, "pattern": _LINE},
    code={
        "type": "object",
        "description": "File name to text; together at most 64 KiB of UTF-8.",
        "minProperties": 1,
        "maxProperties": 20,
        "propertyNames": {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_]{0,59}\.py$"},
        "additionalProperties": {
            "type": "string",
            "maxLength": LARGEST_CODE,
            "pattern": r"^[^\u0000]*$",
        },
    },
    entry={"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_]{0,59}\.py$"},
    engine=_object(
        "The library that ran the code. null: not known, so not compared.",
        name={"type": "string", "const": "gradtape"},
        version=_VERSION,
        wheel_sha256=_SHA256,
        source_sha256=_SHA256,
    ),
    runtime=_object(
        "The Python that ran the engine. null: not known, so not compared. arithmetic: what "
        "computed on the CPU of a tab beside NumPy, as long as there was anything.",
        "arithmetic",
        name={"type": ["string", "null"], "pattern": "^[a-z]{1,20}$"},
        version=_VERSION,
        python=_VERSION,
        numpy=_VERSION,
        lock_sha256=_SHA256,
        arithmetic={"type": "string", "enum": ["wasm", "wasm fma"]},
    ),
    run=_object(
        "How the code is run. seed: set for every generator before the run; null: none is set.",
        seed={"type": ["integer", "null"], "minimum": 0, "maximum": 2**32 - 1},
        dtype={"type": "string", "enum": ["float32"]},
        device={"type": "string", "enum": ["cpu", "webgpu"]},
    ),
    tolerance=_object(
        "An element is close within `ulp` units in its own last place, or within `floor_ulp` "
        "units in the last place of the largest element of its result.",
        ulp={"type": "integer", "minimum": 0, "maximum": 2**20},
        floor_ulp={"type": "integer", "minimum": 0, "maximum": 2**20},
    ),
    results={
        "type": "array",
        "maxItems": MOST_RESULTS,
        "items": _object(
            "One gradient. values: base64 of every step-th element in C order, little-endian.",
            label={"type": "string", "minLength": 1, "maxLength": 120, "pattern": _LINE},
            dtype={"type": "string", "enum": list(DTYPE_SIZES)},
            shape={
                "type": "array",
                "maxItems": 16,
                "items": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
            },
            digest={"type": "string", "pattern": "^[0-9a-f]{64}$"},
            step={"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
            values={
                "type": "string",
                "maxLength": 8192,
                "pattern": "^[A-Za-z0-9+/]*={0,2}$",
            },
        ),
    },
    produced={
        "type": "integer",
        "description": "How many results the run produced; the first and the last are kept.",
        "minimum": 0,
        "maximum": 2**31 - 1,
    },
    output={
        "type": "string",
        "description": "The beginning of what the run printed.",
        "maxLength": LARGEST_OUTPUT,
    },
    parent={
        "type": ["string", "null"],
        "description": "The id of the snippet this one was forked from.",
        "pattern": ID_FORM,
    },
)
