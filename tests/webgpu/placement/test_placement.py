"""Where ops run when the program does not say, and when it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.dispatch.placement import FUNCTIONS, LEAST_WORK
from gradtape.primitives import registry
from gradtape.runtime import devices
from gradtape_webgpu.device import in_use
from gradtape_webgpu.device.device import Device
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.placement import backend, cost
from gradtape_webgpu.tuning import measurements
from gradtape_webgpu.wgsl.tolerance import ULP, distance
from tests.support.exact import assert_near, assert_product, widened
from tests.webgpu.support import stacks

CPU, GPU = (
    "/job:localhost/replica:0/task:0/device:CPU:0",
    "/job:localhost/replica:0/task:0/device:GPU:0",
)


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Device]:
    """SwiftShader as the GPU, with nothing remembered."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(measurements, "_here", {})
    monkeypatch.setattr(devices.gpu_state, "backend", backend)
    monkeypatch.setattr(devices.gpu_state, "hidden", False)
    yield in_use.start(stacks.driver_of("swiftshader"))


def square(n: int) -> Any:
    return tf.constant(np.linspace(-1, 1, n * n, dtype=np.float32).reshape(n, n))


def test_a_heavy_op_goes_where_the_model_says_it_is_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a = square(256)
    monkeypatch.setattr(cost, "model", lambda: cost.Model(1e-9, 1e-12, 0.0, 1e-6))
    there = a @ a
    assert there.device == GPU
    monkeypatch.setattr(cost, "model", lambda: cost.Model(1e-12, 1e-9, 0.0, 1e-6))
    here = a @ a
    assert here.device == CPU
    for product in (there, here):
        assert_product(product, a, a)


def line() -> Any:
    return tf.constant(np.linspace(-3, 3, 1 << 18, dtype=np.float32))


def test_a_function_of_a_long_array_goes_where_it_is_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cost, "model", lambda: cost.Model(1e-9, 1e-9, 0.0, 1e-6))
    quicker = {"Tanh": (1e-8, 1e-9), "Exp": (1e-9, 1e-8)}
    monkeypatch.setattr(cost, "function", lambda op: quicker[op.type])
    x = tf.Variable(line())
    with tf.GradientTape() as tape:
        there = tf.tanh(x)
        here = tf.exp(x)
    assert (there.device, here.device) == (GPU, CPU)
    assert (tf.abs(line()).device, tf.tanh(x[:9]).device) == (CPU, CPU)
    exact = np.tanh(widened(x))
    assert distance(np.asarray(there), exact) <= ULP["Tanh"]
    # 1 − y²: twice the error of y, the square's rounding and the difference's
    units = 2 * (2 * ULP["Tanh"]) + 2
    assert_near(tape.gradient(there, x), 1 - exact**2, units, size=1.0)
    assert tf.tanh(tf.cast(line(), tf.float64)).device == CPU


def test_an_array_goes_when_what_was_forgone_has_paid_for_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cost, "spared", lambda op, values, params: 1.0)
    x = line()
    way = cost.Model(1.0, 0.0, 2.5 / (4 * x.shape[0]), 0.0)  # as long as 2.5 of these ops
    monkeypatch.setattr(cost, "model", lambda: way)
    assert [tf.tanh(x).device for _ in range(4)] == [CPU, CPU, GPU, GPU]
    assert tf.tanh(line()).device == CPU
    a, b = square(256), square(256)
    twice = cost.Model(1.0, 0.0, 2.5 / (8 * a.shape[0] ** 2), 0.0)
    monkeypatch.setattr(cost, "model", lambda: twice)
    assert [(a @ b).device for _ in range(3)] == [CPU, CPU, GPU]


def test_the_figures_of_a_function_are_measured_once(
    gpu: Device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gpu.driver, "caps", gpu.driver.caps._replace(software=False))
    op = registry.REGISTRY["Tanh"]
    first = cost.function(op)
    assert min(first) >= 0 and first[0] > 0
    monkeypatch.setattr(cost, "_function", lambda op: (1.0, 2.0))
    assert cost.function(op) == first
    measurements._here.clear()  # another process
    assert cost.function(op) == first
    assert cost.function(registry.REGISTRY["Exp"]) == (1.0, 2.0)
    file = tmp_path / "gradtape" / "functions.json"
    for damaged in ("{", "[]", file.read_text().replace("[", '["').replace("]", '"]')):
        file.write_text(damaged)
        measurements._here.clear()
        assert cost.function(op) == (1.0, 2.0)


def test_every_function_has_a_kernel_and_takes_the_sample() -> None:
    """What is timed must run on the device, and must be numbers."""
    registry.load_all()
    sample = np.linspace(0.1, 0.9, 64, dtype=np.float32)
    for type in FUNCTIONS:
        there = registry.lookup(type)(in_use.current().asarray(sample))
        assert np.isfinite(np.asarray(there)).all(), type
        assert isinstance(there, DeviceArray), type


