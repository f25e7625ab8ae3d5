"""Nested structures: lists, tuples and mappings of leaves, seen as one flat list and back.

A container is a list, tuple, named tuple, mapping, deque, range, dictionary view, attrs object or
another sequence; everything else (tensors, variables, arrays, strings, bytes, None, sets,
generators, dataclasses) is a leaf. Composite values such as IndexedSlices are leaves too, unless
a caller asks for their components with `expand_composites=True`.

Order of leaves: sequences in their own order, named tuples and attrs objects by field, mappings
by sorted key (also ordered ones), so that equal structures always flatten alike.

Every walk keeps its own stack, so that depth is bounded by memory and not by Python's recursion.
"""

from __future__ import annotations

import collections.abc
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from gradtape.tensors.composites import COMPOSITES, Container, register_composite

__all__ = [
    "assert_same_structure",
    "flatten",
    "is_nested",
    "items",
    "map_structure",
    "pack_sequence_as",
    "register_composite",
]


def _sorted_keys(mapping: Any) -> list[Any]:
    try:
        return sorted(mapping)
    except TypeError as error:
        raise TypeError(
            f"tf.nest orders a mapping by its sorted keys, but these keys cannot be sorted: "
            f"{list(mapping)!r} ({error}). Use keys of one type."
        ) from None


def _mapping_children(mapping: Any) -> list[Any]:
    return [mapping[key] for key in _sorted_keys(mapping)]


def _rebuild_mapping(mapping: Any, children: list[Any]) -> Any:
    values = dict(zip(_sorted_keys(mapping), children, strict=True))
    items = {key: values[key] for key in mapping}  # keeps the order of insertion
    kind = type(mapping)
    if kind is dict:
        return items
    if isinstance(mapping, defaultdict):
        return kind(mapping.default_factory, items)
    try:
        return kind(items)
    except Exception as error:
        raise TypeError(
            f"Error creating an object of type {kind} like {mapping!r}. Note that it must accept "
            f"a single positional argument, a mapping, in addition to self. Cause: {error}"
        ) from error


def _attrs_children(value: Any) -> list[Any]:
    return [getattr(value, field.name) for field in type(value).__attrs_attrs__]


def _as_list(_: Any, children: list[Any]) -> list[Any]:
    return children


_LIST = Container(list, _as_list)
_TUPLE = Container(list, lambda _, children: tuple(children))
_SEQUENCE = Container(list, lambda value, children: type(value)(children))
_NAMED_TUPLE = Container(list, lambda value, children: type(value)._make(children))
_MAPPING = Container(_mapping_children, _rebuild_mapping)
_ATTRS = Container(_attrs_children, lambda value, children: type(value)(*children))
_BYTES_LIKE = (str, bytes, bytearray, memoryview)


