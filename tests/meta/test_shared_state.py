"""The check that a test leaves no setting changed sees each kind of change."""

import logging
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape import observers
from gradtape.dispatch import apply
from gradtape.keras import mixed_precision
from gradtape.keras.serializing import registration
from tests.support import shared_state

KERAS, LOGGER = tf.keras.config, logging.getLogger("tensorflow")


@contextmanager
def put(change: Any, back: Any) -> Iterator[None]:
    """A change, until the block ends."""
    change()
    yield
    back()


def patched(*words: Any) -> Any:
    """A change by `MonkeyPatch.setattr`, `setitem`, ... , until the block ends."""
    patch = pytest.MonkeyPatch()
    method, *arguments = words
    return put(lambda: getattr(patch, method)(*arguments), patch.undo)


def setting(function: Any, new: Any, old: Any) -> Any:
    """A change by a function that sets something, until the block ends."""
    return put(lambda: function(new), lambda: function(old))


@contextmanager
def observed() -> Iterator[None]:
    end = observers.observe(observers.Observer())
    yield
    end()


CHANGES = {
    "the working directory": lambda: patched("chdir", "/"),
    "os.environ": lambda: patched("setenv", "OF_TESTS", "yes"),
    "sys.path": lambda: patched("syspath_prepend", "/nowhere"),
    "sys.excepthook": lambda: patched("setattr", sys, "excepthook", print),
    "np.geterr": lambda: np.errstate(divide="raise"),
    "np.get_printoptions": lambda: np.printoptions(precision=3),
    "logging.disable": lambda: setting(logging.disable, logging.CRITICAL, logging.NOTSET),
    "the logger 'tensorflow'": lambda: setting(LOGGER.setLevel, "ERROR", LOGGER.level),
    "active tapes": tf.GradientTape,
    "a block of tf.device, a name scope or a trace": lambda: tf.name_scope("of_tests"),
    "observers": observed,
    "tf.config.run_functions_eagerly": lambda: setting(
        tf.config.run_functions_eagerly, True, False
    ),
    "traceback filtering": lambda: put(
        tf.debugging.disable_traceback_filtering, tf.debugging.enable_traceback_filtering
    ),
    "the GPU, hidden, logged or lost": lambda: setting(
        tf.debugging.set_log_device_placement, True, False
    ),
    "tf.summary's writer, step or recording": lambda: setting(
        tf.summary.experimental.set_step, 3, None
    ),
    "registered array types": lambda: patched("setitem", apply.HANDLERS, type(LOGGER), None),
    "floatx or image_data_format": lambda: setting(KERAS.set_floatx, "float64", "float32"),
    "epsilon": lambda: setting(KERAS.set_epsilon, 1e-3, 1e-7),
    "the dtype policy": lambda: put(
        lambda: mixed_precision.set_dtype_policy("float32"), mixed_precision._chosen.clear
    ),
    "Keras's custom objects": lambda: patched("setitem", registration._objects, "of>tests", print),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told(name: str) -> None:
    before = shared_state.look()
    with CHANGES[name]():
        told = shared_state.changes(before)
    assert any(text.startswith(f"{name}: was ") for text in told), told
    assert shared_state.changes(before) == []


def test_what_differs_is_told_by_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shared_state.look()
    with monkeypatch.context() as patch:
        patch.setenv("OF_TESTS", "yes")
        told = shared_state.changes(before)
    assert told == ["os.environ: was {}, is {b'OF_TESTS': b'yes'}"]


def test_the_test_that_leaves_it_fails(tmp_path: Path, root: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import nothing_is_left_changed\n")
    leaving = "import os\n\ndef test_it():\n    os.environ['OF_TESTS'] = 'yes'\n"
    (tmp_path / "test_it.py").write_text(leaving)
    command = [sys.executable, "-m", "pytest", "test_it.py"]
    settings = {**os.environ, "PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True)
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "This test left changed:\nos.environ: was {}, is {b'OF_TESTS': b'yes'}" in done.stdout


def drawn() -> list[Any]:
    """A draw of each kind, and a name."""
    return [
        random.random(),
        np.random.random(),
        tf.keras.random.uniform([]).numpy(),
        tf.keras.layers.Dense(1).name,
    ]


def test_draws_and_names_begin_anew() -> None:
    shared_state.renew()
    first = drawn()
    assert drawn() != first
    tf.random.set_seed(1)
    shared_state.renew()
    assert drawn() == first
    assert tf.random.uniform([4]).numpy().tolist() != tf.random.uniform([4]).numpy().tolist()
