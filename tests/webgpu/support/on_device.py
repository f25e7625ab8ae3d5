"""A case of the op registry on a device of `tf.device`: what it gives, and whether that is right.

The same code runs natively and in a tab, where no test framework is at hand.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy as np

import gradtape as tf
from gradtape_webgpu.dispatch import handler
from tests.core.ops.cases import Case, families
from tests.core.ops.support import running
from tests.core.ops.support.goldens import golden

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
            check(case, given, answered)
            found[name] = answered
        except Exception:
            found[name] = traceback.format_exc()
    return found


def check(case: Case, inputs: list[Array], found: Answer) -> None:
    """AssertionError where an answer is not of the CPU's kind, or not near the exact numbers.

    The exact ones are the CPU's in double precision: its own in single are rounded as well, and
    on each processor otherwise.
    """
    wanted = answer(case, inputs, "/CPU:0")
    tolerance = 4 * max(case.option("tol32", 3e-6), 3e-6)
    change = np.abs if case.option("up_to_sign", None) else np.asarray
    exact = running.exact(case, inputs, wanted.values, running.values)
    for k, numbers in enumerate(zip(found.values, wanted.values, exact, strict=True)):
        _same(*map(change, numbers), tolerance, f"output {k}")
    assert found.refused == wanted.refused
    assert (found.gradients is None) == (wanted.gradients is None)
    if wanted.gradients is not None and found.gradients is not None:
        exact = running.exact(case, inputs, wanted.gradients, running.gradients)
        for k, slopes in enumerate(zip(found.gradients, wanted.gradients, exact, strict=True)):
            _same(*slopes, 4 * tolerance, f"gradient {k}")


def _same(got: Any, want: Any, exact: Any, tolerance: float, what: str) -> None:
    assert (got is None) == (want is None), what
    if want is None:
        return
    assert got.shape == want.shape and got.dtype == want.dtype, what
    if want.dtype.kind not in "fc":
        assert np.array_equal(got, want), f"{what}: {got} != {want}"
        return
    scale = float(np.max(np.abs(exact), initial=1e-3, where=np.isfinite(exact)))
    np.testing.assert_allclose(got, exact, rtol=tolerance, atol=tolerance * scale, err_msg=what)
