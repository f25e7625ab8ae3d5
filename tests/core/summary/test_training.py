"""`keras.callbacks.TensorBoard` writes the tags, steps and numbers that Keras writes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.formats import wire
from tests.core.summary.test_summary import values

#: what Keras 3 (TensorFlow 2.21) wrote for the same program: tag, step, number
TRAIN = [
    ("epoch_loss", 0, 1.6864887475967407),
    ("epoch_mae", 0, 1.1161446571350098),
    ("epoch_learning_rate", 0, 0.10000000149011612),
    ("epoch_loss", 1, 1.2380410432815552),
    ("epoch_mae", 1, 0.9758360981941223),
    ("epoch_learning_rate", 1, 0.10000000149011612),
]
VALIDATION = [
    ("evaluation_loss_vs_iterations", 3, 1.290992259979248),
    ("evaluation_mae_vs_iterations", 3, 0.9991850256919861),
    ("epoch_loss", 0, 1.290992259979248),
    ("epoch_mae", 0, 0.9991850256919861),
    ("evaluation_loss_vs_iterations", 6, 1.0886775255203247),
    ("evaluation_mae_vs_iterations", 6, 0.9117662310600281),
    ("epoch_loss", 1, 1.0886775255203247),
    ("epoch_mae", 1, 0.9117662310600281),
]


def told(folder: Path) -> list[tuple[str, int, float]]:
    """Tag, step and number of each value of a folder's event file; nan for what is no number."""
    found = []
    for step, value in values(folder)[1]:
        parts = dict(wire.fields(value))
        tensor = dict(wire.fields(parts[8]))
        number = tensor.get(4, b"")
        known = len(number) == 4
        found.append(
            (parts[1].decode(), step, float(np.frombuffer(number, "<f4")[0]) if known else np.nan)
        )
    return found


def trained(folder: Path, **options: Any) -> None:
    """Two epochs of three batches, validated after each."""
    tf.keras.utils.set_random_seed(1)
    draw = np.random.default_rng(0)
    x, y = (draw.normal(size=(12, n)).astype(np.float32) for n in (3, 2))
    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(2, name="d")])
    model.compile(tf.keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
    board = tf.keras.callbacks.TensorBoard(folder, **options)
    model.fit(x, y, batch_size=4, epochs=2, verbose=0, validation_data=(x, y), callbacks=[board])


def test_epochs_are_written_as_keras_writes_them(tmp_path: Path) -> None:
    trained(tmp_path)
    for part, recorded in (("train", TRAIN), ("validation", VALIDATION)):
        found = told(tmp_path / part)
        assert [each[:2] for each in found] == [each[:2] for each in recorded]
        np.testing.assert_allclose([each[2] for each in found], [r[2] for r in recorded], rtol=1e-5)


def test_batches_and_weights_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    trained(tmp_path, update_freq=2, histogram_freq=1, write_images=True)
    found = [each[:2] for each in told(tmp_path / "train")]
    batches = [(f"batch_{name}", step) for step in (2, 4, 6) for name in ("loss", "mae")]
    assert [each for each in found if each[0].startswith("batch_")] == batches
    weights = [(tag.split("/", 1)[1], step) for tag, step in found if "/" in tag]
    assert weights == [
        (f"d/{name}/{kind}", epoch)
        for epoch in (0, 1) for name in ("kernel", "bias") for kind in ("histogram", "image")
    ]  # fmt: skip
    # An epoch is told of, however many batches it had; Keras leaves it out behind an odd batch.
    assert [step for tag, step in found if tag == "epoch_loss"] == [0, 1]


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="profile_batch=5"):
        tf.keras.callbacks.TensorBoard(profile_batch=5)
    with pytest.raises(NotImplementedError, match="embeddings"):
        tf.keras.callbacks.TensorBoard(embeddings_freq=1)
