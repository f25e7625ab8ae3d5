"""A notebook, run by a kernel as people's are: its outputs hold the pictures."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat.v4 as notebooks

RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=120, allow_errors=True).execute()
nbformat.write(notebook, sys.argv[1])
"""
CELLS = [
    "import gradtape as tf, numpy as np\n%load_ext gradtape",
    "x = tf.constant(np.arange(12.0, dtype='f').reshape(4, 3)); x * 2.0",
    "w = tf.Variable(np.ones((3, 2), 'f'), name='w'); b = tf.Variable(0.0, name='<b>')\nw",
    "%%tape loss w b\nh = tf.nn.relu(x @ w)\nloss = tf.reduce_mean(h ** 2)",
    "tape.graph()",
    "%%tape\nx2 = w * 3.0\nx2 + 1.0",
    "%%tape\ny = tf.constant(np.tanh(w))",
    "tape.explain(y, w)",
    "tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(2)])",
    "%%tape\n\n1 / 0",
    "%%tape loss\nloss = w",
]


def executed(folder: Path) -> list[Any]:
    """The outputs of each cell."""
    file = folder / "notebook.ipynb"
    book = notebooks.new_notebook(cells=[notebooks.new_code_cell(cell) for cell in CELLS])
    file.write_text(json.dumps(book))
    places = ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    environment = {**os.environ, **{name: str(folder / name) for name in places}}
    command = [sys.executable, "-c", RUN, str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return [cell["outputs"] for cell in json.loads(file.read_text())["cells"]]


def test_a_notebook_holds_the_pictures(tmp_path: Path) -> None:
    outputs = executed(tmp_path)
    data = [{} if not one or "data" not in one[0] else one[0]["data"] for one in outputs]
    html = ["".join(one.get("text/html", "")) for one in data]
    assert outputs[0] == []
    assert "4×3" in html[1] and "numpy=" in "".join(data[1]["text/plain"])
    assert "tf.Variable" in html[2]
    # Gradients by their words; the one that is None is explained.
    assert "3×2 · float32" in html[3] and "d(loss)/d(b)" in html[3]
    picture = "".join(data[4]["image/svg+xml"])
    assert picture.startswith("<svg") and "<svg" in html[4]
    assert "h = tf.nn.relu(x @ w)" in picture and ">2  </tspan>" in picture
    assert "MatMul(%1)" in "".join(data[4]["text/plain"])
    assert "3×2" in html[5], "the last line's value, where there is one"
    assert "image/svg+xml" in data[6], "else the picture"
    assert "np.tanh(w)" in html[7] and "Instead" in html[7]
    assert "Total params: 8" in html[8]
    assert outputs[9][0]["ename"] == "ZeroDivisionError"
    assert "line 3" in re.sub(r"\x1b\[\d*m", "", "".join(outputs[9][0]["traceback"]))
    assert "names a target and no source" in outputs[10][0]["evalue"]
