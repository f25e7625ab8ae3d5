"""Event files hold the values that TensorFlow reads from its own, byte for byte."""

import json
import os
import re

import numpy as np
import pytest

import gradtape as tf
from gradtape.formats import wire
from gradtape.formats.records import records
from tests.goldens import summary_cases
from tests.support.recorded_files import GOLDENS


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    tf.summary.experimental.set_step(None)


def values(folder):
    """The event file's version, and step and bytes of each value."""
    (name,) = os.listdir(folder)
    assert re.fullmatch(r"events\.out\.tfevents\.\d{10}\..+\.\d+\.\d+\.v2", name)
    found, version = [], b""
    for record in records(os.path.join(folder, name)):
        event = dict(wire.fields(record))
        version = event.get(3, version)
        for field, value in wire.fields(event.get(5, b"")):
            assert field == 1
            found.append((event.get(2, 0), value))
    return version, found


def pictures(value):
    """A value with its PNG files replaced by their pixels."""
    parts = dict(wire.fields(value))
    texts = [text for field, text in wire.fields(parts[8]) if field == 8]
    pixels = [tf.io.decode_png(text).numpy().tolist() for text in texts[2:]]
    return parts[1], texts[:2], pixels, parts[9]


def test_values_are_those_of_tensorflow(tmp_path):
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        summary_cases.write(tf)
    version, found = values(tmp_path)
    assert version == b"brain.Event:2"
    theirs = json.loads((GOLDENS / "summaries.json").read_text(encoding="utf-8"))
    assert [step for step, _ in found] == [step for step, _ in theirs]
    for (_, ours), (_, text) in zip(found, theirs, strict=True):
        recorded = bytes.fromhex(text)
        if b"PNG" in recorded:
            assert pictures(ours) == pictures(recorded)
        else:
            assert ours == recorded


def test_who_writes_and_when(tmp_path):
    summary = tf.summary
    assert not summary.should_record_summaries() and not bool(summary.scalar("x", 1.0, step=1))
    writer = summary.create_file_writer(tmp_path, max_queue=2)
    with writer.as_default(step=4), summary.record_if(lambda: True):
        assert summary.should_record_summaries()
        assert bool(summary.scalar("a", 1.0))
        assert values(tmp_path)[1] == []  # it waits for another one
        assert bool(summary.scalar("a", 2.0))
        assert [step for step, _ in values(tmp_path)[1]] == [4, 4]
        with summary.record_if(False):
            assert not bool(summary.scalar("a", 3.0))
        summary.scalar("a", 3.0, step=tf.Variable(9))
    assert summary.experimental.get_step() is None and not summary.should_record_summaries()
    assert [step for step, _ in values(tmp_path)[1]] == [4, 4, 9]
    writer.close()
    with pytest.raises(RuntimeError, match="closed"), writer.as_default(step=1):
        summary.scalar("a", 1.0)
    with summary.create_noop_writer().as_default(step=1):
        assert bool(summary.scalar("a", 1.0))
    assert len(os.listdir(tmp_path)) == 1


def test_refusals(tmp_path):
    summary = tf.summary
    with summary.create_file_writer(str(tmp_path)).as_default():
        with pytest.raises(ValueError, match="No step set"):
            summary.scalar("x", 1.0)
        with pytest.raises(ValueError, match="Expected scalar shape"):
            summary.scalar("x", [1.0], step=1)
        with pytest.raises(tf.errors.InvalidArgumentError, match="n, h, w, c"):
            summary.image("x", np.zeros((2, 2)), step=1)
        with pytest.raises(tf.errors.InvalidArgumentError, match="holds texts"):
            summary.text("x", 1.0, step=1)
        with pytest.raises(tf.errors.InvalidArgumentError, match="samples"):
            summary.audio("x", [1.0], 100, step=1)
    for call in (summary.trace_on, summary.trace_off, lambda: summary.trace_export("x", 1)):
        with pytest.raises(tf.errors.UnimplementedError, match="nothing is traced"):
            call()
    with pytest.raises(ValueError, match="logdir"):
        summary.create_file_writer(None)
