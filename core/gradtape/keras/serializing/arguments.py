"""The arguments that make an equal object, found by the signatures of its class.

An argument is looked for where objects keep them: in the attribute of its name, among the settings
of the function that an object wraps, or among what the object was made with.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


_found: dict[Any, dict[str, Any]] = {}


def parameters(kind: Any, stop: Any) -> dict[str, Any]:
    """The parameters of `kind`'s constructor and of the bases it hands them to, with defaults."""
    known = _found.get((kind, stop))
    if known is None:
        if len(_found) > 1024:  # classes come and go
            _found.clear()
        known = _found[kind, stop] = _parameters(kind, stop)
    return known


def _parameters(kind: Any, stop: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cls in kind.__mro__:
        if cls is stop or cls is object:
            break
        if "__init__" not in vars(cls):
            continue
        ours = inspect.signature(vars(cls)["__init__"]).parameters.values()
        for parameter in ours:
            if parameter.name != "self" and parameter.kind not in _VARIADIC:
                found.setdefault(parameter.name, parameter.default)
        if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in ours):
            break
    return found


def library_class(kind: Any) -> type:
    """The nearest class of the library among a class and its bases."""
    found: type = next(c for c in kind.__mro__ if c.__module__.startswith("gradtape."))
    return found


def own_arguments(obj: Any, stop: type, without: frozenset[str]) -> dict[str, Any]:
    """The arguments of the library's class of `obj`, those of `stop` and `without` left out."""
    kind = library_class(type(obj))
    names = parameters(kind, stop)
    return {
        name: argument(obj, name, default) for name, default in names.items() if name not in without
    }


def argument(obj: Any, name: str, default: Any) -> Any:
    """The value of one argument."""
    state = vars(obj)
    if name in state:
        return state[name]
    for place in ("_settings", "_fn_settings"):
        if name in state.get(place, {}):
            return state[place][name]
    made = made_with(obj)
    if name in made:
        return made[name]
    if hasattr(type(obj), name):
        return getattr(obj, name)
    return None if default is inspect.Parameter.empty else default


def made_with(obj: Any) -> Mapping[str, Any]:
    """What an object was made with, by name; empty where that is not known."""
    args, kwargs = vars(obj).get("_made_with", ((), {}))
    if not args and not kwargs:
        return {}
    return bound(type(obj), args, kwargs)


def bound(kind: Callable[..., Any], args: Any, kwargs: Any) -> dict[str, Any]:
    """Arguments by name."""
    found = inspect.signature(kind).bind_partial(*args, **kwargs).arguments
    further = found.pop("kwargs", {})
    return {**found, **further}
