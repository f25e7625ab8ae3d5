"""A small assembler of WebAssembly: functions written in Python, modules as bytes.

    f = Function("twice", ["i32"], ["i32"])
    f.give(f.parameters[0] * 2)
    module([f])

Source: the WebAssembly core specification, release 2.0, chapter 5 (binary format).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gradtape.wasm.instructions import STORES, TYPES, Code, constant, unsigned


class Label:
    """A place to go to: the start of a loop, or the end of a block."""

    def __init__(self, function: Function) -> None:
        self._function, self._depth = function, function.depth

    def go(self) -> None:
        """Go there."""
        self._function.text += b"\x0c" + unsigned(self._function.depth - self._depth)

    def when(self, condition: Code) -> None:
        """Go there where the condition is not 0."""
        depth = unsigned(self._function.depth - self._depth)
        self._function.text += condition.text + b"\x0d" + depth


class Function:
    """One function: its parameters, its locals and its text so far."""

    def __init__(
        self,
        name: str,
        kinds: Iterable[str] = (),
        results: Iterable[str] = (),
        *,
        exported: bool = True,
    ) -> None:
        self.name, self.results, self.exported = name, tuple(results), exported
        self.kinds = tuple(kinds)
        self.locals: list[str] = []
        self.text = bytearray()
        self.depth = 0
        self.parameters = [self._local(k, kind) for k, kind in enumerate(self.kinds)]

    @staticmethod
    def _local(index: int, kind: str) -> Local:
        return Local(b"\x20" + unsigned(index), kind, index)

    def new(self, kind: str, value: Any = None) -> Local:
        """A new local, with a value where one is given."""
        self.locals.append(kind)
        made = self._local(len(self.kinds) + len(self.locals) - 1, kind)
        if value is not None:
            self.set(made, value)
        return made

    def let(self, value: Code) -> Local:
        """A new local that holds the value."""
        return self.new(value.kind, value)

    def set(self, local: Local, value: Any) -> None:
        """Give a local a value."""
        code = value if isinstance(value, Code) else constant(value, local.kind)
        self.text += code.text + b"\x21" + unsigned(local.index)

    def add(self, local: Local, value: Any) -> None:
        """Add to a local."""
        self.set(local, local + value)

    def store(self, address: Code, value: Code, offset: int = 0, what: str | None = None) -> None:
        """Write a value to memory."""
        opcode, _ = STORES[what or value.kind]
        self.text += address.text + value.text + opcode + b"\x00" + unsigned(offset)

    def store_lane(self, address: Code, value: Code, lane: int, bits: int, offset: int = 0) -> None:
        """Write one lane of 32 or 64 bits."""
        opcode = b"\xfd\x5a" if bits == 32 else b"\xfd\x5b"
        self.text += address.text + value.text + opcode + b"\x00" + unsigned(offset)
        self.text.append(lane)

    def give(self, value: Code | None = None) -> None:
        """Return."""
        self.text += (value.text if value is not None else b"") + b"\x0f"

    def unreachable(self) -> None:
        """Say that nothing comes here, after a last `give`."""
        self.text.append(0x00)

    def call(self, number: int, *arguments: Any, kind: str | None = None) -> Code:
        """A call of the function with this number; a statement where it has no result."""
        code = Code(
            b"".join((a if isinstance(a, Code) else constant(a, "i32")).text for a in arguments)
            + b"\x10"
            + unsigned(number),
            kind or "",
        )
        if kind is None:
            self.text += code.text
        return code

    @contextmanager
    def _nested(self, opcode: bytes) -> Iterator[Label]:
        self.text += opcode + b"\x40"
        self.depth += 1
        yield Label(self)
        self.depth -= 1
        self.text.append(0x0B)

    def block(self) -> Any:
        """`with f.block() as end:` has `end.go()` and `end.when(condition)` leave it."""
        return self._nested(b"\x02")

    def loop(self) -> Any:
        """`with f.loop() as again:` has `again.go()` and `again.when(condition)` repeat it."""
        return self._nested(b"\x03")

    def when(self, condition: Code) -> Any:
        """`with f.when(condition):` is run where the condition is not 0."""
        self.text += condition.text
        return self._nested(b"\x04")

    def otherwise(self) -> None:
        """What follows in a `when` is for the other case."""
        self.text.append(0x05)

    @contextmanager
    def down(self, count: Local, step: int) -> Iterator[None]:
        """Repeat while `count` ≥ `step`, and take that off each time."""
        with self.block() as end:
            end.when(count < step)
            with self.loop() as again:
                yield
                self.add(count, -step)
                again.when(count >= step)

    def repeat(self, times: int, write: Callable[[], None]) -> None:
        """What `write` writes, this many times."""
        start = len(self.text)
        write()
        self.text += self.text[start:] * (times - 1)

    def body(self) -> bytes:
        """Locals and text, as the module's code section has them."""
        kinds = b"".join(b"\x01" + bytes((TYPES[kind],)) for kind in self.locals)
        text = unsigned(len(self.locals)) + kinds + bytes(self.text) + b"\x0b"
        return unsigned(len(text)) + text


class Local(Code):
    """A parameter or a local variable: code that reads it."""

    __slots__ = ("index",)

    def __init__(self, text: bytes, kind: str, index: int) -> None:
        super().__init__(text, kind)
        self.index = index


class Import:
    """A function of the surroundings, `env.<name>`."""

    def __init__(self, name: str, kinds: Iterable[str], results: Iterable[str] = ()) -> None:
        self.name, self.kinds, self.results = name, tuple(kinds), tuple(results)


def _vector(items: Sequence[bytes]) -> bytes:
    return unsigned(len(items)) + b"".join(items)


def _section(number: int, items: Sequence[bytes]) -> bytes:
    content = _vector(items)
    return bytes((number,)) + unsigned(len(content)) + content


def _name(text: str) -> bytes:
    return unsigned(len(text)) + text.encode()


def module(
    functions: Sequence[Function], imports: Sequence[Import] = (), constants: Sequence[str] = ()
) -> bytes:
    """A module on the memory `env.memory`.

    The imports are numbered first, in their order, then the functions. `constants` are imported
    i32 globals, which `Code` reads by `imported(k)`.
    """
    types: list[bytes] = []

    def type_of(kinds: Sequence[str], results: Sequence[str]) -> bytes:
        sides = (_vector([bytes((TYPES[k],)) for k in side]) for side in (kinds, results))
        text = b"\x60" + b"".join(sides)
        if text not in types:
            types.append(text)
        return unsigned(types.index(text))

    brought = [_name("env") + _name("memory") + b"\x02\x00\x01"]
    for i in imports:
        brought.append(_name("env") + _name(i.name) + b"\x00" + type_of(i.kinds, i.results))
    brought += [_name("env") + _name(name) + b"\x03\x7f\x00" for name in constants]
    declared = [type_of(f.kinds, f.results) for f in functions]
    exports = [
        _name(f.name) + b"\x00" + unsigned(k)
        for k, f in enumerate(functions, len(imports))
        if f.exported
    ]
    return (
        b"\0asm\x01\0\0\0"
        + _section(1, types)
        + _section(2, brought)
        + _section(3, declared)
        + _section(7, exports)
        + _section(10, [f.body() for f in functions])
    )


def imported(number: int) -> Code:
    """The value of an imported constant."""
    return Code(b"\x23" + unsigned(number), "i32")
