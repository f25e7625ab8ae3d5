"""A program frozen by PyInstaller finds the names that gradtape looks up by text."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import gradtape as tf
x = tf.Variable([3.0, 4.0])
with tf.GradientTape() as tape:
    y = tf.linalg.norm(x)
print(tape.gradient(y, x).numpy())
print(tf.keras.layers.Dense(2)(tf.ones((1, 3))).shape)
"""


def test_a_frozen_program_computes(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    build = [sys.executable, "-m", "PyInstaller", "--onedir", "--log-level", "ERROR"]
    folders = [f"--{name}path={tmp_path / name}" for name in ("dist", "work", "spec")]
    # What the tests have installed beside gradtape is not what a program of its user needs.
    without = ["--exclude-module=matplotlib", "--exclude-module=wgpu", "--exclude-module=PIL"]
    made = subprocess.run(
        [*build, *folders, *without, str(program)], capture_output=True, text=True, cwd=tmp_path
    )
    assert made.returncode == 0, made.stdout + made.stderr
    done = subprocess.run(
        [tmp_path / "dist/program/program"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == ["[0.6 0.8]", "(1, 2)"], done.stdout + done.stderr
