"""A model that TensorFlow trained goes on here: its own checkpoint files are read."""

import json

import numpy as np
import pytest

import gradtape as tf
from tests.support.recorded_files import unpack


@pytest.fixture
def folder(tmp_path):
    """The files that TensorFlow wrote, each time new."""
    unpack("checkpoints", tmp_path)
    return tmp_path


def trained():
    """The objects of the program that made the checkpoint (record_checkpoints.py), untrained."""
    model = tf.keras.Sequential(
        [
            tf.keras.Input((3,)),
            tf.keras.layers.Dense(4, activation="tanh"),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Dense(1),
        ]
    )
    return tf.train.Checkpoint(
        step=tf.Variable(0, dtype=tf.int64),
        model=model,
        optimizer=tf.keras.optimizers.Adam(0.001),
        generator=tf.random.Generator.from_seed(1),
    )


def losses(checkpoint, steps):
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
    y = np.array([[0.5], [-1.0], [0.0], [2.0]], np.float32)
    found = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((checkpoint.model(x, training=True) - y) ** 2)
        weights = checkpoint.model.trainable_variables
        gradients = tape.gradient(loss, weights)
        checkpoint.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        found.append(float(loss))
    return found


def test_training_goes_on_with_model_slots_step_and_generator(folder):
    after = json.loads((folder / "after.json").read_text())
    path = tf.train.latest_checkpoint(folder)
    assert path == str(folder / "trained-1")
    checkpoint = trained()
    status = checkpoint.restore(path)
    assert int(checkpoint.step) == 3 and int(checkpoint.save_counter) == 1
    assert losses(checkpoint, 4) == pytest.approx(after["losses"], rel=2e-5)
    status.assert_consumed()
    assert checkpoint.generator.normal([2]).numpy().tolist() == after["draw"]
    assert float(checkpoint.optimizer.learning_rate) == pytest.approx(0.05)


def test_every_container_and_dtype(folder):
    reader = tf.train.load_checkpoint(folder / "parts")

    def value(name):
        return reader.get_tensor(f"parts/{name}/.ATTRIBUTES/VARIABLE_VALUE")

    assert (value("row/0"), value("row/1/x"), value("pair/1")) == (1, 2.5, 1 + 2j)
    assert value("pair/0").tolist() == [True, False]
    assert value("words").tolist() == [b"ab", b"", ("grün" * 40).encode()]
    assert value("half").dtype == np.float16 and value("half").tolist() == [0.5, -2.0]
    assert np.array_equal(value("big"), np.arange(700, dtype=np.float32).reshape(7, 100))
    assert reader.get_variable_to_dtype_map()["parts/words/.ATTRIBUTES/VARIABLE_VALUE"] == tf.string
    assert reader.has_tensor("_CHECKPOINTABLE_OBJECT_GRAPH")
    parts = tf.Module()
    parts.row = [tf.Variable(0), {"x": tf.Variable(0.0, dtype=tf.float64)}]
    tf.train.Checkpoint(parts=parts).read(folder / "parts").expect_partial()
    assert int(parts.row[0]) == 1 and float(parts.row[1]["x"]) == 2.5


@pytest.mark.parametrize("part", ["index", "data"])
def test_damage_is_seen(part, folder):
    file = next(folder.glob(f"parts.{part}*"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(tf.errors.DataLossError, match="damaged"):
        reader = tf.train.load_checkpoint(folder / "parts")
        for key in reader.get_variable_to_shape_map():
            reader.get_tensor(key)
    file.write_bytes(data[:40])
    with pytest.raises(tf.errors.DataLossError):
        reader = tf.train.load_checkpoint(folder / "parts")
        for key in reader.get_variable_to_shape_map():
            reader.get_tensor(key)
    file.unlink()
    with pytest.raises(tf.errors.NotFoundError):
        tf.train.load_variable(folder / "parts", "parts/half")
