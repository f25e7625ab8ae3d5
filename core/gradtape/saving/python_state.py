"""State that is no variable: `tf.train.experimental.PythonState`, and the global random seed."""

from __future__ import annotations

import json
from typing import Any

from gradtape.random.seeds import global_state, set_global_state


class PythonState:
    """An object of yours whose state is text: subclass it, and a checkpoint holds it.

    Define `serialize()`, which gives a text, and `deserialize(text)`, which takes it back.
    """

    _is_python_state = True

    def serialize(self) -> str | bytes:
        """The state as text."""
        raise NotImplementedError(f"{type(self).__name__} needs a method serialize.")

    def deserialize(self, string_value: Any) -> None:
        """Take the state that `serialize` gave, as bytes."""
        raise NotImplementedError(f"{type(self).__name__} needs a method deserialize.")


class GlobalSeed(PythonState):
    """Where the random numbers that follow `tf.random.set_seed` stand, for a checkpoint to hold.

    TensorFlow leaves this out; with it a run that is resumed draws what the other run went on to
    draw. (`tf.random.Generator` is held as it is.)

    >>> import os, tempfile
    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> checkpoint = tf.train.Checkpoint(seed=tf.train.experimental.GlobalSeed())
    >>> path = checkpoint.write(os.path.join(tempfile.mkdtemp(), "c"))
    >>> first = float(tf.random.uniform([]))
    >>> _ = checkpoint.read(path)
    >>> float(tf.random.uniform([])) == first
    True
    """

    def serialize(self) -> str:
        """The seed, the place in the sequence, and how far each seeded op has read."""
        return json.dumps(global_state())

    def deserialize(self, string_value: Any) -> None:
        """Go on from there."""
        set_global_state(json.loads(string_value))
