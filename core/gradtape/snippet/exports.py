"""A manifest as something else that runs: a program, a notebook, a failing test.

Nothing is executed here. All text of the manifest stays data: comments are cut at line ends, the
rest goes through `json.dumps` or `repr`.
"""

from __future__ import annotations

import json
from typing import Any

from gradtape.snippet.drafting import upgrade

Manifest = dict[str, Any]


def _header(manifest: Manifest, link: str, wheel: str) -> list[str]:
    """Comment lines that name the snippet, and PEP 723's, from which `uv run` installs.

    The engine is named by the address and the sha256 of its wheel, never by a name alone: who owns
    the name `gradtape` somewhere else need not be who made the engine.
    """
    version = manifest["engine"]["version"]
    lines = [manifest["title"] or "A gradtape snippet", link]
    if version:
        lines.append(f"Recorded with gradtape {version}.")
    if not wheel:
        lines.append("Its engine is not kept by its server; install gradtape from where you trust.")
    # `title` and `link` are single lines by the schema and by the server; split in any case.
    comments = [f"# {part}" for line in lines for part in line.splitlines()]
    needed = f"gradtape @ {wheel}" if wheel else "numpy>=2"
    script = [
        "# /// script",
        '# requires-python = ">=3.11"',
        f"# dependencies = [{json.dumps(needed)}]",
        "# ///",
    ]
    return [*script, *comments, ""]


def _others(manifest: Manifest) -> list[tuple[str, str]]:
    """The files beside the entry, by name."""
    return sorted(
        (name, text) for name, text in manifest["code"].items() if name != entry_of(manifest)
    )


def entry_of(manifest: Manifest) -> str:
    """The name of the file that is run."""
    return str(manifest["entry"])


def _modules(manifest: Manifest) -> list[str]:
    """Lines that make a snippet's other files importable from one file."""
    lines = []
    for name, text in _others(manifest):
        module = json.dumps(name[:-3])
        lines += [
            f"_module = __import__('types').ModuleType({module})",
            f"exec({json.dumps(text)}, _module.__dict__)",
            f"__import__('sys').modules[{module}] = _module",
        ]
    return [*lines, ""] if lines else []


def to_program(manifest: Manifest, link: str = "", wheel: str = "") -> str:
    """The snippet as one Python file; a snippet of one file is that file under a header.

    `wheel` is the address of its engine's wheel, with `#sha256=` and the digest behind it.

    A `from __future__` line must come first in a file, so it may only follow the comments.
    """
    manifest = upgrade(manifest)
    text = manifest["code"][entry_of(manifest)]
    return "\n".join([*_header(manifest, link, wheel), *_modules(manifest), text.rstrip("\n"), ""])


def to_notebook(manifest: Manifest, link: str = "", wheel: str = "") -> str:
    """The snippet as a Jupyter notebook (nbformat 4.5): a title cell, then the code."""
    manifest = upgrade(manifest)

    def cell(kind: str, name: str, text: str, **more: Any) -> dict[str, Any]:
        lines = text.rstrip("\n").splitlines(keepends=True)
        return {"cell_type": kind, "id": name, "metadata": {}, "source": lines, **more}

    # An indented block shows the title as it is: in Markdown, HTML in a title would be markup.
    about = "\n".join(f"    {line[2:]}" for line in _header(manifest, link, wheel)[4:-1])
    cells = [
        cell("markdown", "about", about),
        cell("code", "install", _installation(wheel), execution_count=None, outputs=[]),
    ]
    for index, (name, text) in enumerate(_others(manifest)):
        source = f"%%writefile {name}\n{text}"
        cells.append(cell("code", f"file-{index}", source, execution_count=None, outputs=[]))
    main = manifest["code"][entry_of(manifest)]
    cells.append(cell("code", "main", main, execution_count=None, outputs=[]))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _installation(wheel: str) -> str:
    if not wheel:
        return "# Install gradtape here, from where you trust."
    return f'%pip install -q "gradtape @ {wheel}"'


_TEST = '''\
"""Asserts that this snippet still has the gradients that were recorded with it.

{about}
"""

import json

import pytest

from gradtape.snippet import Tier, compare, current_pins, record_run

MANIFEST = json.loads(
    {manifest}
)


@pytest.fixture(scope="module")
def comparison():
    """The program run here, compared with the record."""
    how = MANIFEST["run"]
    run = record_run(MANIFEST["code"], entry=MANIFEST["entry"], seed=how["seed"])
    assert run.error is None, run.error
    return compare(MANIFEST, run.results, current_pins(how["seed"]))


@pytest.mark.parametrize("index", range(len(MANIFEST["results"])))
def test_gradient_is_the_recorded_one(comparison, index):
    result = comparison.results[index]
    assert result.tier is not Tier.DIFFERS, (
        f"{{result.label}}: {{result.reason}}; at {{result.worst_index}} recorded "
        f"{{result.recorded}}, obtained {{result.obtained}}; {{comparison.pins}}"
    )


def test_run_gives_as_many_results_as_recorded(comparison):
    assert not comparison.reasons, comparison.reasons
'''


def to_failing_test(manifest: Manifest, link: str = "", wheel: str = "") -> str:
    """The snippet as a pytest file that fails where a gradient is not the recorded one."""
    manifest = upgrade(manifest)
    text = json.dumps(manifest, ensure_ascii=True, separators=(",", ":"))
    pieces = [text[start : start + 80] for start in range(0, len(text), 80)]
    about = "\n".join(line[2:] for line in _header(manifest, link, wheel)[4:-1])
    # repr of ASCII text cannot end a string early; the about lines stand inside a docstring.
    safe = about.replace("\\", "\\\\").replace('"', "'")
    return _TEST.format(about=safe, manifest="\n    ".join(repr(piece) for piece in pieces))
