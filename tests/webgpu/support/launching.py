"""Runs what a kernel was lowered to on a driver, from arrays to arrays."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from gradtape_webgpu.drivers.protocol import ALIGN, DISPATCH, UNIFORM
from gradtape_webgpu.kernels import strided
from gradtape_webgpu.kernels.program import STORED, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import LOWERINGS
from gradtape_webgpu.kernels.target import Adapter, Target, adapter_of
from gradtape_webgpu.kernels.views import flat
from gradtape_webgpu.lowering.view_ops import VIEW_OPS, view_of

Array = np.ndarray[Any, Any]

#: what memory holds before a kernel writes it: a NaN, an index out of every range
DIRT = 0x7FC0_DEAD


def specs(*inputs: Array) -> tuple[Spec, ...]:
    """The specs of arrays."""
    return tuple(Spec(x.shape, x.dtype) for x in inputs)


def stored(x: Array) -> bytes:
    """An array as its bytes on a device."""
    if x.dtype not in STORED:
        raise TypeError(f"{x.dtype} has no form on the device")
    return np.ascontiguousarray(x.astype(np.uint32) if x.dtype == np.bool_ else x).tobytes()


def loaded(data: bytes, spec: Spec) -> Array:
    """An array from its bytes on a device."""
    if spec.dtype == np.bool_:
        words = np.frombuffer(data, np.uint32)
        assert set(words.tolist()) <= {0, 1}, "a truth value on the device is 0 or 1"
        return (words != 0).reshape(spec.shape)
    return np.frombuffer(data, spec.dtype).reshape(spec.shape)


#: kernels are lowered as for a real GPU, if a test has no other wish
HARDWARE = Target(Adapter(software=False, subgroups=False))


def target_of(driver: Any) -> Target:
    """What kernels for a driver are lowered for, with nothing measured."""
    return Target(adapter_of(driver.caps))


def lowered(
    op: str, inputs: tuple[Array, ...], params: dict[str, Any], target: Target = HARDWARE
) -> Lowered:
    """The op's kernel; for an op that is a view, the copy of what it sees."""
    if op not in VIEW_OPS:
        return LOWERINGS[op](specs(*inputs), target, **params)
    (x,) = specs(*inputs)
    spec, through = view_of(op, x, params)
    view = through(flat(x.shape))
    assert view is not None and view.shape == spec.shape
    return Lowered((spec,), (strided.copy(view, 0, 1),))


class Pipelines:
    """The pipelines of a driver by the keys of programs; two programs of one key are one text."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self._known: dict[Any, tuple[int, str]] = {}
        self._texts: dict[str, int] = {}

    def number(self, program: Program) -> int:
        """The number of the program's pipeline."""
        if program.key not in self._known:
            if program.text not in self._texts:
                made = self.driver.pipeline(program.text, program.reads, program.writes)
                self._texts[program.text] = made
            self._known[program.key] = self._texts[program.text], program.text
        number, text = self._known[program.key]
        assert text == program.text, f"two texts have the key {program.key}"
        return number


_PIPELINES: dict[int, Pipelines] = {}


def run_lowered(driver: Any, lowered: Lowered, inputs: tuple[Array, ...]) -> tuple[Array, ...]:
    """The outputs, from memory that was dirty before."""
    pipelines = _PIPELINES.setdefault(id(driver), Pipelines(driver))
    slots = []
    for x in inputs:
        slots.append(driver.alloc(max(4 * x.size, 4)))
        if x.size:
            driver.write(slots[-1], stored(x))
    for words in (*(spec.size for spec in lowered.outputs), *lowered.temps):
        slots.append(driver.alloc(max(4 * words, 4)))
        driver.write(slots[-1], np.full(max(words, 1), DIRT, np.uint32).tobytes())
    commands, params = array("I"), bytearray()
    for launch in lowered.launches:
        assert len(launch.params) <= UNIFORM
        commands.extend((DISPATCH, pipelines.number(launch.program), len(launch.arguments)))
        commands.extend(slots[k] for k in launch.arguments)
        commands.extend((*launch.groups, len(params) // ALIGN))
        params += launch.params.ljust(-(-len(launch.params) // ALIGN) * ALIGN, b"\0")
    driver.submit(commands, bytes(params))
    outputs = []
    for slot, spec in zip(slots[len(inputs) :], lowered.outputs, strict=False):
        data = driver.read(slot, 4 * spec.size) if spec.size else b""
        outputs.append(loaded(data, spec))
    for slot in slots:
        driver.free(slot)
    return tuple(outputs)
