"""What comes of a call in a library that has TensorFlow's interface: values, gradients, refusals.

It runs in gradtape's process and in TensorFlow's alike, and needs NumPy alone beside the library.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Outcome = dict[str, Any]


def packed(array: Any) -> dict[str, Any]:
    """An array as what JSON holds, to the bit."""
    array = np.asarray(array)
    if array.dtype.kind in "OSU":
        texts = [x if isinstance(x, bytes) else str(x).encode() for x in array.reshape(-1).tolist()]
        data: Any = [x.decode("latin-1") for x in texts]
        return {"dtype": "string", "shape": list(array.shape), "data": data}
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "data": np.ascontiguousarray(array).tobytes().hex(),
    }


def unpacked(item: dict[str, Any]) -> Any:
    """The array that was packed."""
    if item["dtype"] == "string":
        return np.array(item["data"], object).reshape(item["shape"])
    raw = bytes.fromhex(item["data"])
    return np.frombuffer(raw, item["dtype"]).reshape(item["shape"])


def refusal(error: BaseException) -> Outcome:
    """An exception as data; names without the underscore of TensorFlow's private classes."""
    return {"error": type(error).__name__.lstrip("_"), "message": str(error)[:400]}


def cotangent(y: Any) -> Any:
    """Fixed numbers of an output's shape and dtype, none of them zero; `Call.program` has them."""
    numbers = (np.arange(math.prod(y.shape)) * 7 + 3) % 10 / 2 - 2.25
    return numbers.reshape(tuple(y.shape)).astype(y.dtype.as_numpy_dtype)


def evaluated(tf: Any, call: dict[str, Any]) -> Outcome:
    """All aspects of a call: `value`, `gradient`, `zero cotangent`, `second order`."""
    names = {"tf": tf, "np": np, "inf": math.inf, "nan": math.nan}
    sources = []
    try:
        for name, text, differentiable in call["inputs"]:
            names[name] = eval(text, names)
            if differentiable:
                sources.append(names[name])
    except Exception as error:
        return {"value": {**refusal(error), "inputs": True}}
    if not sources:
        try:
            return {"value": described(tf, eval(call["expression"], names))}
        except Exception as error:
            return {"value": refusal(error)}
    return differentiated(tf, call["expression"], names, sources)


def described(tf: Any, y: Any) -> Outcome:
    """A result: how it is nested, and its parts."""
    parts = tf.nest.flatten(y, expand_composites=True)
    return {"structure": structure(tf, y), "parts": [packed(part) for part in parts]}


def structure(tf: Any, y: Any) -> str:
    """How a result is nested; a tensor, an array and a number are told apart."""
    if isinstance(y, tuple) and hasattr(y, "_fields"):
        inner = ", ".join(f"{k}={structure(tf, v)}" for k, v in zip(y._fields, y, strict=True))
        return f"({inner})"
    if isinstance(y, (list, tuple)):
        inner = ", ".join(structure(tf, v) for v in y)
        return f"[{inner}]" if isinstance(y, list) else f"({inner})"
    if isinstance(y, tf.Tensor):
        return "tensor"
    return type(y).__name__.removeprefix("Eager").removeprefix("Resource")


def differentiated(tf: Any, expression: str, names: dict[str, Any], sources: list[Any]) -> Outcome:
    """The value, and its gradients by the sources with two kinds of cotangent and of order two."""
    out: Outcome = {}
    with tf.GradientTape() as outer:
        outer.watch(sources)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(sources)
            try:
                y = eval(expression, names)
                out["value"] = described(tf, y)
                targets = differentiable_parts(tf, y)
            except Exception as error:
                out["value"] = refusal(error)
                return out
        if not targets:
            return out
        try:
            first = pulled(tf, inner, targets, sources, [cotangent(t) for t in targets])
            out["gradient"] = gradients(first)
        except Exception as error:
            out["gradient"] = refusal(error)
            return out
    try:
        zeros = [np.zeros_like(cotangent(t)) for t in targets]
        out["zero cotangent"] = gradients(pulled(tf, inner, targets, sources, zeros))
    except Exception as error:
        out["zero cotangent"] = refusal(error)
    used = [g for g in first if g is not None]
    if used:
        try:
            weights = [cotangent(g) for g in used]
            out["second order"] = gradients(pulled(tf, outer, used, sources, weights))
        except Exception as error:
            out["second order"] = refusal(error)
    return out


def differentiable_parts(tf: Any, y: Any) -> list[Any]:
    """What can be a target; truth values and integers as floats, so that their cut path shows."""
    targets = []
    for part in tf.nest.flatten(y):
        if not isinstance(part, (tf.Tensor, tf.Variable)) or part.dtype == tf.string:
            continue
        if part.dtype.is_floating or part.dtype.is_complex:
            targets.append(part)
        else:
            targets.append(tf.cast(part, tf.float32))
    return targets


def pulled(tf: Any, tape: Any, targets: Any, sources: Any, cotangents: Any) -> list[Any]:
    """The gradients, slices made dense."""
    weights = [tf.constant(g, t.dtype) for g, t in zip(cotangents, targets, strict=True)]
    found = tape.gradient(targets, sources, output_gradients=weights)
    return [None if g is None else tf.convert_to_tensor(g) for g in found]


def gradients(found: list[Any]) -> Outcome:
    """Gradients as data; None stays None."""
    return {"parts": [None if g is None else packed(g) for g in found]}
