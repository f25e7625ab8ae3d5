"""What a name that gradtape has not was probably meant to be: the end of an AttributeError.

People write the names of TensorFlow 1, NumPy and PyTorch, and forget the namespace of one.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from gradtape.names.exports import EXPORTS, NAMESPACES

_ELSEWHERE = {
    "Session": "values are there at once: leave the session out, and call tensor.numpy()",
    "placeholder": "values are there at once: write a function that takes them",
    "global_variables_initializer": "a tf.Variable has its value from the beginning",
    "get_variable": "use tf.Variable",
    "layers": "use tf.keras.layers",
    "losses": "use tf.keras.losses",
    "optimizers": "use tf.keras.optimizers",
    "gradients": "use tf.GradientTape",
    "grad": "use tf.GradientTape",
    "array": "use tf.constant",
    "asarray": "use tf.convert_to_tensor",
    "tensor": "use tf.constant",
    "arange": "use tf.range",
    "cat": "use tf.concat",
    "concatenate": "use tf.concat",
    "no_grad": "compute outside the tape, or in a block of tape.stop_recording()",
}
_NAMESPACES = (
    *("math", "nn", "linalg", "random", "image"),
    *("keras.layers", "keras.optimizers", "keras.losses", "keras.metrics", "keras"),
)
_OF_A_TENSOR = {
    "backward": "gradients come from a tape: with tf.GradientTape() as tape: ..., then "
    "tape.gradient(y, x)",
    "grad": "gradients come from a tape: tape.gradient(y, x)",
    "requires_grad": "variables are watched by themselves, others by tape.watch(x)",
    "detach": "use tf.stop_gradient(x)",
    "item": "use float(x), int(x) or x.numpy()",
    "view": "use tf.reshape(x, shape)",
    "dim": "use x.ndim",
    "assign": "a tensor never changes: make it a tf.Variable",
    "cpu": "use x.numpy(), or a block of tf.device('/CPU:0')",
    "cuda": "use a block of tf.device('/GPU:0')",
    "to": "use tf.cast(x, dtype), or a block of tf.device('/GPU:0')",
}


def instead_of(name: str) -> str:
    """What to write instead of `tf.name`, as a sentence after a space; empty where that is open."""
    if name.startswith("_"):
        return ""
    if name in _ELSEWHERE:
        return f" Instead: {_ELSEWHERE[name]}."
    if f"reduce_{name}" in EXPORTS:
        return f" Did you mean tf.reduce_{name}?"
    for namespace in _NAMESPACES:
        if name in dir(import_module(f"gradtape.{namespace}")):
            return f" Did you mean tf.{namespace}.{name}?"
    names = {known.lower(): known for known in (*EXPORTS, *NAMESPACES)}
    close = get_close_matches(name.lower(), names, 1, 0.7)
    return f" Did you mean tf.{names[close[0]]}?" if close else ""


def instead_of_method(name: str) -> str:
    """What to write instead of `tensor.name`, in the same form."""
    if name in _OF_A_TENSOR:
        return f" Instead: {_OF_A_TENSOR[name]}."
    if f"reduce_{name}" in EXPORTS:
        return f" Did you mean tf.reduce_{name}(x)?"
    return f" Did you mean tf.{name}(x)?" if name in EXPORTS else ""
