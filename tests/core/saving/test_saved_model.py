"""Modules saved whole, and loaded as what they were; the folder holds no code."""

import json
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf


class Line(tf.Module):
    """A slope and an offset, with parts in containers."""

    def __init__(self, start):
        super().__init__()
        self.slope = tf.Variable([[start]], name="slope")
        self.offsets = [tf.Variable(1.0), {"more": tf.Variable(2, trainable=False)}]
        self.kind, self.scale = tf.float32, 2.0
        self.inner = tf.Module(name="inner")
        self.inner.words = tf.Variable(["a", "bc"])
        self.free = tf.Variable([1.0], shape=[None])

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32)])
    def __call__(self, x):
        return self.scale * (x @ self.slope) + self.offsets[0]

    def both(self, x):
        return x, -x


def test_a_module_comes_back_with_its_class(tmp_path):
    line = Line(3.0)
    tf.saved_model.save(line, tmp_path, {"serving_default": line.__call__, "pair": line.both})
    assert tf.saved_model.contains_saved_model(str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    assert type(loaded) is Line and loaded.kind is tf.float32 and loaded.name == "line"
    assert [v.name for v in loaded.variables] == [v.name for v in line.variables]
    assert loaded.offsets[1]["more"].trainable is False
    assert loaded.inner.words.numpy().tolist() == [b"a", b"bc"]
    x = tf.constant([[1.0], [2.0]])
    with tf.GradientTape() as tape:
        y = loaded(x)
    assert y.numpy().tolist() == [[7.0], [13.0]]
    assert tape.gradient(y, loaded.slope).numpy().tolist() == [[6.0]]
    loaded.free.assign([1.0, 2.0])
    signature = loaded.signatures["serving_default"]
    assert signature(x)["output_0"].numpy().tolist() == [[7.0], [13.0]]
    assert signature.structured_input_signature[0].shape.as_list() == [None, 1]
    assert sorted(loaded.signatures["pair"](x)) == ["output_0", "output_1"]


def test_without_the_class_there_are_the_variables(tmp_path):
    tf.saved_model.save(Line(3.0), tmp_path)
    file = tmp_path / "gradtape_model.json"
    file.write_text(file.read_text().replace('"Line"', '"Gone"'))
    loaded = tf.saved_model.load(tmp_path)
    assert loaded.slope.numpy().tolist() == [[3.0]]
    with pytest.raises(tf.errors.UnimplementedError, match="define or import"):
        loaded(1.0)
    data = json.loads(file.read_text())
    data["root"]["module"], data["root"]["class"] = "subprocess", "Popen"
    file.write_text(json.dumps(data))
    assert type(tf.saved_model.load(tmp_path)).__name__ == "LoadedModule"


def test_refusals(tmp_path):
    module = tf.Module()
    module.f = np.sin
    with pytest.raises(ValueError, match=r"obj\.f is a ufunc"):
        tf.saved_model.save(module, tmp_path)
    with pytest.raises(ValueError, match=r"model\.save"):
        tf.saved_model.save(tf.keras.layers.Dense(1), tmp_path)
    with pytest.raises(ValueError, match="must be a method"):
        tf.saved_model.save(Line(1.0), tmp_path, lambda x: x)
    with pytest.raises(OSError, match="does not exist"):
        tf.saved_model.load(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"graph")
    with pytest.raises(tf.errors.UnimplementedError, match="saved by TensorFlow"):
        tf.saved_model.load(tmp_path)
    (tmp_path / "gradtape_model.json").write_text("{")
    with pytest.raises(tf.errors.DataLossError, match="damaged"):
        tf.saved_model.load(tmp_path)


def test_options_are_tensorflows(tmp_path: Path) -> None:
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=True)
    tf.saved_model.save(tf.Module(), str(tmp_path), options=options)
    tf.saved_model.load(
        str(tmp_path), options=tf.saved_model.LoadOptions(allow_partial_checkpoint=True)
    )
    with pytest.raises(TypeError, match="SaveOptions has no option 'experimental_magic'"):
        tf.saved_model.SaveOptions(experimental_magic=True)
