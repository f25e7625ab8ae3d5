"""Canonical JSON: one value, one sequence of bytes, in Python and in JavaScript alike.

The form is RFC 8785 restricted to what a manifest may hold: objects, arrays, strings, integers
that a JavaScript number keeps exactly, true, false and null. Floating-point numbers are refused,
because the two languages print them by different rules; numbers that matter travel as bytes.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

LARGEST_INTEGER = 2**53 - 1  # the largest integer n for which n and n + 1 differ in a double
DEEPEST_NESTING = 32  # a manifest needs 5; the bound keeps every parser far from its stack's end


class MalformedJSON(ValueError):
    """The bytes or the value cannot stand in canonical JSON; the message says what and where."""


def _key(name: str) -> bytes:
    # RFC 8785 orders names by UTF-16 code units, which is how JavaScript compares strings.
    return name.encode("utf-16-be")


def _check(value: object, path: str, depth: int) -> object:
    if depth > DEEPEST_NESTING:
        raise MalformedJSON(f"{path}: nested deeper than {DEEPEST_NESTING} levels; flatten it")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise MalformedJSON(
                f"{path}: got an integer of {value.bit_length()} bits; "
                "allowed are integers of up to 53 bits; write it as a string"
            )
        return value
    if isinstance(value, str):
        if value.isascii():
            return value
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise MalformedJSON(
                f"{path}: the character at position {error.start} is half of a surrogate pair, "
                "which UTF-8 cannot hold; remove it"
            ) from None
        return value
    if isinstance(value, (list, tuple)):
        return [_check(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
    if isinstance(value, dict):
        for name in value:
            if not isinstance(name, str):
                raise MalformedJSON(f"{path}: the key {name!r} is not a string; use strings")
            _check(name, f"{path} (a key)", depth)
        plain = all(map(str.isascii, value))  # then both orders are the same
        ordered = sorted(value) if plain else sorted(value, key=_key)
        return {name: _check(value[name], _join(path, name), depth + 1) for name in ordered}
    kind = "a floating-point number" if isinstance(value, float) else f"a {type(value).__name__}"
    raise MalformedJSON(
        f"{path}: got {kind}; allowed are objects, arrays, strings, integers, true, false and "
        "null; store numbers with a fraction as bytes or as a string"
    )


def _join(path: str, name: str) -> str:
    shown = name if name.isidentifier() and len(name) <= 64 else json.dumps(name[:64])
    return f"{path}.{shown}" if path else shown


def canonical(value: object) -> bytes:
    """The canonical bytes of a JSON value.

    Keys are sorted by UTF-16 code units, nothing is padded with spaces, only the characters that
    JSON requires to be escaped are escaped, and the text is UTF-8.

    Raises MalformedJSON for a floating-point number, an integer of more than 53 bits, half of a
    surrogate pair, a key that is not a string and nesting deeper than 32 levels.

    >>> canonical({"b": 1, "a": ["x", None]})
    b'{"a":["x",null],"b":1}'
    """
    ordered = _check(value, "", 0)
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _refuse_constant(text: str) -> NoReturn:
    raise MalformedJSON(f"got {text}, which is not JSON; allowed numbers are integers")


def _parse_float(text: str) -> int:
    # To JavaScript, and to JSON Schema, 7.0 and 70e-1 are the integer 7; so they are here.
    number = float(text)
    if not number.is_integer() or abs(number) > LARGEST_INTEGER:
        raise MalformedJSON(f"got the number {text[:40]}; allowed are integers of up to 53 bits")
    return int(number)


def _parse_integer(text: str) -> int:
    if len(text) > 17:  # also keeps int() away from its own limit on digits
        raise MalformedJSON(f"got an integer of {len(text)} characters; allowed are up to 53 bits")
    return int(text)


def _unique_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for name, value in pairs:
        if name in result:
            raise MalformedJSON(f"the key {json.dumps(name[:64])} stands twice in one object")
        result[name] = value
    return result


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique_pairs,
    parse_float=_parse_float,
    parse_int=_parse_integer,
    parse_constant=_refuse_constant,
)


def parse(data: bytes) -> Any:
    """The JSON value in these UTF-8 bytes, read strictly.

    Raises MalformedJSON for anything that two parsers could read differently: a key that stands
    twice, a number that is not an integer of up to 53 bits, NaN, a byte order mark, invalid UTF-8.

    >>> parse(b'{"seed": 7}')
    {'seed': 7}
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJSON(f"byte {error.start} is not UTF-8; send UTF-8") from None
    try:
        return _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedJSON(
            f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise MalformedJSON(f"nested deeper than {DEEPEST_NESTING} levels; flatten it") from None
