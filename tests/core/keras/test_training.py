"""Progress bars in terminals and pipes, policies of mixed precision, batches that do not fit."""

import io
import sys

import numpy as np
import pytest

import gradtape as tf
from gradtape.keras import mixed_precision

keras = tf.keras
layers = keras.layers
X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(8, 3)


def model(**kwargs):
    keras.utils.set_random_seed(1)
    made = keras.Sequential(
        [keras.Input((3,)), layers.Dense(2, activation="relu"), layers.Dense(1)]
    )
    made.compile("sgd", "mse", **kwargs)
    return made


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, monkeypatch, verbose):
    monkeypatch.setattr(sys, "stdout", stream)
    model().fit(X, X[:, :1], batch_size=2, epochs=2, verbose=verbose)
    return stream.getvalue()


def test_a_pipe_gets_one_line_for_an_epoch(monkeypatch):
    lines = shown(io.StringIO(), monkeypatch, 1).splitlines()
    assert len(lines) == 4 and lines[0] == "Epoch 1/2" and lines[2] == "Epoch 2/2"
    assert lines[1].startswith("4/4 ━━━━━━━━━━━━━━━━━━━━ 0s ") and "- loss: " in lines[1]
    assert not any(c in "".join(lines) for c in "\r\b\x1b")


def test_a_terminal_gets_one_line_that_is_written_over(monkeypatch):
    text = shown(Terminal(), monkeypatch, 1)
    assert text.count("\n") == 4 and "\r" in text and "\b" not in text
    assert text.splitlines()[-1].rpartition("\r")[2].startswith("4/4 ")


def test_quiet_and_brief(monkeypatch):
    assert shown(io.StringIO(), monkeypatch, 0) == ""
    lines = shown(Terminal(), monkeypatch, 2).splitlines()
    assert lines[1].startswith("4/4 - 0s - ") and len(lines) == 4


def test_mixed_precision_computes_in_one_dtype_and_keeps_another(monkeypatch):
    # a policy that is set again would stand before `floatx`, as none did
    monkeypatch.setattr(mixed_precision, "_chosen", [])
    keras.mixed_precision.set_global_policy("mixed_float16")
    made = model()
    monkeypatch.undo()
    dense = made.layers[0]
    assert (dense.compute_dtype, dense.dtype, made(X).dtype) == ("float16", "float32", tf.float16)
    assert {v.dtype for v in made.weights} == {tf.float32}
    assert type(made.optimizer).__name__ == "LossScaleOptimizer"
    first = made.evaluate(X, X[:, :1], verbose=0)
    made.fit(X, X[:, :1], epochs=20, verbose=0)
    assert made.evaluate(X, X[:, :1], verbose=0) < first
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(made(X))
    gradients = tape.gradient(y, made.trainable_variables)
    assert {g.dtype for g in gradients} == {tf.float32}
    with pytest.raises(ValueError, match="or a policy, such as 'mixed_float16'"):
        keras.DTypePolicy("mixed_int8")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"x": X, "y": X[:4]}, "Data cardinality is ambiguous"),
        ({"x": [1, 2, 3], "y": X}, "Unrecognized data type"),
        ({"x": X}, "the data has no `y`"),
        (
            {"x": tf.data.Dataset.from_tensors((X, X[:, :1])), "y": X},
            "`y` should not be passed",
        ),
        ({"x": X, "y": X[:, :1], "validation_split": 0.99}, "not sufficient to split"),
        (
            {"x": X, "y": X[:, :1], "class_weight": {0: 1.0}, "sample_weight": X[:, 0]},
            "You cannot `class_weight` and `sample_weight`",
        ),
    ],
)
def test_data_that_does_not_fit_is_refused(arguments, text):
    with pytest.raises(ValueError, match=text):
        model().fit(**arguments, verbose=0)
