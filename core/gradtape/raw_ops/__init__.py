"""Ops by their TensorFlow type: `tf.raw_ops.MatMul(a=x, b=y)`.

They take TensorFlow's arguments (`signatures.py`), by keyword alone, and give its results, several
as a named tuple. An argument that gradtape has no use for may only have its default. The ops that
only gradients are made of (`Conv2DBackpropInput` and its like) are not here: `tape.gradient` is.
`typing` is imported as a whole, since one of the ops is called `Any`.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

from gradtape.dtypes import DType
from gradtape.errors import UnimplementedError
from gradtape.primitives.registry import REGISTRY, load_all
from gradtape.raw_ops import narrower as _narrower  # noqa: F401  (declares its ops)
from gradtape.raw_ops.meanings import PUBLIC, TODAY, WRITTEN, of_registry
from gradtape.raw_ops.signatures import SIGNATURES


def _resolve(path: str) -> Callable[..., typing.Any]:
    value: typing.Any = import_module("gradtape")
    for part in path.split("."):
        value = getattr(value, part)
    if isinstance(value, ModuleType):
        raise TypeError(f"{path} is a module")
    found: Callable[..., typing.Any] = value
    return found


def _function(op_type: str) -> tuple[Callable[..., typing.Any], dict[str, str], bool]:
    """What computes the op, under which names, and whether its arguments have names at all."""
    if op_type in WRITTEN:
        return WRITTEN[op_type], {}, True
    known = PUBLIC.get(TODAY.get(op_type, op_type))
    if known is not None:
        return _resolve(known[0]), known[1], True
    load_all()
    return of_registry(REGISTRY[TODAY.get(op_type, op_type)]), {}, False


def _same(value: typing.Any, default: typing.Any) -> bool:
    if isinstance(value, DType):
        value = value.name
    if isinstance(value, tuple):
        value = list(value)
    return type(value) in (type(default), bool, int) and bool(value == default)


def _made(op_type: str) -> Callable[..., typing.Any]:
    arguments = SIGNATURES[op_type]
    function, renamed, by_name = _function(op_type)
    taken = inspect.signature(function).parameters
    required = [name for name, (needed, _) in arguments.items() if needed]

    def raw(*args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        kwargs.pop("name", None)
        if args:
            raise TypeError(
                f"{op_type} only takes keyword args (possible keys: {[*arguments, 'name']}). "
                "Please pass these args as kwargs instead."
            )
        missing = [name for name in required if name not in kwargs]
        unknown = [name for name in kwargs if name not in arguments]
        if missing or unknown:
            wrong = f"missing {missing}" if missing else f"does not know {unknown}"
            raise TypeError(f"{op_type} {wrong}; it takes the keywords {[*arguments, 'name']}.")
        values = {}
        for name, (needed, default) in arguments.items():
            value = kwargs.get(name, default)
            here = renamed.get(name, name)
            if here not in taken if by_name else not needed:
                if not needed and not _same(value, default):
                    raise UnimplementedError(
                        f"tf.raw_ops.{op_type} is computed with {name}={default!r} alone, got "
                        f"{value!r}."
                    )
            else:
                values[here] = value
        return function(**values) if by_name else function(*values.values())

    raw.__name__ = raw.__qualname__ = op_type
    written = ", ".join(
        name if needed else f"{name}={default!r}" for name, (needed, default) in arguments.items()
    )
    raw.__doc__ = f"{op_type}({written}), by keyword.\n\n{function.__doc__ or ''}".rstrip()
    return raw


def __getattr__(name: str) -> typing.Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if name not in SIGNATURES:
        load_all()
        why = f"gradtape has no op of type {name!r}"
        if name in REGISTRY:
            why = f"{name!r} is an op that gradtape makes gradients of, and none for programs"
        raise AttributeError(f"{why}; dir(tf.raw_ops) lists the {len(SIGNATURES)} that there are.")
    made = globals()[name] = _made(name)
    return made


def __dir__() -> list[str]:
    return sorted(SIGNATURES)
