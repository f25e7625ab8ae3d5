"""An element-wise expression computed on a device, and its distance from a float64 reference."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY
from gradtape_webgpu.drivers.protocol import DISPATCH
from gradtape_webgpu.kernels.program import Program, program, spread
from gradtape_webgpu.wgsl.elementwise import Expression
from gradtape_webgpu.wgsl.library import text
from gradtape_webgpu.wgsl.tolerance import FLOORS, SMALLEST_NORMAL, distances


def run(driver: Any, made: Program, inputs: list[np.ndarray], size: int, *params: float) -> Any:
    """The words (uint32) that a program of one output writes, one invocation an element."""
    slots = []
    for x in inputs:
        data = np.ascontiguousarray(x)
        slots.append(driver.alloc(data.nbytes))
        driver.write(slots[-1], data.tobytes())
    slots.append(driver.alloc(4 * size))
    pipeline = driver.pipeline(made.text, made.reads, made.writes)
    commands = [DISPATCH, pipeline, len(slots), *slots, *spread(-(-size // 64)), 0]
    driver.submit(array("I", commands), made.pack(*params).ljust(256, b"\0"))
    words = np.frombuffer(driver.read(slots[-1], 4 * size), np.uint32)
    for slot in slots:
        driver.free(slot)
    return words


def stored(dtype: str) -> str:
    """How WGSL keeps a dtype in memory."""
    return "u32" if dtype == "bool" else dtype


def kernel(
    expression: Expression, dtypes: tuple[str, ...], result: str, fields: tuple[str, ...] = ()
) -> Program:
    """The program that computes an expression of arrays of these dtypes."""
    operands = [
        f"(x{k}[i] != 0u)" if dtype == "bool" else f"x{k}[i]" for k, dtype in enumerate(dtypes)
    ]
    value = expression.template.format(*operands, **{name: f"p.{name}" for name in fields})
    if result == "bool":
        value = f"select(0u, 1u, {value})"
    body = f"""
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) n: vec3<u32>) {{
  let i = id.x + id.y * n.x * 64u;
  if (i >= p.size) {{ return; }}
  y[i] = {value};
}}"""
    return program(
        key=None,
        body=body,
        reads=tuple((f"x{k}", stored(dtype)) for k, dtype in enumerate(dtypes)),
        writes=(("y", stored(result)),),
        fields=(("size", "u32"), *((name, "f32") for name in fields)),
        functions=text(expression.functions),
    )


NUMPY = {"f32": np.float32, "i32": np.int32, "u32": np.uint32, "bool": np.bool_}


def words_of(x: np.ndarray) -> np.ndarray:
    """An array as the device stores it."""
    return x.astype(np.uint32) if x.dtype == np.bool_ else x.view(np.uint32)


def evaluate(
    driver: Any, expression: Expression, inputs: list[np.ndarray], **params: float
) -> np.ndarray:
    """The expression of these arrays, computed on the device."""
    dtypes = tuple(next(k for k, v in NUMPY.items() if x.dtype == v) for x in inputs)
    result = dtypes[-1] if expression.result == "same" else expression.result
    made = kernel(expression, dtypes, result, tuple(params))
    size = inputs[0].size
    words = run(driver, made, [words_of(x) for x in inputs], size, size, *params.values())
    return words.astype(np.bool_) if result == "bool" else words.view(NUMPY[result])


def flushed(x: np.ndarray) -> np.ndarray:
    """x with its subnormal numbers turned to 0."""
    return np.where(np.abs(x) < np.float32(SMALLEST_NORMAL), np.copysign(np.float32(0), x), x)


def worst_ulp(op: str, got: np.ndarray, inputs: list[np.ndarray]) -> tuple[float, Any]:
    """The largest error of an op's results, and the operands that have it.

    Subnormal operands may count as themselves or as 0.
    """
    found = []
    for operands in (inputs, [flushed(x) for x in inputs]):
        wide = [x.astype(np.float64) for x in operands]
        with np.errstate(all="ignore"):
            floor = FLOORS[op](*wide) if op in FLOORS else 0.0
            found.append(distances(got, np.asarray(REGISTRY[op].kernel(*wide)), floor))
    distance = np.minimum(*found)
    k = int(np.argmax(distance))
    return float(distance[k]), tuple(float(x[k]) for x in inputs)
