"""`DeviceArray`: an array on the device, computed when somebody needs it.

It stands where a NumPy array would in a tensor. As long as its graph is pending it is a number of
that graph; afterwards it has a buffer. `host` holds the values where they are known on the CPU
too: uploaded arrays, and scalars, which are never worth a dispatch.

What optimizers do in place (`x -= step`, `np.add(x, y, out=x)`) makes this handle stand for a new
value; other handles on the old one do not change.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY, lookup
from gradtape_webgpu.kernels.program import Spec

#: NumPy's function of an in-place step → the op that computes it
_UFUNCS = {
    "add": "AddV2", "subtract": "Sub", "multiply": "Mul", "divide": "RealDiv",
    "true_divide": "RealDiv", "maximum": "Maximum", "minimum": "Minimum", "sqrt": "Sqrt",
    "square": "Square", "negative": "Neg", "exp": "Exp", "log": "Log", "power": "Pow",
    "abs": "Abs", "absolute": "Abs", "sign": "Sign", "reciprocal": "Reciprocal",
}  # fmt: skip


class DeviceArray:
    """An array on the device: pending in a graph, or in a buffer."""

    __slots__ = ("__weakref__", "buffer", "graph", "host", "index", "spec")
    __array_priority__ = 150
    device_name = "GPU:0"

    def __init__(self, spec: Spec, graph: Any, index: int) -> None:
        self.buffer = self.host = self.graph = None
        self.spec, self.index = spec, index
        graph.handles[index] += 1
        self.graph = graph

    @classmethod
    def holding(cls, spec: Spec, buffer: Any, host: Any = None) -> DeviceArray:
        """An array whose values are in a buffer, or on the host alone until a kernel needs them."""
        self = cls.__new__(cls)
        self.spec, self.graph, self.index = spec, None, -1
        self.buffer, self.host = buffer, host
        return self

    def __del__(self) -> None:
        try:
            graph = self.graph
        except AttributeError:  # the program was stopped before it was made
            return
        if graph is not None:
            graph.drop(self.index)

    # -- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        return self.spec.shape

    @property
    def dtype(self) -> np.dtype:
        """The NumPy dtype."""
        return self.spec.dtype

    @property
    def ndim(self) -> int:
        """The rank."""
        return len(self.spec.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.spec.size

    @property
    def nbytes(self) -> int:
        """Bytes on the device."""
        return 4 * self.spec.size

    def __len__(self) -> int:
        return self.spec.shape[0]

    # -- leaving the device

    def to_numpy(self) -> Any:
        """The values, waited for; read-only where the host knew them."""
        if self.host is None:
            from gradtape_webgpu.device.device import current

            return current().read(self)
        return self.host

    def fetch(self) -> Awaitable[Any]:
        """The values, awaited."""
        from gradtape_webgpu.device.device import current

        return current().read_async(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = np.asarray(self.to_numpy())
        return array if dtype is None else array.astype(dtype)

    def __float__(self) -> float:
        return float(self.to_numpy())

    def __int__(self) -> int:
        return int(self.to_numpy())

    def conj(self) -> DeviceArray:
        """Itself: there are no complex numbers on the device."""
        return self

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The values in another dtype."""
        return lookup("Cast")(self, dtype=np.dtype(dtype))

    # -- steps in place

    def become(self, value: Any) -> DeviceArray:
        """Stand for `value` from now on; an array of the host is sent when a kernel needs it."""
        other = self.beside(value)
        if self.graph is not None:
            self.graph.drop(self.index)
        self.spec, self.graph, self.index = other.spec, other.graph, other.index
        self.buffer, self.host = other.buffer, other.host
        if self.graph is not None:
            self.graph.handles[self.index] += 1
        return self

    def copy(self) -> DeviceArray:
        """Another handle on the same value."""
        return DeviceArray.__new__(DeviceArray)._empty().become(self)

    def beside(self, array: Any) -> DeviceArray:
        """An array of the host on this one's device; one of the device as it is."""
        from gradtape_webgpu.device.device import current

        return array if type(array) is DeviceArray else current().place(array)

    def submit(self) -> None:
        """Hand what is pending to the device."""
        from gradtape_webgpu.device.device import current

        current().flush()

    def _empty(self) -> DeviceArray:
        self.graph = self.buffer = self.host = None
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **keywords: Any) -> Any:
        type = _UFUNCS.get(ufunc.__name__)
        out = keywords.pop("out", None)
        if method != "__call__" or type is None or keywords:
            inputs = tuple(np.asarray(x) if isinstance(x, DeviceArray) else x for x in inputs)
            result = getattr(ufunc, method)(*inputs, **keywords)
        else:
            if type not in REGISTRY:
                lookup(type)
            result = REGISTRY[type].call(*inputs)
        if out is None:
            return result
        (target,) = out
        if isinstance(target, DeviceArray):
            return target.become(result)
        target[...] = np.asarray(result)
        return target

    def __iadd__(self, other: Any) -> DeviceArray:
        return self.become(self + other)

    def __isub__(self, other: Any) -> DeviceArray:
        return self.become(self - other)

    def __imul__(self, other: Any) -> DeviceArray:
        return self.become(self * other)

    def __itruediv__(self, other: Any) -> DeviceArray:
        return self.become(self / other)

    def __repr__(self) -> str:
        return f"<{self.dtype}{list(self.shape)} on {self.device_name}>"
