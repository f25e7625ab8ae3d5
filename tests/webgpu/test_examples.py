"""Every example on the GPU: it prints what it prints on the CPU, explanations and all.

Each runs as a program of its own inside `tf.device("/GPU:0")`, with SwiftShader as the GPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.printed import differences
from tests.webgpu.support import stacks

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "web" / "examples"
PRINTED = ROOT / "tests" / "examples" / "printed"

ON_GPU = """
import runpy, sys
import gradtape as tf
with tf.device("/GPU:0"):
    runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize(
    "program", sorted(FOLDER.glob("[0-9]*.py")), ids=lambda program: program.stem
)
def test_prints_the_same_on_the_gpu(program: Path) -> None:
    stack = stacks.STACKS["swiftshader"]
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("core", "webgpu"))
    done = subprocess.run(
        [sys.executable, "-c", ON_GPU, program.name],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=600,
        env={
            **os.environ,
            "GRADTAPE_GPU_ADAPTER": stack.adapter,
            "VK_ICD_FILENAMES": stack.loader,
            "MPLBACKEND": "agg",
            "PYTHONPATH": paths,
        },
    )
    assert done.returncode == 0, done.stderr
    wanted = (PRINTED / f"{program.stem}.txt").read_text()
    assert differences(done.stdout, wanted, relative=1e-3, absolute=1e-5) == []
