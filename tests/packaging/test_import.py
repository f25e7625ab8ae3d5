"""`import gradtape` stays light: beside NumPy it brings in almost nothing."""

import subprocess
import sys

import pytest

# What a start-up in a browser tab cannot afford, or what has no place in a library's import.
HEAVY = {
    "asyncio",
    "concurrent.futures",
    "email",
    "html",
    "http",
    "logging",
    "matplotlib",
    "multiprocessing",
    "pydoc",
    "sqlite3",
    "ssl",
    "subprocess",
    "unittest",
    "urllib.request",
    "xml",
    "zipfile",
}


def loaded_by(statement: str) -> set[str]:
    """The names of the modules that a fresh Python has loaded after `statement`."""
    code = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_loads_no_heavy_module() -> None:
    added = loaded_by("import gradtape") - loaded_by("import numpy")
    heavy = {name for name in added if name in HEAVY or name.partition(".")[0] in HEAVY}
    assert heavy == set()


def test_loads_neither_backend_nor_server() -> None:
    added = loaded_by("import gradtape")
    assert {name for name in added if name.startswith("gradtape_")} == set()


@pytest.mark.parametrize(
    ("statement", "most"),
    [("import gradtape", 36), ("import gradtape; gradtape.GradientTape", 43)],
)
def test_loads_few_modules_of_its_own(statement: str, most: int) -> None:
    own = {name for name in loaded_by(statement) if name.partition(".")[0] == "gradtape"}
    assert len(own) <= most, sorted(own)


def test_a_broadcast_cotangent_loads_the_ops_that_fit_it_alone() -> None:
    program = (
        "import gradtape as tf\n"
        "x = tf.Variable(2.0)\n"
        "with tf.GradientTape() as tape:\n"
        "    y = tf.multiply(x, [1.0, 2.0])\n"
        "tape.gradient(y, x)\n"
    )
    loaded = loaded_by(program)
    assert "gradtape.ops.math.reductions" in loaded
    assert "gradtape.ops.linalg.decompositions" not in loaded


def test_the_check_sees_a_heavy_module() -> None:
    assert "asyncio" in loaded_by("import gradtape, asyncio") & HEAVY