def test_views_of_what_was_sent_are_not_sent(gpu: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.arange(24, dtype=np.float32).reshape(2, 3, 4).copy()
    np.asarray(gpu.asarray(whole) + 1.0)
    add = registry.lookup("AddV2")
    for view in (whole.transpose(2, 0, 1), whole.reshape(8, 3), whole.swapaxes(0, 1)):
        there = gpu.asarray(view.copy()) * 1.0
        np.asarray(there)
        with monkeypatch.context() as sending:
            sending.setattr(gpu.pool, "upload", lambda *_: pytest.fail("sent again"))
            got = add(view, there)
        np.testing.assert_array_equal(np.asarray(got), view + view)
    for view in (whole[::-1], whole[:, :2], whole.reshape(4, 6)[:, ::2], whole[..., :1]):
        there = gpu.asarray(np.ones(view.shape, np.float32))
        np.testing.assert_array_equal(np.asarray(add(view, there)), view + 1)


def test_what_is_not_worth_the_way_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "model", lambda: pytest.fail("asked for a small product"))
    assert LEAST_WORK > 64**3
    assert (square(64) @ square(64)).device == CPU


def test_a_software_adapter_is_never_chosen_by_itself() -> None:
    assert cost.model() is cost.NEVER
    assert (square(256) @ square(256)).device == CPU


def test_a_block_decides_over_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "model", lambda: cost.Model(1e-9, 1e-12, 0.0, 1e-6))
    with tf.device("/CPU:0"):
        assert (square(256) @ square(256)).device == CPU
    with tf.device("/device:GPU:0"):
        assert tf.exp(tf.constant([[1.0, 2.0]])).device == GPU
        with tf.device("/CPU:0"):
            assert tf.exp(tf.constant([[1.0, 2.0]])).device == CPU
        assert tf.Variable([1.0, 2.0]).device == GPU


def test_in_a_block_of_the_cpu_only_what_lies_on_the_gpu_looks_where_it_runs() -> None:
    with tf.device("/GPU:0"):
        x, v = tf.constant([[1.0, 2.0]]), tf.Variable([[3.0], [4.0]])
        assert devices.SCOPED == 1
    with tf.device("/CPU:0"):
        assert devices.SCOPED == 0  # the straight paths of dispatch
        for there in (x * 2.0, tf.exp(x), x @ v, v + 1.0, tf.constant([1.0]) * v):
            assert there.device == CPU
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x @ v)
        gradient = tape.gradient(y, v)
        assert gradient.device == CPU
        np.testing.assert_array_equal(gradient, [[1.0], [2.0]])
    assert (x * 2.0).device == GPU


def test_a_hidden_gpu_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "model", lambda: cost.Model(1e-9, 1e-12, 0.0, 1e-6))
    tf.config.set_visible_devices([], "GPU")
    assert tf.config.get_visible_devices("GPU") == []
    assert len(tf.config.list_physical_devices("GPU")) == 1
    assert (square(256) @ square(256)).device == CPU
    with pytest.raises(ValueError, match="set_visible_devices hides it"), tf.device("/GPU:0"):
        pass
    tf.config.set_visible_devices(tf.config.list_physical_devices())
    assert tf.config.get_visible_devices("GPU") == tf.config.list_physical_devices("GPU")


def test_dtypes_that_the_device_lacks_stay_on_the_cpu() -> None:
    with tf.device("/GPU:0"):
        for value in (np.arange(3.0), np.arange(3), np.array(["a", "b"]), np.array([1j, 2j])):
            assert tf.constant(value).device == CPU
        double = tf.constant([1.0, 2.0], tf.float64)
        assert tf.exp(double).dtype == tf.float64
        assert tf.cast(tf.constant([1.0, 2.0]), tf.float64).device == CPU
        mixed = tf.constant([1.0, 2.0]) + tf.cast(tf.exp(double), tf.float32)
        assert mixed.device == GPU


def test_placement_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    tf.debugging.set_log_device_placement(True)
    try:
        tf.exp(tf.constant([1.0, 2.0]))
        with tf.device("/GPU:0"):
            tf.exp(tf.constant([1.0, 2.0]))
    finally:
        tf.debugging.set_log_device_placement(False)
    tf.exp(tf.constant([1.0, 2.0]))
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [f"Executing op Exp in device {CPU}", f"Executing op Exp in device {GPU}"]


def test_figures_are_measured_once_and_remembered(
    gpu: Device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caps = gpu.driver.caps._replace(software=False)
    monkeypatch.setattr(gpu.driver, "caps", caps)
    first = cost.model()
    assert min(first) >= 0 and first.cpu > 0 and first.gpu > 0
    monkeypatch.setattr(cost, "measured", lambda: pytest.fail("measured twice"))
    assert cost.model() == first
    measurements._here.clear()  # another process
    assert cost.model() == first
    file = tmp_path / "gradtape" / "cost.json"
    monkeypatch.setattr(cost, "measured", lambda: cost.Model(1.0, 2.0, 3.0, 4.0))
    for damaged in ("{", "[]", '{"x": 1}'):
        file.write_text(damaged)
        measurements._here.clear()
        assert cost.model() == cost.Model(1.0, 2.0, 3.0, 4.0)


def test_the_graph_of_a_tape_says_where_each_op_ran(gpu: Device) -> None:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        with tf.device("/GPU:0"):
            there = tf.tanh(v) * 2.0
        with tf.device("/CPU:0"):
            here = tf.exp(there)
            tf.stop_gradient(here)
    nodes = {node.op: node.device for node in tape.graph().nodes}
    assert nodes.pop("Tanh") == nodes.pop("Mul") == "GPU:0"
    assert set(nodes) == {"Variable", "Exp", "StopGradient"} and set(nodes.values()) == {"CPU:0"}
