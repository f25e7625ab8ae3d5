"""What a tab has beside Python: its memory, its table of functions, and a compiler for modules.

Pyodide keeps the heap, in which NumPy's arrays lie, to itself; but the memory passes by whenever it
grows. A module that is instantiated on it works on the arrays where they are. Its functions become
functions of Python: what CPython calls is a number in the table of functions.

Everything here is private to Pyodide, CPython and NumPy. Whatever is not as expected raises
`Unavailable`, and NumPy computes as ever.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from gradtape.wasm.arrays import CONSTANTS, IMPORTS
from gradtape.wasm.assembler import Function, module

#: its place in NumPy's table of C functions
_NEW_FROM_DESCR = 94
_FASTCALL = 0x80


class Unavailable(RuntimeError):
    """Why there are no kernels here."""


class Host:
    """The surroundings of kernels in this tab.

    Raises: Unavailable, with the reason.
    """

    def __init__(self) -> None:
        _check_layouts()
        try:
            import js
            import pyodide_js
            from pyodide.ffi import create_proxy, to_js

            self._js, self._to_js = js, to_js
            self._module = pyodide_js._module
            self._memory = _memory(js, self._module, create_proxy)
            self._table = self._module.wasmTable
            umath = import_module("numpy._core._multiarray_umath")
            self._arrays = self._functions_of(umath._ARRAY_API)
        except (ImportError, AttributeError) as error:
            raise Unavailable(f"this tab's Python is built otherwise: {error}") from None
        #: room for what kernels put aside: 64 bytes of numbers first
        self.room = np.zeros(1 << 18, np.float32)
        self._kept: list[Any] = []

    def _functions_of(self, capsule: Any) -> int:
        return int(self._module._PyCapsule_GetPointer(id(capsule), 0))

    def _c_function(self, functions: int, k: int) -> Any:
        return self._table.get(self._module.HEAP32[functions // 4 + k])

    def instantiate(self, functions: list[Function]) -> Any:
        """The exports of a module of these functions."""
        given = {
            "memory": self._memory,
            "new_array": self._c_function(self._arrays, _NEW_FROM_DESCR),
            "call_object": self._module._PyObject_Vectorcall,
            "ndarray": id(np.ndarray),
            "float32": id(np.dtype(np.float32)),
            "room": self.room.ctypes.data,
            "none": id(None),
        }
        imports = self._to_js({"env": given}, dict_converter=self._js.Object.fromEntries)
        wasm = self._js.WebAssembly
        text = module(functions, IMPORTS, CONSTANTS)
        try:
            return wasm.Instance.new(wasm.Module.new(self._to_js(text)), imports).exports
        except Exception as error:  # whatever the browser raises
            raise Unavailable(f"this browser does not run the kernels: {error}") from None

    def function(self, name: str, text: Function) -> Callable[..., None]:
        """A function of Python of one function of the assembler's, for operands that suit it."""

        def refused(*operands: Any) -> None:
            raise TypeError(f"{name} was given {len(operands)} operands")

        exports = self.instantiate([text])
        made: Callable[..., None] = self.built_in(name, getattr(exports, name), refused)
        return made

    def number(self, function: Any) -> int:
        """The number of an instance's function in the table, under which C calls it."""
        place = int(self._table.grow(1))
        self._table.set(place, function)
        return place

    def built_in(self, name: str, function: Any, otherwise: Callable[..., Any]) -> Any:
        """A function of Python from one that takes (otherwise, arguments, their count)."""
        text = ctypes.create_string_buffer(name.encode())
        definition = ctypes.create_string_buffer(16)
        words = (ctypes.addressof(text), self.number(function), _FASTCALL, 0)
        struct.pack_into("<iiii", definition, 0, *words)
        self._kept += [text, definition]
        made = self._module._PyCMethod_New(ctypes.addressof(definition), id(otherwise), 0, 0)
        call = ctypes.cast(made, ctypes.py_object).value
        self._kept.append(call)
        return call


def _check_layouts() -> None:
    """Raise Unavailable where the objects of Python and NumPy may lie otherwise in memory."""
    if sys.platform != "emscripten":
        raise Unavailable("kernels of WebAssembly are for Python in a browser tab")
    if struct.calcsize("P") != 4 or not (3, 12) <= sys.version_info[:2] <= (3, 13):
        raise Unavailable(f"the layout of objects in Python {platform.python_version()} is unknown")
    if np.lib.NumpyVersion(np.__version__) < "2.0.0":
        raise Unavailable(f"the layout of arrays in NumPy {np.__version__} is unknown")


def _memory(js: Any, module: Any, create_proxy: Any) -> Any:
    """The memory of Python: asked to grow by nothing, it passes by."""
    given = getattr(module, "wasmMemory", None)
    if given is not None:
        return given
    passing: list[Any] = []

    def seen(memory: Any, _pages: int) -> int:
        passing.append(memory)
        return 0

    kind = js.WebAssembly.Memory.prototype
    grow, watch = kind.grow, create_proxy(seen, capture_this=True)
    kind.grow = watch
    try:
        module.growMemory(module.HEAP8.byteLength)
    finally:
        kind.grow = grow
    watch.destroy()
    if not passing:
        raise Unavailable("this tab's Python does not show its memory")
    return passing[0]
