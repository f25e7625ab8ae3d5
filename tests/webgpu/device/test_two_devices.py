"""Two devices in one process: each has its own tuning, its own work and its own end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.tensors.tensor import wrap
from gradtape_webgpu.device.device import Device
from gradtape_webgpu.drivers.native import NativeDriver, choose
from gradtape_webgpu.drivers.protocol import DeviceLostError
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.kernels.target import Adapter, Target
from tests.support.exact import assert_product
from tests.webgpu.support import stacks
from tests.webgpu.support.owned import destroy

RNG = np.random.default_rng(7)
LOGITS = RNG.standard_normal((64, 1000)).astype(np.float32)
A, B = (RNG.standard_normal(shape).astype(np.float32) for shape in ((80, 50), (50, 90)))


@pytest.fixture
def software() -> Device:
    """SwiftShader, as the program on the CPU that it is."""
    return Device(stacks.driver_of("swiftshader"))


@pytest.fixture
def hardware() -> Device:
    """Lavapipe, taken for a real GPU."""
    device = Device(stacks.driver_of("lavapipe"))
    device.target = Target(Adapter(software=False, subgroups=False))
    return device


def on(device: Device, x: np.ndarray) -> tf.Tensor:
    return wrap(device.asarray(x))


def home(x: tf.Tensor) -> Any:
    """The device of a tensor's array."""
    return x._value.device


def text(device: Device) -> str:
    """The kernels of the last flush."""
    assert device.last is not None
    return device.last.explained()


def test_kernels_are_those_for_the_device_of_their_operands(
    software: Device, hardware: Device
) -> None:
    for device in (software, hardware, software):  # whichever was started or used last
        y = tf.nn.softmax(on(device, LOGITS))
        assert home(y) is device
        exact = np.exp(LOGITS.astype(np.float64))
        exact /= exact.sum(axis=-1, keepdims=True)
        np.testing.assert_allclose(y.numpy(), exact, rtol=2e-6)
        threads = 8 if device is software else 256
        assert f"const THREADS = {threads}u;" in text(device)


def test_products_take_the_tile_of_their_device(software: Device, hardware: Device) -> None:
    products = [on(device, A) @ on(device, B) for device in (software, hardware)]
    for device, y in zip((software, hardware), products, strict=True):
        assert_product(y.numpy(), A, B)
        shared = "var<workgroup>" in text(device)  # tiles of a real GPU are staged
        assert shared == (device is hardware)


def test_work_is_pending_on_each_by_itself(software: Device, hardware: Device) -> None:
    x, y = on(software, LOGITS) * 2.0, on(hardware, LOGITS) * 3.0
    before = hardware.flushes
    assert np.array_equal(x.numpy(), LOGITS * 2)
    assert hardware.flushes == before and len(hardware.graph.rules) == 1
    assert np.array_equal(y.numpy(), LOGITS * 3)


def test_an_operand_of_another_device_is_brought_to_the_first(
    software: Device, hardware: Device
) -> None:
    x = on(software, LOGITS) * 2.0
    for k in range(3):  # after the first time there is a rule for operands like these
        y = on(hardware, LOGITS) + float(k)
        z = x + y
        assert home(z) is software and home(y) is hardware
        assert np.array_equal(z.numpy(), LOGITS * 2 + (LOGITS + np.float32(k)))
    assert home(y - x) is hardware
    assert np.array_equal((y - x).numpy(), (LOGITS + 2) - LOGITS * 2)


def test_the_loss_of_one_leaves_the_other_and_its_variables(hardware: Device) -> None:
    told: list[Exception] = []
    doomed = Device(NativeDriver(choose("SwiftShader")), told.append)
    kept, lost = (tf.Variable(np.ones(4, np.float32)) for _ in range(2))
    for variable, device in ((kept, doomed), (kept, hardware), (lost, doomed)):
        variable._tensor = on(device, np.arange(4, dtype=np.float32))
        device.copies.stored(variable, variable._tensor._value)
    destroy(doomed)
    with pytest.raises(DeviceLostError, match="1 variable has its last value"):
        (on(doomed, LOGITS) * 2.0).numpy()
    assert len(told) == 1 and hardware.lost is None
    assert isinstance(kept._tensor._value, DeviceArray) and home(kept._tensor) is hardware
    assert isinstance(lost._tensor._value, np.ndarray)
    assert lost.numpy().tolist() == [0.0, 1.0, 2.0, 3.0]
    assert np.array_equal((kept * 2.0).numpy(), [0.0, 2.0, 4.0, 6.0])
