"""Recorded results in words: the same line on the page without scripts and in the preview."""

from __future__ import annotations

from typing import Any

from gradtape.snippet.results import decode_values

MOST_VALUES = 6


def title_of(manifest: dict[str, Any]) -> str:
    """The snippet's title, or what to call it without one."""
    return manifest["title"].strip() or "A gradient snippet"


def type_of(result: dict[str, Any]) -> str:
    """Such as float32[3, 2]; None for no gradient."""
    if result["dtype"] == "none":
        return "None"
    return f"{result['dtype']}[{', '.join(map(str, result['shape']))}]"


def values_of(result: dict[str, Any]) -> str:
    """The first recorded values, "no path from target to source" for None."""
    if result["dtype"] == "none":
        return "no path from target to source"
    values = decode_values(result)
    shown = ", ".join(str(value) for value in values[:MOST_VALUES].tolist())
    return shown + (", …" if values.size > MOST_VALUES else "") if values.size else "empty"


def pins_of(manifest: dict[str, Any]) -> str:
    """Such as: gradtape 0.1.0 · pyodide 0.27.7 · cpu, as far as it is pinned."""
    parts = []
    for group in ("engine", "runtime"):
        if manifest[group]["version"]:
            parts.append(f"{manifest[group]['name']} {manifest[group]['version']}")
    return " · ".join([*parts, manifest["run"]["device"]])
