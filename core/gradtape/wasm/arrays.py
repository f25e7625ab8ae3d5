"""NumPy's arrays as kernels see them: where in memory a field lies, and how a new one is made.

The offsets are those of NumPy 2 and CPython 3.12 and 3.13 where a pointer has 32 bits.
"""

from __future__ import annotations

from typing import Any

from gradtape.wasm.assembler import Function, Import, Local, imported
from gradtape.wasm.instructions import Code, chosen, constant

#: what every module of kernels imports, in this order
IMPORTS = (
    Import("new_array", ["i32"] * 8, ["i32"]),
    Import("call_object", ["i32"] * 4, ["i32"]),
)
CONSTANTS = ("ndarray", "float32", "room", "none")
NDARRAY, FLOAT32, ROOM, NONE = (imported(k) for k in range(4))
_NEW_ARRAY, _CALL_OBJECT = range(2)
#: functions of a module are numbered from here
FIRST = len(IMPORTS)

_REFERENCES, _TYPE, _DATA, _RANK, _SHAPE, _STRIDES, _DTYPE, _FLAGS = 0, 4, 8, 12, 16, 20, 28, 32
_C_CONTIGUOUS = 1
#: of a dtype its kind, its character and its byte order, a byte each: a dtype that was unpickled is
#: another object than NumPy's own
_LETTERS, _SINGLE_NATIVE = 12, (ord("f") << 8) + (ord("=") << 16)


def data(x: Code) -> Code:
    """The address of the first element."""
    return x.load("i32", _DATA)


def rank(x: Code) -> Code:
    """How many axes it has."""
    return x.load("i32", _RANK)


def shape(x: Code) -> Code:
    """The address of its sizes."""
    return x.load("i32", _SHAPE)


def size(x: Code, axis: int) -> Code:
    """The size of an axis."""
    return shape(x).load("i32", 4 * axis)


def stride(x: Code, axis: int) -> Code:
    """The bytes from one element to the next along an axis."""
    return x.load("i32", _STRIDES).load("i32", 4 * axis)


def contiguous(x: Code) -> Code:
    """Whether its elements lie one after the other, in the order of C."""
    return x.load("i32", _FLAGS) & _C_CONTIGUOUS


def is_float32(x: Code) -> Code:
    """Whether an object is an array of float32, and no subclass."""
    is_array = x.load("i32", _TYPE).equals(NDARRAY)
    dtype = chosen(is_array, x.load("i32", _DTYPE), FLOAT32)  # of other objects not even read
    letters = dtype.load("i32", _LETTERS) & 0x00FFFF00
    return is_array & letters.equals(_SINGLE_NATIVE)


def entry(name: str, operands: int) -> tuple[Function, list[Local]]:
    """A function of Python with this many operands; where more or fewer come, NumPy's is called."""
    f = Function(name, ["i32"] * 3, ["i32"])
    _, arguments, count = f.parameters
    with f.when(count.differs(operands)):
        otherwise(f)
    return f, [f.let(arguments.load("i32", 4 * k)) for k in range(operands)]


def otherwise(f: Function) -> None:
    """Give what the function that was given as `otherwise` makes of the arguments."""
    own, arguments, count = f.parameters
    f.give(f.call(_CALL_OBJECT, own, arguments, count, 0, kind="i32"))


def new_float32(f: Function, axes: Any, sizes: Code) -> Local:
    """A new array of float32; the function ends here where there is no memory for it."""
    f.store(FLOAT32, FLOAT32.load("i32", _REFERENCES) + 1, _REFERENCES)  # one is stolen
    made = f.call(_NEW_ARRAY, NDARRAY, FLOAT32, axes, sizes, 0, 0, 0, 0, kind="i32")
    y = f.let(made)
    with f.when(y.do("is_zero")):
        f.give(constant(0, "i32"))
    return y


def count_of(f: Function, x: Code) -> Local:
    """How many elements an array has."""
    n, axis, at = f.new("i32", 1), f.let(rank(x)), f.let(shape(x))
    with f.down(axis, 1):
        f.set(n, n * at.load("i32"))
        f.add(at, 4)
    return n
