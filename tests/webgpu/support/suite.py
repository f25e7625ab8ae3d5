"""The whole op suite as data: every expression and kernel, the arrays it is given, what it gives.

The entries are gathered once, natively, and run on every stack as they are, also in a tab: the
arrays are the very same, so what differs in the answers differs because of the stack alone.
"""

from __future__ import annotations

import pickle
from typing import Any, NamedTuple

import numpy as np

from gradtape.random.philox import Stream
from gradtape_webgpu.kernels import random
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.kernels.registry import LOWERINGS, Unsupported, load_all
from gradtape_webgpu.lowering.view_ops import VIEW_OPS
from gradtape_webgpu.wgsl.elementwise import EXPRESSIONS, GUARDED
from tests.webgpu.support.evaluation import evaluate
from tests.webgpu.support.launching import lowered, run_lowered, target_of

Array = np.ndarray[Any, Any]

#: the op's kernel, its expression for a dtype, its expression behind a guard, a drawing of numbers
KERNEL, EXPRESSION, GUARD, DRAWING = "kernel", "expression", "guard", "drawing"


class Entry(NamedTuple):
    """An op on arrays; `form` is the dtype of an expression, "" for a kernel."""

    kind: str
    op: str
    form: str
    inputs: tuple[Array, ...]
    params: dict[str, Any]

    def on(self, driver: Any) -> tuple[Array, ...]:
        """What a driver gives. Raises: Unsupported where the kernel refuses."""
        if self.kind == KERNEL:
            made = lowered(self.op, self.inputs, self.params, target_of(driver))
            return run_lowered(driver, made, self.inputs)
        if self.kind == DRAWING:
            return run_lowered(driver, random.lowered(self.op, **self.params), ())
        if self.kind == GUARD:
            return (evaluate(driver, GUARDED[self.op][self.form].expression, list(self.inputs)),)
        expression = EXPRESSIONS[self.op][self.form]
        return (evaluate(driver, expression, list(self.inputs), **self.params),)


def answers(entries: list[Entry], driver: Any) -> list[tuple[Array, ...] | str]:
    """What a driver gives for each; a kernel's refusal, or an error, as text."""
    load_all()
    found: list[tuple[Array, ...] | str] = []
    for entry in entries:
        try:
            found.append(entry.on(driver))
        except Unsupported as reason:
            found.append(f"refused: {reason}")
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    return found


def on_wasm(entries: list[Entry]) -> list[tuple[Array, ...] | None]:
    """What the kernels of a tab's CPU give for each; None where they are not asked."""
    # there in a tab alone
    from gradtape.primitives.registry import REGISTRY
    from gradtape.primitives.registry import load_all as load_ops
    from gradtape.wasm.kernels import FORMULAS

    load_ops()
    found: list[tuple[Array, ...] | None] = []
    for entry in entries:
        formula = FORMULAS.get(entry.op) if entry.kind == EXPRESSION else None
        if formula is None or entry.form != "f32" or entry.params:
            found.append(None)
            continue
        kernel, inputs = REGISTRY[entry.op].kernel, entry.inputs
        with np.errstate(all="ignore"):
            if formula.bound is None:
                found.append((kernel(*inputs),))
            else:  # larger ones are NumPy's
                near = np.abs(inputs[0]) <= formula.bound
                y = kernel(inputs[0])
                y[near] = kernel(inputs[0][near])
                found.append((y,))
    return found


def expressions() -> list[Entry]:
    """Every element-wise expression on the arrays of its test."""
    from tests.webgpu.support.float_samples import bools, integers, numbers, pairs
    from tests.webgpu.wgsl import test_elementwise as tested

    kinds: dict[str, Any] = {"i32": np.int32, "u32": np.uint32}
    whole = {"f32": pairs(), "bool": bools()} | {k: integers(v) for k, v in kinds.items()}
    one = {kind: arrays[0] for kind, arrays in whole.items()} | {"f32": numbers()}
    found = []
    for op in tested.FLOATS:
        count = tested.operands(EXPRESSIONS[op]["f32"])
        inputs = (numbers(),) if count == 1 else tuple(pairs())
        params = {"alpha": 0.2} if op.startswith("LeakyRelu") else {}
        found.append(Entry(EXPRESSION, op, "f32", inputs, params))
    for op, form in tested.OTHERS:
        count = tested.operands(EXPRESSIONS[op][form])
        found.append(Entry(EXPRESSION, op, form, tuple(whole[form][:count]), {}))
    for op in ("Cast", "Bitcast"):
        for form in EXPRESSIONS[op]:
            found.append(Entry(EXPRESSION, op, form, (one[form.partition("->")[0]],), {}))
    for form in EXPRESSIONS["SelectV2"]:
        a, b = whole[form]
        found.append(Entry(EXPRESSION, "SelectV2", form, (np.arange(a.size) % 3 == 0, a, b), {}))
    for op, forms in GUARDED.items():
        for form, guarded in forms.items():
            a, b = whole[form]
            kept = np.array([guarded.is_harmless(n) for n in b])
            found.append(Entry(GUARD, op, form, (a[kept], b[kept]), {}))
    return found


def drawings() -> list[Entry]:
    """Every way to draw random numbers."""
    stream = Stream(0x0123456789ABCDEF, (1 << 128) - 3)
    found = []
    for kind, (stored, *_) in random.KINDS.items():
        spec = Spec((7, 143), np.dtype(np.float32 if stored == "f32" else np.int32))
        values = random.parameters(stream, *((-7, 5) if kind == "integers" else ()))
        found.append(Entry(DRAWING, kind, "", (), {"y": spec, "values": values}))
    return found


def kernels() -> list[Entry]:
    """Every call of every kernel and view that the registry's cases make."""
    from tests.webgpu.support.samples import calls

    load_all()
    found = calls(VIEW_OPS.union(LOWERINGS))
    return [
        Entry(KERNEL, call.op, "", call.inputs, call.params)
        for op in sorted(found)
        for call in found[op]
    ]


def packed(value: Any) -> bytes:
    """For the way into a tab and back."""
    return pickle.dumps([tuple(item) if isinstance(item, Entry) else item for item in value])


def unpacked_entries(data: bytes) -> list[Entry]:
    return [Entry(*item) for item in pickle.loads(data)]
