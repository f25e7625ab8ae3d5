"""Records checkpoints as TensorFlow writes them, for the tests that read them.

    python tests/goldens/record_checkpoints.py      (in an environment with TensorFlow)

The archive holds the bytes of each file, and what TensorFlow computes in the steps after.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

WHERE = Path(__file__).resolve().parent / "checkpoints.npz"


class Parts(tf.Module):
    """Variables in every kind of container, of many dtypes."""

    def __init__(self) -> None:
        super().__init__()
        self.row = [tf.Variable(1), {"x": tf.Variable(2.5, dtype=tf.float64)}]
        self.pair = (tf.Variable([True, False]), tf.Variable(1 + 2j, dtype=tf.complex128))
        self.words = tf.Variable(["ab", "", "grün" * 40])
        self.half = tf.Variable([0.5, -2.0], dtype=tf.float16)
        self.big = tf.Variable(np.arange(700, dtype=np.float32).reshape(7, 100))


def train(model: Any, optimizer: Any, steps: int) -> list[float]:
    """The losses of a few steps on fixed data."""
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
    y = np.array([[0.5], [-1.0], [0.0], [2.0]], np.float32)
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(float(loss))
    return losses


def main() -> None:
    """Write the archive."""
    folder = Path(tempfile.mkdtemp())
    tf.random.set_seed(1)
    keras = tf.keras
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
    )
    optimizer = keras.optimizers.Adam(0.05)
    step = tf.Variable(0, dtype=tf.int64)
    generator = tf.random.Generator.from_seed(3)
    checkpoint = tf.train.Checkpoint(
        step=step, model=model, optimizer=optimizer, generator=generator
    )
    train(model, optimizer, 3)
    step.assign(3)
    generator.normal([2])
    checkpoint.save(str(folder / "trained"))
    after = {"losses": train(model, optimizer, 4), "draw": generator.normal([2]).numpy().tolist()}
    tf.train.Checkpoint(parts=Parts()).write(str(folder / "parts"))
    (folder / "after.json").write_text(json.dumps(after), encoding="utf-8")
    files = {f.name: np.frombuffer(f.read_bytes(), np.uint8) for f in sorted(folder.iterdir())}
    np.savez_compressed(WHERE, **files)


if __name__ == "__main__":
    main()
