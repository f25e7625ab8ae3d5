"""The order of the page's folders can break: each rule of it is broken once here, on a copy."""

import shutil
import subprocess
from pathlib import Path

import pytest


def lint(root: Path, tree: Path, file: str = "", statement: str = "") -> str:
    """What oxlint says of a copy of the page's sources with a statement at the head of a file."""
    shutil.copytree(root / "web" / "src", tree / "src")
    shutil.copy(root / "web" / ".oxlintrc.json", tree)
    if file:
        changed = tree / "src" / file
        changed.parent.mkdir(exist_ok=True)
        before = changed.read_text() if changed.exists() else ""
        changed.write_text(f"{statement}\n{before}")
    command = [str(root / "web" / "node_modules" / ".bin" / "oxlint"), "src"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout if done.returncode else ""


def test_the_page_keeps_its_order(root: Path, tmp_path: Path, node: str) -> None:
    assert lint(root, tmp_path) == ""


@pytest.mark.parametrize(
    ("file", "statement", "told"),
    [
        ("page/tabs.ts", 'import "../main.ts";', "page/ may import"),
        ("panes/kernels.ts", 'export const late = () => import("../page/tabs.ts");', "panes/ may"),
        ("panes/tape/steps.ts", 'import type { Editor } from "../../editor/editor.ts";', "panes/"),
        ("editor/editor.ts", 'import { Plots } from "../panes/plots.ts";', "editor/ may import"),
        ("snippets/snippet.ts", 'import { Steps } from "../panes/tape/steps.ts";', "snippets/ may"),
        ("python/site.ts", 'import { compare } from "../snippets/comparison.ts";', "python/ may"),
        (
            "python/kernel.ts",
            'import { Output } from "../sandbox/output.ts";',
            "python/ may import",
        ),
        ("sandbox/frame.ts", 'import type { Site } from "../python/site.ts";', "sandbox/ may"),
        ("messages/report.ts", 'import type { Kernel } from "../python/kernel.ts";', "messages/"),
        ("ui/dom.ts", 'import { text } from "../messages/readers.ts";', "ui/ imports nothing else"),
        ("lessons/new.ts", 'import { html } from "../ui/dom.ts";', "A new folder"),
        ("messages/readers.ts", 'import type { Loop } from "./report.ts";', "Dependency cycle"),
    ],
)
def test_a_forbidden_import_is_found(
    file: str, statement: str, told: str, root: Path, tmp_path: Path, node: str
) -> None:
    assert told in lint(root, tmp_path, file, statement)
