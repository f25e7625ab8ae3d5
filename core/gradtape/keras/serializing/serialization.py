"""Objects as configurations that JSON can hold, in Keras's form, and back again.

`{"module": "keras.layers", "class_name": "Dense", "config": {…}, "registered_name": None}`.
Nothing is run that the file brings along: functions and classes are found by name, among those of
the library, those registered and those given; a lambda cannot be saved.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.serializing.arguments import parameters
from gradtape.keras.serializing.registration import (
    CustomObjectScope,
    get_registered_name,
    get_registered_object,
    is_registered,
)
from gradtape.keras.symbolic import KerasTensor, Operation
from gradtape.keras.symbolic.operation import OPERATORS

_PLAIN = (str, bool, int, float, type(None))
_HOME = "gradtape.keras"
#: classes whose public module is not that of their file
_PUBLIC = {
    "Sequential": "keras", "Functional": "keras.src.models.functional", "Model": "keras",
    "DTypePolicy": "keras", "Variable": "keras",
}  # fmt: skip
#: what Keras writes and has no meaning here: class → arguments
_MEANINGLESS = {
    "BatchNormalization": {"renorm_momentum"}, "Embedding": {"lora_rank", "lora_alpha"},
}  # fmt: skip


def serialize_keras_object(obj: Any) -> Any:
    """The configuration of an object: what `deserialize_keras_object` makes an equal one of.

    Raises: TypeError for a lambda, and for an object without `get_config`.

    >>> from gradtape import keras
    >>> serialize_keras_object(keras.initializers.Ones())["class_name"]
    'Ones'
    """
    if isinstance(obj, np.generic):
        return obj.item()
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, (list, tuple)):
        return [serialize_keras_object(each) for each in obj]
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    special = _special(obj)
    if special is not None:
        return special
    if isinstance(obj, Operation):
        return _of_operation(obj)
    if isinstance(obj, types.FunctionType | type):
        return _of_function(obj)
    if not hasattr(obj, "get_config"):
        raise TypeError(
            f"{obj!r} cannot be saved: it has no get_config(). Give its class one, and a "
            "@keras.saving.register_keras_serializable() above it."
        )
    return _of_object(obj)


def _special(obj: Any) -> Any:
    """What has a form of its own."""
    if isinstance(obj, bytes):
        return {"class_name": "__bytes__", "config": {"value": obj.decode()}}
    if isinstance(obj, slice):
        parts = [serialize_keras_object(part) for part in (obj.start, obj.stop, obj.step)]
        names = ("start", "stop", "step")
        return {"class_name": "__slice__", "config": dict(zip(names, parts, strict=True))}
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(obj, KerasTensor):
        operation, node, place = obj._keras_history
        history = [operation.name, node, place]
        config = {"shape": list(obj.shape), "dtype": obj.dtype, "keras_history": history}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(obj, tf.TensorShape):
        return obj.as_list()
    if isinstance(obj, tf.DType):
        return obj.name
    if isinstance(obj, np.ndarray) or tf.is_tensor(obj):
        array = np.asarray(obj)
        name = "__numpy__" if isinstance(obj, np.ndarray) else "__tensor__"
        return {"class_name": name, "config": {"value": array.tolist(), "dtype": array.dtype.name}}
    return None


def _public_module(kind: Any) -> str | None:
    """Where Keras has a class or function of the library; None for those of others."""
    module = str(kind.__module__)
    if not module.startswith(_HOME):
        return None
    if kind.__name__ in _PUBLIC:
        return _PUBLIC[kind.__name__]
    if module == "gradtape.keras.optimizers.schedules":
        return "keras.optimizers.schedules"
    return "keras." + module.split(".")[2]


def _of_function(obj: Any) -> Any:
    if obj.__name__ == "<lambda>":
        raise TypeError(
            "A lambda cannot be saved: a file holds the names of functions, not their code. Write "
            "def f(...): ... with @keras.saving.register_keras_serializable() above it."
        )
    public = _public_module(obj)
    if public is not None and not isinstance(obj, type):
        return obj.__name__
    name = get_registered_name(obj)
    module = "builtins" if isinstance(obj, types.FunctionType) else obj.__module__
    return {
        "module": module, "class_name": "function", "config": name, "registered_name": name,
    }  # fmt: skip


def _of_operation(operation: Operation) -> Any:
    return {
        "module": operation.module, "class_name": operation.kind,
        "config": operation.get_config(), "registered_name": operation.kind,
    }  # fmt: skip


def _of_object(obj: Any) -> Any:
    kind = type(obj)
    public = _public_module(kind)
    registered = None if public is not None else get_registered_name(kind)
    if kind.__name__ == "Functional":
        registered = "Functional"
    made = {
        "module": public or kind.__module__, "class_name": kind.__name__,
        "config": serialize_keras_object(obj.get_config()), "registered_name": registered,
    }  # fmt: skip
    for key, method in (("build_config", "get_build_config"), ("compile_config", "_compiled")):
        found: Any = getattr(obj, method, lambda: None)()
        if found or (found is not None and key == "build_config"):
            made[key] = serialize_keras_object(found)
    return made


# -- and back --------------------------------------------------------------------------------------


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True, **_: Any
) -> Any:
    """The object that a configuration describes.

    Raises: TypeError for a class that is not found; ValueError for a lambda in a file.
    """
    if custom_objects:
        with CustomObjectScope(custom_objects):
            return deserialize_keras_object(config)
    if isinstance(config, (list, tuple)):
        return [deserialize_keras_object(each) for each in config]
    if not isinstance(config, Mapping):
        return config
    if "class_name" not in config or "config" not in config:
        return {key: deserialize_keras_object(value) for key, value in config.items()}
    name, inner = config["class_name"], config["config"]
    if name.startswith("__") and name.endswith("__"):
        return _back_from_special(name, inner)
    if name == "function":
        return _found_function(config)
    module = str(config.get("module") or "")
    if ".ops" in module and module.startswith("keras"):
        return _operation(name, module, inner)
    kind = _found_class(config)
    made = kind.from_config(_known(kind, inner))
    if config.get("build_config") and hasattr(made, "build_from_config"):
        made.build_from_config(config["build_config"])
    if config.get("compile_config") and hasattr(made, "compile_from_config"):
        made.compile_from_config(config["compile_config"])
    return made


def _back_from_special(name: str, inner: Any) -> Any:
    if name == "__bytes__":
        return inner["value"].encode()
    if name == "__slice__":
        return slice(*(deserialize_keras_object(inner[k]) for k in ("start", "stop", "step")))
    if name == "__ellipsis__":
        return Ellipsis
    if name == "__numpy__":
        return np.array(inner["value"], inner["dtype"])
    if name == "__tensor__":
        return tf.constant(inner["value"], inner["dtype"])
    if name == "__lambda__":
        raise ValueError(
            "The file holds a lambda as code, which is never run here. Give the layer a named "
            "function, registered or in custom_objects, and save it again."
        )
    if name == "__keras_tensor__":
        return KerasTensor(inner["shape"], inner["dtype"])
    raise TypeError(f"A configuration of the unknown form {name}.")


def _found_function(config: Mapping[str, Any]) -> Any:
    name = config.get("registered_name") or config["config"]
    found = get_registered_object(name) or get_registered_object(config["config"])
    if found is None:
        found = _in_loaded_module(config.get("module"), config["config"])
    if found is None:
        found = _in_library(str(config.get("module")), config["config"])
    if found is None:
        raise TypeError(_not_found("function", config["config"]))
    return found


def _found_class(config: Mapping[str, Any]) -> Any:
    name, module = config["class_name"], str(config.get("module") or "")
    for known in (config.get("registered_name"), name):
        found = get_registered_object(known) if known else None
        if found is not None:
            return found
    found = _in_library(module, name) if module.startswith("keras") else None
    if found is None and not module.startswith("keras"):
        found = _in_loaded_module(module, name)
    if found is None:
        raise TypeError(_not_found("class", name))
    return found


def _not_found(sort: str, name: Any) -> str:
    return (
        f"Could not locate {sort} '{name}'. Make sure custom classes and functions are decorated "
        "with `@keras.saving.register_keras_serializable()`, or give them as "
        f"custom_objects={{'{name}': ...}}."
    )


def _in_loaded_module(module: str | None, name: Any) -> Any:
    """What a module that the program itself has imported calls so; nothing is imported for it."""
    place = sys.modules.get(str(module))
    found = getattr(place, str(name), None)
    return found if isinstance(found, type | types.FunctionType) else None


#: Keras's modules → where their classes are
_SOURCES = {"keras.src.models": "keras.models", "keras.src.layers": "keras.layers"}


def _in_library(module: str, name: Any) -> Any:
    parts = module.split(".")
    if parts[:2] == ["keras", "src"]:
        parts = ["keras", *parts[2:3]]
    if not module.startswith("keras"):
        parts = ["keras"]
    try:
        place = importlib.import_module("gradtape." + ".".join(parts))
    except ImportError:
        return None
    found = vars(place).get(name)
    if found is None and parts == ["keras"]:
        found = getattr(place, name, None) if name in place.__all__ else None
    return found if isinstance(found, type | types.FunctionType) else None


def _operation(name: str, module: str, inner: Any) -> Operation:
    """A step of a model: an operator, or a function of `keras.ops`."""
    settings = {k: deserialize_keras_object(v) for k, v in inner.items() if k != "name"}
    function = OPERATORS.get(name)
    if function is None:
        ops = importlib.import_module("gradtape.keras.ops")
        function = next((getattr(ops, n, None) for n in _snake(name) if hasattr(ops, n)), None)
    if function is None:
        raise TypeError(f"The file has a step keras.ops.{name}, which gradtape has not.")
    return Operation(function, name, module, inner.get("name"), settings)


def _snake(name: str) -> list[str]:
    lower = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
    return [lower, name.lower()]


def _known(kind: Any, config: Any) -> Any:
    """A configuration without what Keras writes and the class here has not, where it is empty.

    Raises: ValueError where it says something that the class cannot do.
    """
    if not isinstance(config, Mapping) or not str(kind.__module__).startswith(_HOME):
        return config
    if "from_config" in vars(kind) and not hasattr(kind, "_takes_any"):
        return config
    cell = getattr(kind, "cell_class", object)  # a layer of one cell hands it what it is given
    names = set(parameters(kind, object)) | set(parameters(cell, object))
    names |= {"name", "trainable", "dtype", "activity_regularizer"}
    useless = _MEANINGLESS.get(kind.__name__, set())
    wrong = {k: v for k, v in config.items() if k not in names and v and k not in useless}
    if wrong and not _takes_everything(kind):
        raise ValueError(f"{kind.__name__} of gradtape has no {', '.join(wrong)}: {wrong}.")
    return {k: v for k, v in config.items() if k in names or (v and k not in useless)}


def _takes_everything(kind: Any) -> bool:
    """Whether a constructor hands what it does not know to something else than its base."""
    return any(
        p.kind is inspect.Parameter.VAR_KEYWORD
        for p in inspect.signature(kind.__init__).parameters.values()
    )


def registered(kind: Any) -> bool:
    """Whether a class is registered."""
    return is_registered(kind)
