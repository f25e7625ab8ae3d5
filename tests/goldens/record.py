"""Records what TensorFlow gives for the cases of tests/core/ops/cases, family by family.

    python tests/goldens/record.py [FAMILY …]      (in an environment with tensorflow-cpu)

Per case: the value in float32 and float64, and in float64 the gradient of Σ output·cotangent with
respect to each source. `None` and exceptions are recorded as what they are. The test-suite reads
the files and never needs TensorFlow.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from tests.core.ops.cases import Case, families

HERE = Path(__file__).resolve().parent / "registry"


def cotangent(shape: tuple[int, ...], dtype: Any, k: int) -> np.ndarray[Any, Any]:
    """The fixed cotangent of output number `k`."""
    rng = np.random.default_rng(1000 + k)
    g = rng.standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        return (g + 1j * rng.standard_normal(shape)).astype(dtype)
    return g.astype(dtype)


def narrowed(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """float64 as float32, complex128 as complex64."""
    return array.astype({"f": np.float32, "c": np.complex64}.get(array.dtype.kind, array.dtype))


def record(tf: Any, case: Case, out: dict[str, Any], notes: dict[str, Any]) -> None:
    """Write one case into `out` (arrays) and `notes` (all that is no array)."""
    note: dict[str, Any] = {"gradients": []}
    notes[case.id] = note
    draws = case.draws()
    if case.option("float32", True):
        try:
            y = case.call(tf, [tf.constant(narrowed(a)) for _, a in draws])
            for k, part in enumerate(tf.nest.flatten(y, expand_composites=True)):
                out[f"{case.id}|v32|{k}"] = np.asarray(part)
        except Exception as error:
            note["error32"] = type(error).__name__
    tensors = [tf.constant(a) for _, a in draws]
    sources = [tensors[k] for k in case.sources()]
    with tf.GradientTape() as tape:
        for source in sources:
            tape.watch(source)
        try:
            y = case.call(tf, tensors)
        except Exception as error:
            note["error"] = f"{type(error).__name__}"
            return
        flat = tf.nest.flatten(y, expand_composites=True)
        outputs = [t for t in flat if t.dtype.is_floating or t.dtype.is_complex]
        gs = [cotangent(tuple(t.shape), t.dtype.as_numpy_dtype, k) for k, t in enumerate(outputs)]
    for k, part in enumerate(flat):
        out[f"{case.id}|v|{k}"] = np.asarray(part)
    try:
        grads = (
            tape.gradient(outputs, sources, output_gradients=[tf.constant(g) for g in gs])
            if outputs
            else []
        )
    except LookupError as error:
        note["gradients"] = f"LookupError: {error.args[0]}"
        return
    except Exception as error:
        note["gradients"] = f"{type(error).__name__}"
        return
    for k, g in enumerate(grads):
        note["gradients"].append(g is not None)
        if g is not None:
            out[f"{case.id}|g|{k}"] = np.asarray(tf.convert_to_tensor(g))


def main(names: list[str]) -> None:
    """Record the named families, or all."""
    import tensorflow as tf

    for family, cases in families().items():
        if names and family not in names:
            continue
        out: dict[str, Any] = {}
        notes: dict[str, Any] = {}
        for case in cases:
            record(tf, case, out, notes)
        out["notes"] = np.array(json.dumps(notes, sort_keys=True))
        HERE.mkdir(exist_ok=True)
        np.savez_compressed(HERE / f"{family}.npz", **out)
        failed = [i for i, n in notes.items() if "error" in n]
        print(f"{family}: {len(cases)} cases, {len(out) - 1} arrays; TensorFlow refused: {failed}")


if __name__ == "__main__":
    main(sys.argv[1:])
