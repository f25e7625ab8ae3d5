"""Making a manifest, by hand or from an older one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradtape.snippet.canonical import canonical
from gradtape.snippet.results import Recorded, encode
from gradtape.snippet.schema import LARGEST_OUTPUT, SCHEMA_VERSION

# Measured between machines: libm's functions differ by up to 3 ulp, and a few hundred of them in
# a row by some tens; sums in another order move small elements by ulps of the largest.
TOLERANCE = {"ulp": 256, "floor_ulp": 16}


def draft(
    code: str | dict[str, str],
    *,
    title: str = "",
    pins: dict[str, Any] | None = None,
    results: list[Recorded] | None = None,
    produced: int | None = None,
    output: str = "",
    parent: str | None = None,
) -> dict[str, Any]:
    """A complete manifest for this code, valid where the code and the results are.

    `pins` is what `current_pins` gives; without it nothing is pinned.

    >>> draft("print(1)")["code"]
    {'main.py': 'print(1)'}
    """
    files = {"main.py": code} if isinstance(code, str) else code
    pinned = pins or _unpinned()
    return {
        "schema": SCHEMA_VERSION,
        "title": title,
        "code": files,
        "entry": "main.py" if "main.py" in files else next(iter(files)),
        "engine": pinned["engine"],
        "runtime": pinned["runtime"],
        "run": pinned["run"],
        "tolerance": dict(TOLERANCE),
        **encode(results or [], produced),
        "output": output[:LARGEST_OUTPUT],
        "parent": parent,
    }


def _unpinned() -> dict[str, Any]:
    engine = dict.fromkeys(("version", "wheel_sha256", "source_sha256"))
    runtime = dict.fromkeys(("name", "version", "python", "numpy", "lock_sha256"))
    return {
        "engine": {"name": "gradtape", **engine},
        "runtime": runtime,
        "run": {"seed": None, "dtype": "float32", "device": "cpu"},
    }


def fork(manifest: dict[str, Any], identifier: str) -> dict[str, Any]:
    """The manifest to go on from: same code and run, nothing recorded, parent set to the id."""
    manifest = upgrade(manifest)
    return {
        **draft(manifest["code"], title=manifest["title"], parent=identifier),
        "entry": manifest["entry"],
        "run": dict(manifest["run"]),
        "tolerance": dict(manifest["tolerance"]),
    }


def _from_bare_code(old: dict[str, Any]) -> dict[str, Any]:
    # Schema 0 is what a link carries in its fragment: code, perhaps a title, nothing pinned.
    unknown = sorted(old.keys() - {"schema", "code", "title"})
    if unknown or not isinstance(old.get("code"), str):
        raise ValueError(
            f"a manifest of schema 0 holds code (text) and title; got {', '.join(sorted(old))}"
        )
    return draft(old["code"], title=old.get("title", ""))


# From each older schema one step towards the present one.
_STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_bare_code}


def upgrade(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest in the present schema; itself where it is already.

    Readers upgrade; what is stored keeps its bytes, and with them its id.

    Raises ValueError for a schema that this version does not know.

    >>> upgrade({"schema": 0, "code": "print(1)"})["schema"]
    1
    """
    version = manifest.get("schema")
    while type(version) is not int or version != SCHEMA_VERSION:  # True equals 1, and is not it
        if type(version) is not int or version not in _STEPS:
            raise ValueError(
                f"got schema {canonical(version).decode()[:40]}; this version reads 0 to "
                f"{SCHEMA_VERSION}; a newer gradtape may read it"
            )
        manifest = _STEPS[version](manifest)
        version = manifest["schema"]
    return manifest
