"""Modules saved whole: variables, plain attributes, the names of their classes, signatures.

TensorFlow saves a graph; here nothing is traced, and a file must hold no code. So a folder has the
variables (a checkpoint) and `gradtape_model.json`, which names the class of each module and its
attributes. Loading makes objects of these classes where the program has defined or imported them:
it imports nothing itself, so that the folder of a stranger can run nothing.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from gradtape import nest
from gradtape.dtypes import DType, as_dtype
from gradtape.errors import DataLossError, UnimplementedError
from gradtape.formats.safetensors import write_bytes
from gradtape.functions.control.specs import TensorSpec
from gradtape.io.files import path_of
from gradtape.module import Module
from gradtape.saving.checkpoint import Checkpoint
from gradtape.saving.container import ENDING
from gradtape.tensors.conversion import convert
from gradtape.tensors.name_scope import name_scope
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.variable import Variable

_FILE, _FORM = "gradtape_model.json", "gradtape model 1"
_LEFT_OUT = ("_name_scope",)


class LoadedModule(Module):
    """A module whose class the program has not: its variables and attributes, without methods."""

    def __init__(self, kind: str) -> None:
        super().__init__(name="loaded")
        self._kind = kind

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused. Raises: UnimplementedError."""
        raise UnimplementedError(
            None,
            None,
            f"the code of {self._kind} is not in the folder, which holds no code: define or import "
            "that class before tf.saved_model.load.",
        )


