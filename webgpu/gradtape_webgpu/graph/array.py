"""`DeviceArray`: an array on a device, computed when somebody needs it.

It stands where a NumPy array would in a tensor, and knows the device that it is on. As long as its
graph is pending it is a number of that graph; afterwards it has a buffer. `host` holds the values
where they are known on the CPU too: uploaded arrays, and scalars, which are never worth a dispatch.

What optimizers do in place (`x -= step`, `np.add(x, y, out=x)`) makes this handle stand for a new
value; other handles on the old one do not change.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

import numpy as np

from gradtape.primitives.registry import REGISTRY, lookup
from gradtape_webgpu.kernels.program import Spec, interned

#: NumPy's function of an in-place step → the op that computes it
_UFUNCS = {
    "add": "AddV2", "subtract": "Sub", "multiply": "Mul", "divide": "RealDiv",
    "true_divide": "RealDiv", "maximum": "Maximum", "minimum": "Minimum", "sqrt": "Sqrt",
    "square": "Square", "negative": "Neg", "exp": "Exp", "log": "Log", "power": "Pow",
    "abs": "Abs", "absolute": "Abs", "sign": "Sign", "reciprocal": "Reciprocal",
}  # fmt: skip


class Home(Protocol):
    """What an array asks of the device that it is on (`device/device.py`)."""

    #: what using the device raises, once it is lost
    lost: Exception | None

    def read(self, a: DeviceArray, /) -> Any:
        """The values, waited for."""

    def read_async(self, a: DeviceArray, /) -> Awaitable[Any]:
        """The values, awaited."""

    def asarray(self, host: Any, /) -> DeviceArray:
        """An array of the host on this device."""

    def flush(self) -> None:
        """Submit what is pending."""


class DeviceArray:
    """An array on a device: pending in a graph, or in a buffer."""

    __slots__ = ("__weakref__", "buffer", "device", "graph", "host", "index", "spec")
    __array_priority__ = 150
    device_name = "GPU:0"
    device: Home

    def __init__(self, spec: Spec, graph: Any, index: int) -> None:
        self.buffer = self.host = self.graph = None
        self.spec, self.index, self.device = spec, index, graph.device
        graph.handles[index] += 1
        self.graph = graph

    @classmethod
    def of_host(cls, device: Home, host: Any) -> DeviceArray:
        """An array whose values are on the host alone until a kernel needs them."""
        self = cls.__new__(cls)
        self.spec, self.device = interned(Spec(host.shape, host.dtype)), device
        self.graph, self.index = None, -1
        self.buffer, self.host = None, host
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
        return self.device.read(self) if self.host is None else self.host

    def fetch(self) -> Awaitable[Any]:
        """The values, awaited."""
        return self.device.read_async(self)

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
        self.buffer, self.host, self.device = other.buffer, other.host, other.device
        if self.graph is not None:
            self.graph.handles[self.index] += 1
        return self

    def copy(self) -> DeviceArray:
        """Another handle on the same value."""
        return DeviceArray.__new__(DeviceArray)._empty().become(self)

    def beside(self, array: Any) -> DeviceArray:
        """An array of the host on this one's device; one of the device as it is."""
        return array if type(array) is DeviceArray else self.device.asarray(array)

    def submit(self) -> None:
        """Hand what is pending to the device."""
        self.device.flush()

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
