"""A case of the op registry on a device of `tf.device`: what it gives, and whether that is right.

The same code runs natively and in a tab, where no test framework is at hand.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import gradtape as tf
from gradtape_webgpu import handler

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "registry"))

import running
from cases import Case, families
from goldens import golden

Array = np.ndarray[Any, Any]


class Answer(NamedTuple):
    """What a case gives on a device.

    `gradients` is None where the case has none to compare, or where none is registered, which
    `refused` says. `on_cpu` names the ops that the CPU did in the midst of it.
    """

    values: list[Array]
    gradients: list[Array | None] | None
    refused: str
    on_cpu: set[str]


@cache
def cases() -> dict[str, Case]:
    """Name → case, of every case that takes float32."""
    return {
        f"{family}-{case.id}": case
        for family, found in families().items()
        for case in found
        if case.option("float32", True)
        and not {"error", "error32"} & set(golden(family, case.id).note)
    }


def inputs(case: Case) -> list[Array]:
    """The arrays of a case in float32."""
    return [running.narrowed(a) for a in running.arrays(case)]


def answer(case: Case, arrays: list[Array], device: str) -> Answer:
    """Values and gradients of a case on a device."""
    gradients, refused = None, ""
    with _on_cpu() as on_cpu, tf.device(device):
        values = running.values(case, arrays)
        if case.sources() and not case.option("up_to_sign", None):
            try:
                gradients = running.gradients(case, arrays)
            except LookupError as error:
                refused = str(error)
    return Answer(values, gradients, refused, on_cpu)


@contextmanager
def _on_cpu() -> Iterator[set[str]]:
    """The types of the ops that the device leaves to the CPU while the block runs."""
    found: set[str] = set()
    on_host = handler.on_host

    def noted(op: Any, *rest: Any) -> Any:
        found.add(op.type)
        return on_host(op, *rest)

    handler.on_host = noted
    try:
        yield found
    finally:
        handler.on_host = on_host


def report() -> dict[str, str | Answer]:
    """Name → what the case gives on the GPU, or where that is not what the CPU gives: how."""
    found: dict[str, str | Answer] = {}
    for name, case in cases().items():
        try:
            given = inputs(case)
            answered = answer(case, given, "/GPU:0")
            check(case, answered, answer(case, given, "/CPU:0"))
            found[name] = answered
        except Exception:
            found[name] = traceback.format_exc()
    return found


def check(case: Case, found: Answer, wanted: Answer) -> None:
    """AssertionError where the answers are further apart than the case's tolerance."""
    tolerance = 4 * max(case.option("tol32", 3e-6), 3e-6)
    change = np.abs if case.option("up_to_sign", None) else np.asarray
    for k, (got, want) in enumerate(zip(found.values, wanted.values, strict=True)):
        _same(change(got), change(want), tolerance, f"output {k}")
    assert found.refused == wanted.refused
    assert (found.gradients is None) == (wanted.gradients is None)
    for k, (got, want) in enumerate(
        zip(found.gradients or (), wanted.gradients or (), strict=True)
    ):
        _same(got, want, 4 * tolerance, f"gradient {k}")


def _same(got: Any, want: Any, tolerance: float, what: str) -> None:
    assert (got is None) == (want is None), what
    if want is None:
        return
    assert got.shape == want.shape and got.dtype == want.dtype, what
    if want.dtype.kind not in "fc":
        assert np.array_equal(got, want), f"{what}: {got} != {want}"
        return
    scale = float(np.max(np.abs(want), initial=1e-3, where=np.isfinite(want)))
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * scale, err_msg=what)