def _described(value: Any, where: str) -> Any:
    """An attribute as JSON.

    Raises: ValueError for what is no variable, module, container, number, text or dtype.
    """
    if isinstance(value, Variable):
        return {
            "variable": value.dtype.name,
            "shape": None if value.shape.rank is None else value.shape.as_list(),
            "now": list(value.numpy().shape),
            "trainable": value.trainable,
            "name": value._name,
        }
    if isinstance(value, Module):
        kind = type(value)
        if isinstance(value, LoadedModule):
            raise ValueError(f"{where}: its class is not here, so that it cannot be saved again.")
        parts = {
            name: _described(part, f"{where}.{name}")
            for name, part in sorted(vars(value).items())
            if name not in _LEFT_OUT
        }
        return {"module": kind.__module__, "class": kind.__qualname__, "attributes": parts}
    if isinstance(value, (list, tuple)):
        word = "list" if isinstance(value, list) else "tuple"
        return {word: [_described(part, f"{where}[{k}]") for k, part in enumerate(value)]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        parts = {key: _described(part, f"{where}[{key!r}]") for key, part in value.items()}
        return {"dict": parts}
    if isinstance(value, DType):
        return {"dtype": value.name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"value": value}
    raise ValueError(
        f"{where} is a {type(value).__name__}, which tf.saved_model cannot keep: it keeps "
        "variables, tf.Modules, numbers, texts, dtypes, and lists and dictionaries of them. "
        "Keras models have model.save('name.keras'); keep a tensor as a "
        "tf.Variable(trainable=False)."
    )


def _made(data: Any) -> Any:
    """The object of such a description, with zeros in its variables."""
    if "variable" in data:
        dtype = as_dtype(data["variable"])
        blank: Any = b"" if dtype.name == "string" else dtype.numpy.type(0)
        start = np.full(data["now"], blank, dtype.numpy)
        shape = TensorShape(data["shape"])
        made = Variable(
            convert(start),
            trainable=data["trainable"],
            shape=None if shape == start.shape else shape,
        )
        made._name = str(data["name"])
        return made
    if "module" in data:
        return _module(data)
    if "list" in data:
        return [_made(part) for part in data["list"]]
    if "tuple" in data:
        return tuple(_made(part) for part in data["tuple"])
    if "dict" in data:
        return {str(key): _made(part) for key, part in data["dict"].items()}
    if "dtype" in data:
        return as_dtype(data["dtype"])
    return data["value"]


def _module(data: Any) -> Module:
    kind: Any = sys.modules.get(data["module"])
    for part in data["class"].split("."):
        kind = None if part == "<locals>" else getattr(kind, part, None)
        if kind is None:
            break
    known = isinstance(kind, type) and issubclass(kind, Module)
    if known:
        made: Module = kind.__new__(kind)
    else:
        made = LoadedModule(f"{data['module']}.{data['class']}")
    for name, part in data["attributes"].items():
        object.__setattr__(made, name, _made(part))
    if known and hasattr(made, "_name"):
        with name_scope(made._name) as prefix:
            made._name_scope = name_scope(prefix)
    return made


def _specs(signature: Any) -> list[dict[str, Any]]:
    """The inputs of a signature, as JSON."""
    found = []
    for spec in nest.flatten(signature):
        if not isinstance(spec, TensorSpec):
            raise ValueError(f"a signature is made of tf.TensorSpecs, got {spec!r}")
        shape = None if spec.shape.rank is None else spec.shape.as_list()
        found.append({"shape": shape, "dtype": spec.dtype.name, "name": spec.name})
    return found


def _signature(obj: Any, function: Any, key: str) -> dict[str, Any]:
    """How a function is found again: the name of a method of the object, and its inputs."""
    for name in dir(type(obj)):
        method = getattr(obj, name, None)
        same = method is function or (
            getattr(method, "python_function", None) is not None
            and getattr(method, "python_function", 0) == getattr(function, "python_function", 1)
        )
        if same or (callable(method) and method == function):
            return {
                "method": name,
                "inputs": _specs(getattr(function, "input_signature", None) or ()),
            }
    raise ValueError(
        f"the signature {key!r} must be a method of the object that is saved (a @tf.function with "
        "an input_signature, or a plain method), since a folder holds no code."
    )


class SaveOptions:
    """What TensorFlow lets a program choose of the graph that it saves; here nothing depends on it.

    Custom gradients go along in any case: a method is computed by its class, which the program
    that loads it defines. Raises: TypeError for an option that TensorFlow does not have.
    """

    _KNOWN = frozenset(
        "namespace_whitelist save_debug_info function_aliases experimental_debug_stripper "
        "experimental_io_device experimental_variable_policy experimental_custom_gradients "
        "experimental_image_format experimental_skip_saver experimental_sharding_callback "
        "extra_tags".split()
    )

    def __init__(self, **options: Any) -> None:
        for name, value in options.items():
            if name not in self._KNOWN:
                raise TypeError(
                    f"{type(self).__name__} has no option {name!r}; it has "
                    f"{', '.join(sorted(self._KNOWN))}."
                )
            setattr(self, name, value)


class LoadOptions(SaveOptions):
    """The same of the graph that it loads."""

    _KNOWN = frozenset(
        "allow_partial_checkpoint experimental_io_device experimental_skip_checkpoint "
        "experimental_variable_policy experimental_load_function_aliases".split()
    )


def save(obj: Any, export_dir: Any, signatures: Any = None, options: Any = None) -> None:
    """Save a module: its variables, plain attributes, and the names of its class and methods.

    Args: `obj`, a `tf.Module`; `export_dir`, the folder; `signatures`, a method of the module, or
    several by name; `options`, `SaveOptions`.

    Raises: ValueError for what cannot be kept, and for another object.

    >>> import tempfile
    >>> import gradtape as tf
    >>> module = tf.Module()
    >>> module.w = tf.Variable([1.0, 2.0])
    >>> folder = tempfile.mkdtemp()
    >>> tf.saved_model.save(module, folder)
    >>> tf.saved_model.load(folder).w.numpy()
    array([1., 2.], dtype=float32)
    """
    if not isinstance(obj, Module):
        raise ValueError(
            f"tf.saved_model.save takes a tf.Module, got {type(obj).__name__}; a Keras model has "
            "model.save('name.keras')."
        )
    methods = signatures if isinstance(signatures, dict) else {"serving_default": signatures}
    kept = {key: _signature(obj, f, key) for key, f in methods.items() if f is not None}
    text = json.dumps({"form": _FORM, "root": _described(obj, "obj"), "signatures": kept}, indent=1)
    folder = path_of(export_dir)
    Checkpoint(root=obj).write(os.path.join(folder, "variables", "variables"))
    write_bytes(os.path.join(folder, _FILE), text.encode())


def contains_saved_model(export_dir: Any) -> bool:
    """Whether the folder holds a saved model, gradtape's or TensorFlow's."""
    folder = Path(path_of(export_dir))
    return any((folder / name).is_file() for name in (_FILE, "saved_model.pb"))


def load(export_dir: Any, tags: Any = None, options: Any = None) -> Any:
    """The module that `save` wrote, of its own class where the program has that.

    `loaded.signatures` are its methods by name; each gives a dictionary of outputs.

    Raises: OSError where there is none; UnimplementedError for a model that TensorFlow saved.
    """
    folder = path_of(export_dir)
    path = Path(folder) / _FILE
    if not path.is_file():
        if contains_saved_model(folder):
            prefix = os.path.join(folder, "variables", "variables")
            raise UnimplementedError(
                None,
                None,
                f"{folder} was saved by TensorFlow: it holds a graph, which is not run here. Make "
                "the model in Python and restore its variables: "
                f"tf.train.Checkpoint(root=model).read({prefix!r}).",
            )
        raise OSError(f"SavedModel file does not exist at: {folder}{os.path.sep}{_FILE}")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.get("form") != _FORM:
            raise UnimplementedError(None, None, f"{path} is of another form: {data.get('form')!r}")
        made = _made(data["root"])
        signatures = {str(key): dict(value) for key, value in data["signatures"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataLossError(None, None, f"{path} is damaged: {error!r}") from error
    prefix = os.path.join(folder, "variables", "variables")
    if os.path.exists(prefix + ENDING):
        Checkpoint(root=made).read(prefix).assert_existing_objects_matched()
    object.__setattr__(
        made, "signatures", {key: _Signature(made, value) for key, value in signatures.items()}
    )
    return made


class _Signature:
    """A method of a loaded module, by keywords, whose outputs have names."""

    def __init__(self, owner: Any, data: dict[str, Any]) -> None:
        self._owner, self._method = owner, str(data["method"])
        self.structured_input_signature = tuple(
            TensorSpec(one["shape"], one["dtype"], one["name"]) for one in data["inputs"]
        )

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The outputs by name: a dictionary's own, or `output_0`, `output_1` and so on."""
        if isinstance(self._owner, LoadedModule):
            self._owner()
        found = getattr(self._owner, self._method)(*args, **kwargs)
        if isinstance(found, dict):
            return found
        return {f"output_{k}": part for k, part in enumerate(nest.flatten(found))}
