"""Pickles that were made before this engine can still be read."""

import base64
import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf

HERE = Path(__file__).resolve().parent
PICKLES = json.loads((HERE / "pickles.json").read_text("utf-8"))
(WHEEL,) = HERE.glob("*.whl")


def kept(name):
    return pickle.loads(base64.b64decode(PICKLES[name]))


def test_tensors_and_variables_have_their_values():
    tensor, scalar, text = kept("tensor"), kept("scalar"), kept("text")
    np.testing.assert_array_equal(tensor.numpy(), np.float32([[1, 2], [3, 4]]), strict=True)
    assert isinstance(tensor, tf.Tensor) and scalar.dtype == tf.int64 and scalar.numpy() == 7
    assert text.numpy().tolist() == [b"a", b"b"]
    variable = kept("variable")
    assert isinstance(variable, tf.Variable)
    assert (variable.name, variable.trainable) == ("v:0", False)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        y = variable * variable
    assert tape.gradient(y, variable).numpy().tolist() == [2.0, 4.0]


def test_descriptions_are_equal_to_new_ones():
    assert kept("dtype") is tf.float32
    assert kept("shape").as_list() == [1, None]
    assert kept("spec") == tf.TensorSpec([None, 2], tf.float32, "s")
    assert kept("unconnected") is tf.UnconnectedGradients.ZERO
    assert isinstance(kept("error"), tf.errors.InvalidArgumentError)
    assert kept("module").name == "m"
    slices = kept("slices")
    assert isinstance(slices, tf.IndexedSlices)
    assert tf.convert_to_tensor(slices).numpy().tolist() == [[0.0], [1.0]]


def test_what_a_tape_told_can_be_read():
    explanation, graph = kept("explanation"), kept("graph")
    assert explanation.connected and explanation.path[0].op == "Mul"
    assert [node.op for node in graph.nodes] == ["Variable", "Mul"]
    assert graph.nodes[1].line.source == "y = x * x"


def test_a_model_computes_and_an_optimizer_goes_on():
    model = kept("model")
    np.testing.assert_array_equal(model(tf.ones((1, 3))).numpy(), [[4.5, 3.25]])
    optimizer = kept("optimizer")
    assert int(optimizer.iterations) == 1 and float(optimizer.learning_rate) == 0.125
    losses = kept("loss")(tf.zeros((1, 2)), tf.ones((1, 2)))
    assert losses.numpy() == 1.0 and kept("metric").name == "mean"
    assert kept("initializer")((1,)).numpy() == 2.0 and kept("regularizer")(tf.ones(2)) == 1.0
    assert kept("constraint")(tf.constant([-1.0, 1.0])).numpy().tolist() == [0.0, 1.0]


def test_every_pickle_is_looked_at():
    source = Path(__file__).read_text("utf-8")
    assert [name for name in PICKLES if f'kept("{name}")' not in source] == []


@pytest.mark.parametrize("first", ["", "tf.shape;"])
def test_reading_one_leaves_the_public_names_alone(first):
    """`gradtape.shape` was a module, and is a function."""
    code = (
        "import base64, pickle, sys, gradtape as tf\n"
        f"{first}\n"
        "pickle.loads(base64.b64decode(sys.argv[1]))\n"
        "assert 'gradtape.shape' in sys.modules\n"
        "print(tf.shape([1, 2]).numpy(), callable(tf.shape))\n"
    )
    command = [sys.executable, "-W", "error", "-c", code, PICKLES["shape"]]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[2] True\n"), done.stderr


def test_every_public_name_is_where_the_published_engine_had_it():
    """A pickle names a function or class by the module that it was in."""
    exports = {}
    exec(zipfile.ZipFile(WHEEL).read("gradtape/exports.py"), exports)
    code = (
        "import json, sys\n"
        "from importlib import import_module\n"
        "for name, where in json.loads(sys.stdin.read()).items():\n"
        "    module, _, attribute = where.partition(':')\n"
        "    getattr(import_module(module), attribute or name)\n"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    told = json.dumps(exports["EXPORTS"])
    done = subprocess.run(command, input=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_module_that_never_was_is_still_not_found():
    with pytest.raises(ModuleNotFoundError, match="gradtape.tensorz"):
        __import__("gradtape.tensorz")
