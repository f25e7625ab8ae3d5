"""State of the process that tests share: what each must leave as it found it, what is reset.

A test that forgets to put a setting back makes another one fail, hours later or in another order;
`changes` names what it left. What a test cannot help using up begins anew for each (`renew`): the
random numbers of Python, NumPy, gradtape and Keras, and the numbers in Keras's names.

Shared on purpose, and left alone: what is loaded or found on first use and is the same from then on
(modules, caches, compiled kernels, the GPU and its handlers).
"""

from __future__ import annotations

import gc
import logging
import os
import random as python_random
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape import config
from gradtape.config import threading as threads
from gradtape.dispatch import apply
from gradtape.keras import config as keras_config
from gradtape.keras import mixed_precision, naming
from gradtape.keras import random as keras_random
from gradtape.keras.layers import layer
from gradtape.keras.serializing import registration
from gradtape.keras.variable import reading
from gradtape.random import generator, seeds
from gradtape.runtime import devices, recorders
from gradtape.runtime.tracebacks import filtering
from gradtape.summary import writer

LOGGERS = [logging.getLogger(name) for name in (None, "tensorflow", "gradtape")]

#: name → what is compared before and after a test
LOOKS: dict[str, Callable[[], Any]] = {
    # Python's
    "the working directory": os.getcwd,
    # as bytes: decoding it would take longer than all the rest
    "os.environ": lambda: {**os.environ._data, b"PYTEST_CURRENT_TEST": b""},
    "sys.path": sys.path.copy,
    "sys.excepthook": lambda: (sys.excepthook, threading.excepthook),
    "sys.getrecursionlimit": sys.getrecursionlimit,
    "sys.gettrace or sys.getprofile": lambda: (sys.gettrace(), sys.getprofile()),
    "the handler of SIGINT or SIGTERM": lambda: (
        signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    ),
    "gc.isenabled": gc.isenabled,
    "socket.getdefaulttimeout": socket.getdefaulttimeout,
    "tempfile.gettempdir": tempfile.gettempdir,
    "logging.disable": lambda: logging.root.manager.disable,
    **{
        f"the logger {logger.name!r}": lambda logger=logger: (
            logger.level, logger.disabled, logger.propagate, logger.handlers.copy()
        )
        for logger in LOGGERS
    },
    # NumPy's
    "np.geterr": lambda: (np.geterr(), np.geterrcall()),
    "np.get_printoptions": np.get_printoptions,
    # gradtape's
    "active tapes": lambda: recorders.state.recorders,
    "a block of tf.device, a name scope or a trace": lambda: (
        recorders.state.device, recorders.state.name_prefix, recorders.state.trace, devices.SCOPED
    ),
    "observers": lambda: recorders.observed.by,
    "tf.config.run_functions_eagerly": lambda: recorders.functions.run_eagerly,
    "traceback filtering": lambda: filtering.enabled,
    "the GPU, hidden, logged or lost": lambda: (
        devices.gpu_state.hidden, devices.gpu_state.logged, devices.gpu_state.lost
    ),
    "soft placement or numbers of threads": lambda: (
        config._placement.copy(), threads._wished.copy()
    ),
    "tf.summary's writer, step or recording": lambda: (
        writer.state.writer, writer.state.step, writer.state.recording
    ),
    "registered array types": lambda: {
        kind for kind in apply.HANDLERS if not kind.__module__.startswith("gradtape")
    },
    "floatx or image_data_format": keras_config._chosen.copy,
    "epsilon": keras_config.epsilon,
    "the dtype policy": mixed_precision._chosen.copy,
    "Keras's custom objects": lambda: (
        registration._objects.copy(), registration._scope.objects.copy()
    ),
    "a running call of a layer": lambda: (
        layer._call.depth, layer._call.training, reading.dtype, naming.open_owners().copy(),
        keras_random._kept.copy(),
    ),
}  # fmt: skip


def look() -> list[Any]:
    """How things stand."""
    return [seen() for seen in LOOKS.values()]


def changes(before: list[Any]) -> list[str]:
    """What does not stand as it did: its name, and how it was and is."""
    return [
        f"{name}: {difference(was, now)}"
        for (name, was, now) in zip(LOOKS, before, look(), strict=True)
        if was != now
    ]


def difference(was: Any, now: Any) -> str:
    """Both in words; of dictionaries what differs, by key."""
    if isinstance(was, dict) and isinstance(now, dict):
        keys = [key for key in {**was, **now} if was.get(key, ...) != now.get(key, ...)]
        was, now = ({key: found[key] for key in keys if key in found} for found in (was, now))
    return f"was {was!r}, is {now!r}"


def renew() -> None:
    """Begin anew what tests use up."""
    python_random.seed(0)
    np.random.seed(0)
    seeds.set_seed(None)
    generator._global_generator = None
    keras_random._shared.clear()
    naming.clear_session()
