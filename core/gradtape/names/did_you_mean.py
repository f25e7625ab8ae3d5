"""What a name that gradtape has not was probably meant to be: the end of an AttributeError.

People write the names of TensorFlow 1, Keras, NumPy and PyTorch, forget the namespace of one, and
mistype. A name is suggested only where it is right: it exists elsewhere under that very name, or
differs in one letter and is no name of another library.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from types import FrameType
from typing import Any

from gradtape.names.absent import PATTERNS, REST, advice
from gradtape.names.exports import ABSENT, EXPORTS, NAMESPACES

_NAMESPACES = (
    *("math", "nn", "linalg", "random", "image", "strings", "bitwise", "debugging"),
    *("keras.layers", "keras.optimizers", "keras.losses", "keras.metrics", "keras"),
    *("keras.initializers", "keras.activations", "keras.regularizers", "config", "test"),
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
#: The shortest name of which a mistyped letter is noticed, and the shortest that was meant.
_LONG_ENOUGH = 4
#: Names of other libraries that mean something else than what is a letter away from them.
_OF_OTHERS = frozenset({"conv", "rand"})


def instead_of(name: str, namespace: str = "tf") -> str:
    """What to write instead of a name of a namespace, as a sentence after a space.

    Empty where that is open.
    """
    if name.startswith("_"):
        return ""
    said = advice(namespace, name) or (ABSENT.get(name) if namespace == "tf" else None)
    if said is not None:
        return f" Instead: {said}."
    there = _in_other_letters(name, namespace) or _elsewhere(name, namespace)
    if there is not None:
        return f" Did you mean {there}?"
    meant = _mistyped(name, namespace)
    if meant is not None:
        return f" Did you mean {meant}?"
    for pattern, text in PATTERNS.get(namespace, ()):
        if re.fullmatch(pattern, name):
            return f" Instead: {text}."
    return f" Instead: {REST[namespace]}." if namespace in REST else ""


def _in_other_letters(name: str, namespace: str) -> str | None:
    """The name of a namespace that differs in capitals alone: `layers.Conv2d` is no `nn.conv2d`."""
    if namespace == "tf":
        return None
    same = [known for known in _names(namespace) if known.lower() == name.lower()]
    return f"tf.{namespace}.{same[0]}" if len(same) == 1 else None


def _elsewhere(name: str, namespace: str) -> str | None:
    """The same name in another namespace, with its path; its letters' case may differ."""
    if namespace != "tf" and name in EXPORTS:
        return f"tf.{name}"
    if f"reduce_{name}" in EXPORTS:
        return f"tf.reduce_{name}"
    for same in (str, str.lower):
        if namespace == "tf" or same is str.lower:
            for known in (*EXPORTS, *NAMESPACES):
                if same(known) == same(name) and known != name:
                    return f"tf.{known}"
        for place in _NAMESPACES:
            for known in _names(place):
                if same(known) == same(name) and (place, known) != (namespace, name):
                    return f"tf.{place}.{known}"
    return None


def _names(namespace: str) -> list[str]:
    if namespace == "tf":
        return [*EXPORTS, *NAMESPACES]
    module = import_module(f"gradtape.{namespace}")
    return [name for name in getattr(module, "__all__", dir(module)) if name[0] != "_"]


def _mistyped(name: str, namespace: str) -> str | None:
    """The one name of the namespace from which a single slip of the hand leads to this one."""
    import numpy as np

    if len(name) < _LONG_ENOUGH or name.lower() in _OF_OTHERS or name.endswith("_"):
        return None
    if hasattr(np, name) or hasattr(np.linalg, name):
        return None
    known = [name for name in _names(namespace) if len(name) >= _LONG_ENOUGH]
    near = {meant for meant in known if _one_slip(meant.lower(), name.lower())}
    path = "tf" if namespace == "tf" else f"tf.{namespace}"
    return f"{path}.{near.pop()}" if len(near) == 1 else None


def _one_slip(a: str, b: str) -> bool:
    """Whether a letter was left out, put in, exchanged for another, or two changed places."""
    if abs(len(a) - len(b)) > 1 or re.findall(r"\d", a) != re.findall(r"\d", b):
        return False
    k = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[k:], b[k:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[:2][::-1])


def instead_of_method(name: str) -> str:
    """What to write instead of `tensor.name`, in the same form."""
    if name in _OF_A_TENSOR:
        return f" Instead: {_OF_A_TENSOR[name]}."
    if f"reduce_{name}" in EXPORTS:
        return f" Did you mean tf.reduce_{name}(x)?"
    return f" Did you mean tf.{name}(x)?" if name in EXPORTS else ""


def missing(module: str, name: str) -> AttributeError | ImportError:
    """The refusal of a name that a module has not.

    In `from module import name` Python keeps the message of an ImportError alone.
    """
    namespace = "tf" if module == "gradtape" else module.removeprefix("gradtape.")
    text = f"module {module!r} has no attribute {name!r}.{instead_of(name, namespace)}"
    if _imports(sys._getframe(2)):
        return ImportError(text, name=name)
    return AttributeError(text, name=name)


def _imports(frame: FrameType | None) -> bool:
    """Whether the instruction that a frame is at takes a name out of a module."""
    import dis

    if frame is None or frame.f_lasti < 0:
        return False
    return frame.f_code.co_code[frame.f_lasti] == dis.opmap["IMPORT_FROM"]


def refuse_module(module: str) -> None:
    """Say what to write instead of `import module`, where that is known.

    Raises: ModuleNotFoundError.
    """
    package, _, name = module.rpartition(".")
    namespace = "tf" if package == "gradtape" else package.removeprefix("gradtape.")
    said: Any = advice(namespace, name) or (ABSENT.get(name) if namespace == "tf" else None)
    if said is not None:
        raise ModuleNotFoundError(f"No module named {module!r}. Instead: {said}.", name=module)
