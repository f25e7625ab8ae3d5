"""Where values would stand in sorted rows: binary search, a thread per value."""

from __future__ import annotations

from functools import cache
from typing import Any

from gradtape_webgpu.kernels.argmax import result_dtype
from gradtape_webgpu.kernels.order import kind_of, upward
from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering


@cache
def _bound(kind: str, upper: bool) -> Program:
    body = f"""
    let row = (i / p.sought) * p.n;
    let own = order(values[i]);
    var low = 0u;
    var high = p.n;
    while (low < high) {{
        let middle = (low + high) / 2u;
        if (order(rows[row + middle]) {"<=" if upper else "<"} own) {{
            low = middle + 1u;
        }} else {{
            high = middle;
        }}
    }}
    y[i] = low;"""
    reads = (("rows", "u32"), ("values", "u32"))
    fields = ("n", "sought")
    key = ("bound", kind, upper)
    return per_element(key, body, reads, (("y", "u32"),), fields, upward(kind))


def _search(inputs: tuple[Spec, ...], dtype: Any, upper: bool) -> Lowered:
    rows, values = inputs
    if rows.size // rows.shape[-1] != values.size // values.shape[-1]:
        raise Unsupported(f"rows {list(rows.shape)} for values {list(values.shape)}")
    y = Spec(values.shape, result_dtype(dtype))
    program = _bound(kind_of(rows.dtype), upper)
    launch = over_elements(program, y.size, (0, 1, 2), rows.shape[-1], values.shape[-1])
    return Lowered((y,), (launch,))


@lowering("LowerBound")
def lower_bound(inputs: tuple[Spec, ...], *, dtype: Any) -> Lowered:
    """The first index where the row is not smaller."""
    return _search(inputs, dtype, upper=False)


@lowering("UpperBound")
def upper_bound(inputs: tuple[Spec, ...], *, dtype: Any) -> Lowered:
    """The first index where the row is larger."""
    return _search(inputs, dtype, upper=True)
