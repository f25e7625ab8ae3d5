"""Reading a value against a JSON Schema: every departure from it, with its path.

The schema is turned into a tree of `Rule`s once; a server reads every manifest with it. Only the
vocabulary below is known, and any other word in a schema is refused.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

MOST_PROBLEMS = 20  # a longer list helps nobody and makes the answer larger than the question
WORDS = {
    *("type", "description", "properties", "required", "additionalProperties", "propertyNames"),
    *("minProperties", "maxProperties", "items", "maxItems", "enum", "const", "pattern"),
    *("minLength", "maxLength", "minimum", "maximum"),
}
_TYPES: dict[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "null": type(None),
}

Path = tuple[Any, ...]  # keys and indices from the outside in


@dataclass(frozen=True)
class Problem:
    """One reason why a value is not a manifest. `kind` is "form", "sense" or "size"."""

    path: str
    message: str
    kind: str = "form"

    def __str__(self) -> str:
        return f"{self.path or 'manifest'}: {self.message}"


def written(path: Path) -> str:
    """The path as text.

    >>> written(("results", 0, "label"))
    'results[0].label'
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        plain = re.fullmatch(r"[\w.]{1,64}", step, re.ASCII)
        text += "." * bool(text) + (step if plain else json.dumps(step[:64]))
    return text


def shown(value: object) -> str:
    """The value in a message: short, and in ASCII."""
    if isinstance(value, (dict, list)):
        return f"an {'object' if isinstance(value, dict) else 'array'} of {len(value)}"
    try:
        text = json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError):
        return f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


class Rule:
    """One schema, ready to be held against values."""

    def __init__(self, schema: dict[str, Any]) -> None:
        unknown = schema.keys() - WORDS
        if unknown:
            raise ValueError(f"the schema uses {', '.join(sorted(unknown))}, which is not known")
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        self.schema = schema
        self.type_names = " or ".join(types)
        self.kinds = tuple(_TYPES[name] for name in types)
        self.has_choice = "enum" in schema or "const" in schema
        self.choices = schema.get("enum", [schema.get("const")])
        self.longest = schema.get("maxLength", math.inf)
        # JSON Schema means JavaScript's `$`, the very end; Python's also matches before a newline.
        pattern = schema.get("pattern")
        self.pattern = re.compile(re.sub(r"\$$", r"\\Z", pattern)) if pattern else None
        self.properties = {key: Rule(part) for key, part in schema.get("properties", {}).items()}
        self.items = Rule(schema["items"]) if "items" in schema else None
        extra = schema.get("additionalProperties", False)
        self.extra = Rule(extra) if extra else None
        self.names = Rule(schema["propertyNames"]) if "propertyNames" in schema else None

    def read(self, value: object, path: Path, problems: list[Problem]) -> None:
        """Add to `problems` whatever is wrong with the value at this path."""
        if not isinstance(value, self.kinds) or isinstance(value, bool):
            message = f"got {shown(value)}; must be {self.type_names}"
        elif self.has_choice and value not in self.choices:
            one_of = "one of " * ("enum" in self.schema)
            choices = map(str, self.choices) if one_of else map(shown, self.choices)
            message = f"got {shown(value)}; must be {one_of}{', '.join(choices)}"
        elif isinstance(value, str):
            message = self._string(value)
        elif isinstance(value, int):
            message = self._integer(value)
        elif isinstance(value, list):
            message = self._array(value, path, problems)
        elif isinstance(value, dict):
            message = self._object(value, path, problems)
        else:
            message = ""
        if message and len(problems) < MOST_PROBLEMS:
            problems.append(Problem(written(path), message))

    def _string(self, value: str) -> str:
        if len(value) < self.schema.get("minLength", 0):
            return "is empty; give it at least one character"
        if len(value) > self.longest:
            return f"has {len(value)} characters; at most {self.longest} are allowed"
        if self.pattern is not None and self.pattern.search(value) is None:
            return f"got {shown(value)}; must match {self.schema['pattern']}"
        if not value.isascii():
            try:
                value.encode("utf-8")
            except UnicodeEncodeError as error:
                return f"the character at position {error.start} is half of a surrogate pair"
        return ""

    def _integer(self, value: int) -> str:
        low = self.schema.get("minimum", -math.inf)
        high = self.schema.get("maximum", math.inf)
        if low <= value <= high:
            return ""
        return f"got {shown(value)}; must lie between {low} and {high}"

    def _array(self, value: list[object], path: Path, problems: list[Problem]) -> str:
        most = self.schema["maxItems"]
        if len(value) > most:
            return f"got {len(value)} entries; at most {most} are allowed"
        assert self.items is not None
        for index, item in enumerate(value):
            self.items.read(item, (*path, index), problems)
        return ""

    def _object(self, value: dict[Any, object], path: Path, problems: list[Problem]) -> str:
        for name in self.schema.get("required", ()):
            if name not in value and len(problems) < MOST_PROBLEMS:
                where = written((*path, name))
                problems.append(Problem(where, "is missing; every field must be there"))
        if len(value) < self.schema.get("minProperties", 0):
            return "is empty; give it at least one entry"
        most = self.schema.get("maxProperties")
        if most is not None and len(value) > most:
            return f"got {len(value)} entries; at most {most} are allowed"
        for name, item in value.items():
            rule = self.properties.get(name)
            if rule is not None:
                rule.read(item, (*path, name), problems)
            elif self.extra is None:
                if len(problems) < MOST_PROBLEMS:
                    message = f"is not a field; the fields are {', '.join(self.properties)}"
                    problems.append(Problem(written((*path, str(name))), message))
            else:
                before = len(problems)
                if self.names is not None:
                    self.names.read(name, (*path, str(name)), problems)
                if len(problems) == before:
                    self.extra.read(item, (*path, name), problems)
        return ""