def _is_named_tuple(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def _find_container(kind: type) -> Container | None:
    """How to open a value of this type, or None for a leaf."""
    if kind is list:
        return _LIST
    if kind is tuple:
        return _TUPLE
    if _is_named_tuple(kind):
        return _NAMED_TUPLE
    if hasattr(kind, "__attrs_attrs__"):
        return _ATTRS
    if issubclass(kind, _BYTES_LIKE):
        return None
    if issubclass(kind, collections.abc.Mapping):
        return _MAPPING
    if issubclass(kind, range | collections.abc.MappingView):
        return _LIST  # these cannot hold other leaves; a list can
    return _SEQUENCE if issubclass(kind, collections.abc.Sequence) else None


# Classes come and go (named tuples made in a loop), so the memory of them is bounded.
_container: Callable[[type], Container | None] = lru_cache(maxsize=1024)(_find_container)


def _opener(value: Any, expand_composites: bool) -> Container | None:
    if expand_composites and type(value) in COMPOSITES:
        return COMPOSITES[type(value)]
    return _container(type(value))


def _only_leaves(values: list[Any], expand_composites: bool) -> bool:
    if expand_composites and not COMPOSITES.keys().isdisjoint(map(type, values)):
        return False
    return not any(map(_container, map(type, values)))


def is_nested(seq: Any) -> bool:
    """Whether `seq` is a container (even an empty one) rather than a leaf.

    >>> is_nested([]), is_nested({"a": 1}), is_nested("ab"), is_nested(None)
    (True, True, False, False)
    """
    return _container(type(seq)) is not None


def items(structure: Any) -> list[tuple[Any, Any]]:
    """The direct children of a container, each with its key or its place.

    >>> items({"b": [1], "a": 2}), items([5])
    ([('a', 2), ('b', [1])], [(0, 5)])
    """
    opener = _container(type(structure))
    if opener is None:
        raise TypeError(f"nest.items takes a container, got {_named(structure)}.")
    children = opener.children(structure)
    keys = _sorted_keys(structure) if opener is _MAPPING else range(len(children))
    return list(zip(keys, children, strict=True))


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """All leaves of `structure` as one list; a leaf alone gives a list of one.

    Raises: TypeError where the keys of a mapping cannot be sorted.

    >>> flatten({"b": [1, (2, 3)], "a": {"z": 4, "y": None}})
    [None, 4, 1, 2, 3]
    """
    opener = _opener(structure, expand_composites)
    if opener is None:
        return [structure]
    children = opener.children(structure)
    if _only_leaves(children, expand_composites):
        return children
    leaves: list[Any] = []
    pending = children[::-1]
    while pending:
        value = pending.pop()
        opener = _opener(value, expand_composites)
        if opener is None:
            leaves.append(value)
        else:
            pending.extend(reversed(opener.children(value)))
    return leaves


def _rebuild(structure: Any, leaves: Iterable[Any], expand_composites: bool) -> Any:
    """`structure` with its leaves replaced, in order, by `leaves` (exactly as many)."""
    leaf = iter(leaves)
    opener = _opener(structure, expand_composites)
    if opener is None:
        return next(leaf)
    children = opener.children(structure)
    if _only_leaves(children, expand_composites):
        return opener.rebuild(structure, list(leaf))
    # One frame per open container: the original, its opener, children to visit, children built.
    frames = [(structure, opener, iter(children), list[Any]())]
    while True:
        original, opener, remaining, built = frames[-1]
        for child in remaining:
            inner = _opener(child, expand_composites)
            if inner is not None:
                frames.append((child, inner, iter(inner.children(child)), []))
                break
            built.append(next(leaf))
        else:
            frames.pop()
            value = opener.rebuild(original, built)
            if not frames:
                return value
            frames[-1][3].append(value)


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """The leaves `flat_sequence` in the shape of `structure`: the inverse of `flatten`.

    Container types and the insertion order of mappings are kept; ranges and dictionary views
    become lists.

    Raises: TypeError where `flat_sequence` is no sequence; ValueError where its length is not
    the number of leaves.

    >>> pack_sequence_as({"b": [0, (0,)], "a": 0}, [1, 2, 3])
    {'b': [2, (3,)], 'a': 1}
    """
    opener = _container(type(flat_sequence))
    if opener is None or opener is _MAPPING:
        raise TypeError(
            f"Attempted to pack value:\n  {flat_sequence}\ninto a structure, but found "
            f"incompatible type `{type(flat_sequence)}` instead. Give the leaves as a list."
        )
    leaves = opener.children(flat_sequence)
    if _opener(structure, expand_composites) is None:
        if len(leaves) != 1:
            raise ValueError(
                f"The target structure is of type `{type(structure)}`\n  {structure}\nHowever the "
                f"input is a sequence ({type(flat_sequence)}) of length {len(leaves)}.\n  "
                f"{flat_sequence}\nnest cannot guarantee that it is safe to map one to the other."
            )
        return leaves[0]
    n_leaves = len(flatten(structure, expand_composites))
    if n_leaves != len(leaves):
        raise ValueError(
            f"Could not pack sequence. Structure had {n_leaves} atoms, but flat_sequence had "
            f"{len(leaves)} items.  Structure: {_text(structure)}, "
            f"flat_sequence: {_text(flat_sequence)}."
        )
    return _rebuild(structure, leaves, expand_composites)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """`func` applied to the leaves that stand at the same place, in the first one's structure.

    Args: `check_types=False` lets a list stand for a tuple, or a mapping have other keys;
    `expand_composites=True` maps over the components of composite values.

    Raises: TypeError where `func` is not callable or container types differ; ValueError without
    a structure, where nesting, lengths or keys differ, or for an unknown keyword.

    >>> map_structure(lambda a, b: a + b, [1, {"x": 2}], [10, {"x": 20}])
    [11, {'x': 22}]
    """
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    if kwargs:
        raise ValueError(
            "Only valid keyword arguments are `check_types` and `expand_composites`, "
            f"not: `{'`, `'.join(kwargs)}`"
        )
    first = structure[0]
    for other in structure[1:]:
        assert_same_structure(first, other, check_types, expand_composites)
    columns = [flatten(each, expand_composites) for each in structure]
    return _rebuild(first, map(func, *columns), expand_composites)


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raises unless both structures nest alike; their leaves may differ.

    Lists and subclasses of list are one type, as are all mappings; named tuples match by name
    and fields. `check_types=False` compares only nesting and lengths.

    Raises: ValueError where nesting, length or keys differ; TypeError where types do.

    >>> assert_same_structure([1, {"a": 2}], ["x", {"a": None}])
    """
    pending = [(nest1, nest2)]
    while pending:
        first, second = pending.pop()
        opener, other = _opener(first, expand_composites), _opener(second, expand_composites)
        if opener is None and other is None:
            continue
        mismatch = _mismatch(first, second, opener, other, check_types)
        if mismatch is None:
            assert opener is not None and other is not None
            children, others = opener.children(first), other.children(second)
            if len(children) == len(others):
                pending.extend(zip(reversed(children), reversed(others), strict=True))
                continue
            mismatch = (
                ValueError,
                (
                    "The two structures don't have the same number of elements. "
                    f"First structure: {_named(first)}. Second structure: {_named(second)}"
                ),
            )
        error, text = mismatch
        raise error(
            "The two structures don't have the same nested structure.\n\n"
            f"First structure: {_named(nest1)}\n\nSecond structure: {_named(nest2)}\n\n"
            f"More specifically: {text}\n"
            f"Entire first structure:\n{_sketch(nest1)}\n"
            f"Entire second structure:\n{_sketch(nest2)}"
        )


def _mismatch(
    first: Any, second: Any, opener: Container | None, other: Container | None, check_types: bool
) -> tuple[type[Exception], str] | None:
    """Why two values, at least one of them a container, cannot stand at the same place."""
    if opener is None or other is None:
        nested, leaf = (first, second) if other is None else (second, first)
        return ValueError, (
            f'Substructure "{_named(nested)}" is a sequence, '
            f'while substructure "{_named(leaf)}" is not'
        )
    if not check_types:
        return None
    if opener is _MAPPING and other is _MAPPING:
        keys, other_keys = list(first), list(second)
        if set(keys) != set(other_keys):
            return ValueError, (
                "The two dictionaries don't have the same set of keys. First structure has keys "
                f"{_named(keys)}, while second structure has keys {_named(other_keys)}"
            )
        return None
    if not _same_type(type(first), type(second)):
        return TypeError, (
            "The two structures don't have the same sequence type. First structure "
            f"{_named(first)} has type {type(first).__name__}, while second structure "
            f"{_named(second)} has type {type(second).__name__}"
        )
    return None


def _same_type(kind: Any, other: Any) -> bool:
    if kind is other or (issubclass(kind, list) and issubclass(other, list)):
        return True
    if not (_is_named_tuple(kind) and _is_named_tuple(other)):
        return False
    return bool(kind.__name__ == other.__name__ and kind._fields == other._fields)


class _Leaf:
    """Stands for any leaf in the sketch of a structure."""

    def __repr__(self) -> str:
        return "."


def _sketch(structure: Any) -> str:
    """The structure with a dot for every leaf: `[., {'a': .}]`."""
    return _text(map_structure(lambda _: _Leaf(), structure))


def _named(value: Any) -> str:
    return f"type={type(value).__name__} str={_text(value)}"


def _text(value: Any) -> str:
    try:
        return str(value)
    except RecursionError:
        return f"<{type(value).__name__} nested too deeply to print>"
