"""The contracts about who may import whom can break: each is broken once here, on a copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__")
PARTS = ["core", "webgpu", "server"]


def lint(tree: Path) -> str:
    """What import-linter says of a tree."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("lint-imports")),
            "--no-cache",
            "--config",
            str(ROOT / "pyproject.toml"),
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(tree / part) for part in PARTS)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "statement", "contract"),
    [
        ("core/gradtape/dtypes.py", "from gradtape.autodiff import tape", "inside the core"),
        (
            "core/gradtape/autodiff/tape.py",
            "import gradtape.ops",
            "inside the core",
        ),
        ("core/gradtape/autodiff/tape.py", "import gradtape_server", "the core knows neither"),
        (
            "core/gradtape/snippet/schema.py",
            "from gradtape.autodiff import tape",
            "snippets are data",
        ),
        ("webgpu/gradtape_webgpu/__init__.py", "import gradtape_server", "do not know each other"),
        (
            "webgpu/gradtape_webgpu/graph/array.py",
            "def late() -> None:\n    from gradtape_webgpu.device import in_use",
            "inside the GPU backend",
        ),
        (
            "webgpu/gradtape_webgpu/wgsl/source.py",
            "from gradtape_webgpu.drivers import protocol",
            "inside the GPU backend",
        ),
        (
            "webgpu/gradtape_webgpu/brand_new.py",
            '"""A module that has no place yet."""',
            "inside the GPU backend",
        ),
        (
            "webgpu/gradtape_webgpu/kernels/per_element.py",
            "def late() -> None:\n    from gradtape_webgpu.kernels import gather",
            "no two parts import each other",
        ),
        (
            "server/gradtape_server/storage/database.py",
            "from gradtape_server.http import problems",
            "inside the server",
        ),
        (
            "server/gradtape_server/brand_new.py",
            '"""A module that has no place yet."""',
            "inside the server",
        ),
        (
            "server/gradtape_server/running/serve.py",
            "from gradtape_server.running import commands",
            "the server's commands",
        ),
        ("core/gradtape/brand_new.py", '"""A module that has no place yet."""', "inside the core"),
    ],
)
def test_a_forbidden_import_is_found(
    file: str, statement: str, contract: str, tmp_path: Path
) -> None:
    for part in PARTS:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=LEFT_OUT)
    with (tmp_path / file).open("a") as source:
        source.write(f"\n{statement}\n")
    broken = [line for line in lint(tmp_path).splitlines() if " BROKEN" in line]
    assert any(contract in line for line in broken), broken
