"""Summaries that are written with TensorFlow, whose bytes are recorded, and with gradtape."""

from __future__ import annotations

from typing import Any

import numpy as np


def write(tf: Any) -> None:
    """One summary of each kind, into the writer in use."""
    summary = tf.summary
    summary.scalar("loss", 0.5, step=3)
    summary.scalar("loss", tf.constant(2, tf.int64), step=0, description="of a step")
    with tf.name_scope("outer"):
        summary.scalar("x", 1.0, step=1)
    summary.histogram("numbers", [1.0, 2.0, 2.5, 9.0], step=1, buckets=3)
    summary.histogram("alike", [2.0, 2.0], step=1, buckets=3)
    summary.histogram("none", [], step=1, buckets=3)
    summary.histogram("many", np.cos(np.arange(1000.0)), step=2)
    grays = np.linspace(0, 1, 2 * 3 * 4).reshape(2, 3, 4, 1).astype(np.float32)
    summary.image("gray", grays, step=1)
    summary.image("some", np.arange(5 * 2 * 2 * 3, dtype=np.uint8).reshape(5, 2, 2, 3), step=1)
    summary.text("text", "hi", step=1)
    summary.text("table", ["a", "b"], step=1)
    summary.audio("sound", np.linspace(-1, 1, 8).reshape(1, 4, 2).astype(np.float32), 100, step=1)
    with summary.record_if(False):
        summary.scalar("not", 1.0, step=1)
    summary.experimental.set_step(7)
    summary.scalar("at the set step", 1.0)
