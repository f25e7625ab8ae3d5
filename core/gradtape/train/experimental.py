"""`tf.train.experimental`: state that is no variable."""

from gradtape.saving.python_state import GlobalSeed, PythonState

__all__ = ["GlobalSeed", "PythonState"]
