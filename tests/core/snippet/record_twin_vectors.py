"""Write `twin_vectors.json`: values with their canonical bytes and ids.

The page's TypeScript twin and the Python original are both tested against this file, so they
agree byte for byte. Run it again only when the canonical form changes, which changes every id.
"""

import base64
import json
import random
from pathlib import Path

import numpy as np

from gradtape.snippet import Recorded, canonical, draft, sha256_hex, snippet_id

VECTORS = Path(__file__).with_name("twin_vectors.json")

# Each is a trap: sorting by code unit against code point, escapes, extremes, empty things.
TRAPS = [
    {},
    [],
    "",
    None,
    True,
    -(2**53 - 1),
    {"\ufb33": 1, "\U0001f600": 2, "a": 3, "": 4, "\u20ac": 5, "10": 6, "9": 7},
    '\u0000\u0001\b\t\n\u000b\f\r\u001f "\\/\u007f\u0080\u00a0\u2028\u2029\ufeff\uffff\U0010ffff',
    {"é": "e\u0301", "e\u0301": "é", "__proto__": 1, "constructor": None},
    [[[[[[]]]]], {"b": {"d": [], "c": {}}, "a": [1, -1, 0, "1"]}],
]


def random_text(source: random.Random, longest: int) -> str:
    """Text from every part of Unicode, without halves of surrogate pairs."""
    ranges = [(0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
    picks = (source.choice(ranges) for _ in range(source.randrange(longest)))
    return "".join(chr(source.randint(*pick)) for pick in picks)


def values() -> list[object]:
    """The traps, random objects, and manifests as the engine would make them."""
    source = random.Random(20)
    found: list[object] = list(TRAPS)
    for _ in range(60):
        keys = [random_text(source, 12) for _ in range(source.randrange(1, 9))]
        found.append({key: random_text(source, 30) for key in keys})
    numbers = np.random.default_rng(20)
    for size in (0, 1, 3, 2000):
        results = [
            Recorded("dy/dx", numbers.standard_normal(size).astype(np.float32)),
            Recorded("dz/dx", None),
        ]
        found.append(draft(f"# {size}\nprint('π')\n", title="Ünïcode ✓", results=results))
    return found


def vectors() -> list[dict[str, object]]:
    """What stands in the file."""
    return [
        {
            "value": value,
            "canonical": base64.b64encode(canonical(value)).decode("ascii"),
            "sha256": sha256_hex(canonical(value)),
            "id": snippet_id(value),
        }
        for value in values()
    ]


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=0) + "\n")
