"""`Module`: an object that finds the variables kept in its attributes, however deep.

Attributes are searched by sorted name, first the variables of an object itself, then those of the
modules below it; lists, tuples and mappings are opened. What is found twice is listed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from gradtape import nest
from gradtape.runtime import arrivals
from gradtape.tensors.name_scope import name_scope
from gradtape.tensors.variable import Variable

Method = TypeVar("Method", bound=Callable[..., Any])
Predicate = Callable[[Any], bool]

_WORD_START = re.compile(r"(?<=[a-z0-9_])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def snake_case(class_name: str) -> str:
    """`FooBar2D` as `foo_bar2_d`: the name that a module of that class has by default."""
    return _WORD_START.sub("_", class_name).lower()


class Module:
    """A base class whose instances know their variables and submodules.

    Assign variables and modules to attributes, directly or inside lists, tuples and mappings;
    `variables`, `trainable_variables`, `non_trainable_variables` and `submodules` find them.

    Args: `name`, a valid Python identifier; by default the class name in snake case.

    Raises: ValueError where the name is no identifier.

    >>> import gradtape as tf
    >>> class Line(tf.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.slope = tf.Variable(2.0, name="slope")
    ...         self.offset = tf.Variable(1.0, name="offset", trainable=False)
    >>> line = Line()
    >>> [v.name for v in line.variables], [v.name for v in line.trainable_variables]
    (['offset:0', 'slope:0'], ['slope:0'])
    """

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = snake_case(type(self).__name__)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python "
                "identifiers (e.g. a valid class name)."
            )
        self._name = name
        with name_scope(name) as prefix:
            self._name_scope = name_scope(prefix)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if arrivals.waiting:  # a checkpoint may have values for what is new
            arrivals.tell(self)

    @property
    def name(self) -> str:
        """The name that was given, or the class name in snake case."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """The scope that names variables after this module: use it in a `with` block."""
        return self._name_scope

    @classmethod
    def with_name_scope(cls, method: Method) -> Method:
        """The method, run inside the module's name scope: its variables are named after it."""

        @wraps(method)
        def in_scope(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return in_scope  # type: ignore[return-value]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables of this module and of those below it."""
        return tuple(self._flatten(predicate=_is_variable, expand_composites=True))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The variables that a tape watches by itself."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """The variables made with `trainable=False`."""
        return tuple(v for v in self.variables if not v.trainable)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """All modules below this one."""
        return tuple(self._flatten(predicate=_is_module))

    def _flatten(
        self,
        recursive: bool = True,
        predicate: Predicate | None = None,
        attribute_traversal_key: Callable[[str], Any] | None = None,
        with_path: bool = False,
        expand_composites: bool = False,
    ) -> Iterator[Any]:
        """Every leaf below the attributes for which `predicate` holds, once; for subclasses.

        `attribute_traversal_key` orders the attributes (by name otherwise); `with_path` gives
        pairs of path and leaf, and then a leaf once for each of its paths.
        """
        seen: set[int] = {id(self)}
        pending: list[tuple[Any, tuple[Any, ...]]] = [(self, ())]
        while pending:
            owner, path = pending.pop()
            below: list[tuple[Any, tuple[Any, ...]]] = []
            for leaf, leaf_path in _leaves(owner, attribute_traversal_key, expand_composites):
                full_path = path + leaf_path
                is_new = id(leaf) not in seen
                if (predicate is None or predicate(leaf)) and (
                    is_new or (with_path and not _is_module(leaf))
                ):
                    seen.add(id(leaf))
                    yield (full_path, leaf) if with_path else leaf
                if recursive and is_new and _is_owner(leaf):
                    seen.add(id(leaf))
                    below.append((leaf, full_path))
            pending.extend(reversed(below))


def _is_variable(value: Any) -> bool:
    return isinstance(value, Variable)


def _is_module(value: Any) -> bool:
    return isinstance(value, Module)


def _is_owner(value: Any) -> bool:
    """Whether variables are looked for inside: modules, and layers, which are no modules."""
    return isinstance(value, Module) or hasattr(type(value), "trainable_weights")


def _leaves(
    owner: Any, key: Callable[[str], Any] | None, expand_composites: bool
) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The leaves of each attribute with their paths: `("layers", 0, "w")`."""
    if not isinstance(owner, Module):
        yield from ((v, (getattr(v, "path", v.name),)) for v in owner.weights)
        return
    attributes = vars(owner)
    for name in sorted(attributes, key=key):
        if name in ("_name", "_name_scope"):
            continue
        pending: list[tuple[Any, tuple[Any, ...]]] = [(attributes[name], (name,))]
        while pending:
            value, path = pending.pop()
            if nest.is_nested(value):
                pending.extend((child, (*path, k)) for k, child in reversed(nest.items(value)))
            else:
                yield from ((leaf, path) for leaf in nest.flatten(value, expand_composites))
