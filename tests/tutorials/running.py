"""Runs a tutorial's program under TensorFlow or under gradtape: their import lines alone differ.

The programs say `import tensorflow as tf`, as people's own do; `results` is what they end with.
This file knows neither library, so that the recording script and a tab's Python can use it too.
"""

from __future__ import annotations

import re
import runpy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

PROGRAMS = Path(__file__).resolve().parent / "programs"

#: a result as JSON holds it: text, or a number with its shape forgotten
Plain = Any


def names() -> list[str]:
    """The programs, in alphabetical order."""
    return sorted(path.stem for path in PROGRAMS.glob("*.py"))


def run(name: str, library: str, folder: Path = PROGRAMS) -> dict[str, Plain]:
    """The results of a program under `library`, "tensorflow" or "gradtape"."""
    text = (folder / f"{name}.py").read_text(encoding="utf-8")
    text = re.sub(r"^(import|from) tensorflow\b", rf"\1 {library}", text, flags=re.MULTILINE)
    with tempfile.TemporaryDirectory() as place:  # a file, because autograph reads the source
        program = Path(place) / f"{name}.py"
        program.write_text(text, encoding="utf-8")
        results = runpy.run_path(str(program), run_name="__main__")["results"]
    return {key: plain(value) for key, value in results.items()}


def plain(value: Any) -> Plain:
    """Nested lists of numbers and texts; numbers keep seven digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    array = np.asarray(value)
    if array.dtype.kind in "SU":
        return array.astype(str).tolist()
    if array.dtype.kind in "biu":
        return array.astype(int).tolist()
    return [float(f"{x:.7g}") for x in array.ravel()] if array.ndim else float(f"{array:.7g}")


def differences(ours: Plain, theirs: Plain, relative: float, absolute: float) -> list[str]:
    """Where the two are not the same, in words."""
    if isinstance(theirs, dict):
        if set(ours) != set(theirs):
            return [f"keys {sorted(ours)} beside {sorted(theirs)}"]
        return [
            f"{key}: {text}"
            for key in theirs
            for text in differences(ours[key], theirs[key], relative, absolute)
        ]
    if isinstance(theirs, list):
        if not isinstance(ours, list) or len(ours) != len(theirs):
            return [f"{ours!r} beside {theirs!r}"]
        pairs = zip(ours, theirs, strict=True)
        return [text for a, b in pairs for text in differences(a, b, relative, absolute)]
    if isinstance(theirs, str) or isinstance(ours, (str, list)):
        return [] if ours == theirs else [f"{ours!r} beside {theirs!r}"]
    close = np.isclose(ours, theirs, rtol=relative, atol=absolute, equal_nan=True)
    return [] if close else [f"{ours} beside {theirs}"]
