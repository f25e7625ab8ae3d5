"""What the documentation tells of: every public name with its signature, docstring and place."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import gradtape

LONGEST = 200  # characters of a text that the search shows
PACKAGE = Path(gradtape.__file__).parent


@dataclass
class Entry:
    """A value under its shortest name; `others` are its further names."""

    name: str
    value: Any
    others: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What it is, in a word."""
        if isinstance(self.value, ModuleType):
            return "namespace"
        if inspect.isclass(self.value):
            return "exception" if issubclass(self.value, BaseException) else "class"
        return "function" if callable(self.value) else "value"

    @property
    def text(self) -> str:
        """Its docstring; of a value, what it is."""
        if self.kind == "value":
            return f"`{self.value!r}`"
        return inspect.getdoc(self.value) or ""

    @property
    def summary(self) -> str:
        """The first paragraph, in one line."""
        return " ".join(self.text.partition("\n\n")[0].split())

    @property
    def opening(self) -> str:
        """What the search knows of it."""
        return opening(self.text)

    @property
    def signature(self) -> str:
        """How it is called; empty for what is not."""
        return signature(self.name, self.value) if callable(self.value) else ""

    @property
    def source(self) -> str:
        """Its file, as in the sources."""
        try:
            file = inspect.getsourcefile(inspect.unwrap(self.value))
        except TypeError:
            return ""
        path = Path(file or "")
        return str(path.relative_to(PACKAGE.parent)) if PACKAGE in path.parents else ""

    def members(self) -> Iterator[tuple[str, Any]]:
        """The public methods and properties of a class, those of its own classes' making."""
        if self.kind != "class":
            return
        # A class that says itself what programs call has the rest for the engine.
        shown = vars(self.value) if "__dir__" in vars(self.value) else dir(self.value)
        for name in sorted({n for n in shown if not n.startswith("_")}):
            value = inspect.getattr_static(self.value, name)
            value = getattr(value, "__func__", value)
            told = value.fget if isinstance(value, property) else value
            if str(getattr(told, "__module__", "")).startswith("gradtape"):
                yield name, value


def opening(text: str) -> str:
    """The first two paragraphs, as one line of some length."""
    parts = [part for part in text.split("\n\n")[:2] if ">>>" not in part]
    return " ".join(" ".join(parts).split())[:LONGEST]


def signature(name: str, value: Any) -> str:
    """The call, with types left out: they make it long."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return f"{name}(…)"
    bare = [p.replace(annotation=p.empty) for p in found.parameters.values()]
    return f"{name}{inspect.Signature(bare)}"


def entries() -> list[Entry]:
    """Every public name of `tf`, aliases gathered under one."""
    found: dict[int, Entry] = {}
    for name, value in sorted(
        _walk("tf", gradtape), key=lambda pair: (pair[0].count("."), pair[0])
    ):
        # Numbers and names of dtypes are one object under many meanings.
        key = id(value) if callable(value) or isinstance(value, ModuleType) else id(name)
        if key in found:
            found[key].others.append(name)
        else:
            found[key] = Entry(name, value)
    return sorted(found.values(), key=lambda entry: entry.name)


def _walk(path: str, module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name in getattr(module, "__all__", None) or dir(module):
        if name.startswith("_"):
            continue
        try:
            value = getattr(module, name)
        except (AttributeError, ImportError):
            continue  # a name that only says what to use instead
        if isinstance(value, ModuleType):
            own = value.__name__.startswith("gradtape.") and value.__name__.count(".") <= 3
            if own and (path == "tf" or value.__name__.startswith(f"{module.__name__}.")):
                yield f"{path}.{name}", value
                yield from _walk(f"{path}.{name}", value)
        # A namespace without a list has what it imports in sight too.
        elif hasattr(module, "__all__") or getattr(value, "__module__", "").startswith("gradtape"):
            yield f"{path}.{name}", value
