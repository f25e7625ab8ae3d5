"""Every example runs and prints what it should; where a guide prints, the same lines.

`printed/NN-name.txt` is what the example prints, checked by eye once; `GUIDE` is what TensorFlow's
two guides print at the same places (values that a random start decides are left out there too).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.printed import differences

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "web" / "examples"
EXAMPLES = sorted(FOLDER.glob("[0-9]*.py"))
PRINTED = Path(__file__).resolve().parent / "printed"

#: example → the lines that the guide prints, in their order
GUIDE = {
    "01-gradient-tapes": ["6.0", "(3, 2)", "(3, 2)"],
    "02-gradients-of-a-model": ["kernel, shape: (3, 2)", "bias, shape: (2,)"],
    "03-what-the-tape-watches": [
        "tf.Tensor(6.0, shape=(), dtype=float32)", "None", "None", "None", "['x0:0']", "6.0",
        "dy/dx0: None", "dy/dx1: 0.9999546",
    ],
    "04-intermediate-results": ["18.0", "[  4. 108.]", "[2. 6.]"],
    "06-non-scalar-targets": ["4.0", "-0.25", "3.75", "7.0"],
    "07-control-flow": ["tf.Tensor(1.0, shape=(), dtype=float32)", "None", "None"],
    "08-none-not-connected": ["None"],
    "09-none-replaced-variable": [
        "ResourceVariable : tf.Tensor(1.0, shape=(), dtype=float32)", "EagerTensor : None",
    ],
    "10-none-numpy": ["None"],
    "11-none-integers": ["None"],
    "12-none-state": ["None"],
    "13-no-gradient-registered": [
        "LookupError: gradient registry has no entry for: AdjustContrastv2",
    ],
    "14-zeros-instead-of-none": ["tf.Tensor([0. 0.], shape=(2,), dtype=float32)"],
    "20-stop-recording": ["dz/dx: tf.Tensor(4.0, shape=(), dtype=float32)", "dz/dy: None"],
    "21-reset": ["dz/dx: tf.Tensor(4.0, shape=(), dtype=float32)", "dz/dy: None"],
    "22-stop-gradient": ["dz/dx: tf.Tensor(4.0, shape=(), dtype=float32)", "dz/dy: None"],
    "23-custom-gradients": ["tf.Tensor(2.0, shape=(), dtype=float32)"],
    "24-custom-gradients-kept": ["tf.Tensor(2.0, shape=(), dtype=float32)"],
    "25-multiple-tapes": ["1.0", "0.25"],
    "26-higher-order": ["dy_dx: 3.0", "d2y_dx2: 6.0"],
    "27-input-gradient-regularization": ["[TensorShape([5, 10]), TensorShape([10])]"],
    "28-jacobian-scalar-source": ["(201,)", "(201,)"],
    "29-jacobian-tensor-source": ["(7, 10)", "(5, 10)", "(7, 10, 5, 10)", "g.shape: (5, 10)"],
    "30-hessian": ["layer.kernel.shape: (5, 8)", "h.shape: (5, 8, 5, 8)"],
    "31-batch-jacobian": [
        "(7, 6)", "(7, 6, 7, 5)", "(7, 6, 5)", "(7, 6, 5)", "(7, 6, 5)",
        "j.shape: (7, 6, 7, 5)", "jb.shape: (7, 6, 5)",
    ],
}  # fmt: skip


def run(program: Path) -> subprocess.CompletedProcess[str]:
    """The example in a process of its own, plots drawn to nowhere."""
    return subprocess.run(
        [sys.executable, program.name],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT / "core")},
    )


@pytest.mark.parametrize("program", EXAMPLES, ids=lambda program: program.stem)
def test_prints_what_it_should(program: Path) -> None:
    done = run(program)
    assert done.returncode == 0, done.stderr
    wanted = (PRINTED / f"{program.stem}.txt").read_text()
    assert differences(done.stdout, wanted, relative=1e-3, absolute=1e-5) == []
    rest = iter(done.stdout.splitlines())
    for line in GUIDE.get(program.stem, []):
        assert line in rest, f"the guide prints {line!r} here"
    if program.stem == "11-none-integers":
        assert "WARNING:tensorflow:The dtype of the watched tensor must be floating" in done.stderr


def test_every_guide_example_is_there() -> None:
    assert set(GUIDE) <= {program.stem for program in EXAMPLES}
    assert {path.stem for path in PRINTED.glob("*.txt")} == {program.stem for program in EXAMPLES}


def test_examples_are_short() -> None:
    for program in EXAMPLES:
        assert len(program.read_text().splitlines()) <= 60, program.name
