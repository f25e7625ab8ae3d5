"""Names for classes and functions of one's own, by which files find them again."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any

_objects: dict[str, Any] = {}
_names: dict[int, tuple[Any, str]] = {}


class _Scope(threading.local):
    """The objects that hold inside blocks of `custom_object_scope`, in this thread."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}


_scope = _Scope()


class CustomObjectScope:
    """A block in which these names stand for these objects.

    >>> def half(x):
    ...     return x / 2
    >>> with CustomObjectScope({"half": half}):
    ...     get_registered_object("half") is half
    True
    """

    def __init__(self, custom_objects: dict[str, Any] | None) -> None:
        self._further = custom_objects or {}
        self._before: list[dict[str, Any]] = []

    def __enter__(self) -> CustomObjectScope:
        self._before.append(_scope.objects)
        _scope.objects = {**_scope.objects, **self._further}
        return self

    def __exit__(self, *_: Any) -> None:
        _scope.objects = self._before.pop()


custom_object_scope = CustomObjectScope


def get_custom_objects() -> dict[str, Any]:
    """The dictionary of all registered objects; what is put there is found."""
    return _objects


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """A decorator: files know the class or function as `package>name`.

    Raises: ValueError for a class without `get_config`.

    >>> @register_keras_serializable(package="shapes")
    ... def double(x):
    ...     return 2 * x
    >>> get_registered_name(double)
    'shapes>double'
    """

    def decorator(arg: Any) -> Any:
        registered = f"{package}>{name or arg.__name__}"
        if inspect.isclass(arg) and not hasattr(arg, "get_config"):
            raise ValueError(
                f"Cannot register a class that does not have a get_config() method: {arg.__name__}."
            )
        _objects[registered] = arg
        _names[id(arg)] = (arg, registered)
        return arg

    return decorator


def get_registered_name(obj: Any) -> str:
    """The name under which an object was registered, or its own."""
    found = _names.get(id(obj))
    return found[1] if found is not None else str(obj.__name__)


def is_registered(obj: Any) -> bool:
    """Whether `register_keras_serializable` was told of an object."""
    return id(obj) in _names


def get_registered_object(
    name: str, custom_objects: dict[str, Any] | None = None, module_objects: Any = None
) -> Any:
    """The object of a name: of a scope, of `custom_objects`, or registered; None where none is."""
    for objects in (_scope.objects, custom_objects or {}, _objects, module_objects or {}):
        if name in objects:
            return objects[name]
    return None
