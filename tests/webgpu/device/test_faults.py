"""What goes wrong with a device: the words are true, and the program goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
import gradtape_webgpu
from gradtape.errors import InternalError
from gradtape_webgpu.device import in_use
from gradtape_webgpu.device.device import Device
from gradtape_webgpu.dispatch import handler
from gradtape_webgpu.drivers import native
from gradtape_webgpu.drivers.native import ADAPTER_VARIABLE, choose
from gradtape_webgpu.drivers.protocol import DeviceLostError, OutOfDeviceMemoryError
from tests.webgpu.support.owned import GPU, became_gpu, destroy

# -- no adapter

NONE = """
import gradtape as tf
assert tf.config.list_physical_devices("GPU") == []
try:
    with tf.device("/GPU:0"):
        raise SystemExit("entered")
except ValueError as error:
    print(error)
x = tf.Variable([3.0])
with tf.GradientTape() as tape:
    y = x * x
assert tape.gradient(y, x).numpy().tolist() == [6.0]
"""


def test_without_an_adapter_the_program_runs_on_the_cpu() -> None:
    environment = {"VK_ICD_FILENAMES": "", "VK_DRIVER_FILES": "/nowhere.json", "PATH": "/usr/bin"}
    run = subprocess.run(
        [sys.executable, "-c", NONE], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "there is no device '/GPU:0' here: no GPU" in run.stdout
    assert "adapters: none" in run.stdout and "tf.device('/CPU:0')" in run.stdout


def test_a_software_adapter_is_not_taken_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADAPTER_VARIABLE, raising=False)
    with pytest.raises(LookupError, match="software adapters count when named"):
        choose()
    with pytest.raises(LookupError, match="no adapter named 'Voodoo'"):
        choose("Voodoo")


def test_a_card_that_vulkan_does_not_show_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(native, "NVIDIA", str(tmp_path / "nvidiactl"))
    with pytest.raises(LookupError) as without:
        choose("Voodoo")
    (tmp_path / "nvidiactl").touch()
    with pytest.raises(LookupError) as error:
        choose("Voodoo")
    told = str(error.value).removeprefix(str(without.value))
    assert told.startswith(" An NVIDIA card is here (") and "libGLX_nvidia.so.0" in told


# -- a lost device


def test_a_device_lost_in_mid_step_is_told_and_variables_survive(own: Any) -> None:
    with tf.device(GPU):
        v = tf.Variable([1.0, 2.0, 3.0])
        x = tf.constant([1.0, 1.0, 1.0])
        y = x * 2.0 + v
        before = float(tf.reduce_sum(y))
        assert before == 12.0
        pending = y * 5.0
        destroy(own)
        v.assign_add(pending)
        with pytest.raises(DeviceLostError) as raised:
            (v * 2.0).numpy()
    text = str(raised.value)
    assert f"{own.driver.caps.adapter} is lost" in text
    assert "1 variable has its value of at most" in text and "s ago again, on the CPU" in text
    assert "tf.device('/CPU:0')" in text and "gradtape_webgpu.restart()" in text
    # the value from before the step, on the CPU; what was on the device alone says so
    assert v.numpy().tolist() == [1.0, 2.0, 3.0] and v.device.endswith("CPU:0")
    assert v.assign_sub([1.0, 1.0, 1.0]).numpy().tolist() == [0.0, 1.0, 2.0]
    assert (x + 1.0).numpy().tolist() == [2.0, 2.0, 2.0]
    for gone in (y, pending):
        with pytest.raises(DeviceLostError, match="is lost"):
            gone.numpy()
        with pytest.raises(DeviceLostError, match="is lost"):
            gone + 1.0


def test_after_a_loss_there_is_no_gpu_until_it_is_started_again(own: Any) -> None:
    with tf.device(GPU):
        v = tf.Variable(np.arange(100, dtype=np.float32))
        kept = tf.constant(np.ones(100, np.float32))
        used = (kept * v).numpy()
        destroy(own)
        with pytest.raises(DeviceLostError):
            (kept + v).numpy()
        with pytest.raises(DeviceLostError, match="is lost"):
            tf.constant([1.0, 2.0])
        with pytest.raises(DeviceLostError, match="is lost"):
            v * 2.0
    assert tf.config.list_physical_devices("GPU") == []
    with pytest.raises(ValueError, match=r"is lost.*restart"), tf.device(GPU):
        pass
    gradtape_webgpu.restart()
    fresh = in_use.current()
    assert fresh is not own and len(tf.config.list_physical_devices("GPU")) == 1
    with tf.device(GPU):
        # what came from the host is sent again, and nothing of the old device is used
        again = kept * v
        assert again.device.endswith("GPU:0")
        assert np.array_equal(again.numpy(), used)
    assert fresh.flushes >= 1 and fresh.pool is not own.pool


def test_a_block_goes_on_when_the_device_is_started_again_inside_it(own: Any) -> None:
    with tf.device(GPU):
        w = tf.Variable(np.full(64, 2.0, np.float32))
        for step in range(6):
            if step == 3:
                destroy(own)
            try:
                w.assign_sub(w * 0.5)
                float(tf.reduce_sum(w))
            except DeviceLostError:
                gradtape_webgpu.restart()
        assert w.device.endswith("GPU:0")
    # copied after the first step, as a device's first flush is, then every few seconds: the two
    # steps between that copy and the loss are gone, as is the one that was lost
    assert w.numpy().tolist() == [2.0 * 0.5**3] * 64


def test_restarting_a_device_that_works_loses_no_variable(own: Any) -> None:
    with tf.device(GPU):
        v = tf.Variable([1.0, 2.0])
        v.assign(v * 3.0)
        y = v * 2.0
        gradtape_webgpu.restart()
        assert v.numpy().tolist() == [3.0, 6.0]
        with pytest.raises(DeviceLostError, match="before the device was started again"):
            y.numpy()
        assert (v * 2.0).numpy().tolist() == [6.0, 12.0]


# -- out of memory


class Little:
    """A driver with room for `room` bytes."""

    def __init__(self, driver: Any, room: int) -> None:
        self._driver, self._room, self._sizes = driver, room, dict[int, int]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def alloc(self, size: int) -> int:
        if size > self._room:
            raise OutOfDeviceMemoryError(f"no memory left for {size} bytes; use a smaller batch")
        slot = self._driver.alloc(size)
        self._room -= size
        self._sizes[slot] = size
        return slot

    def free(self, slot: int) -> None:
        self._room += self._sizes.pop(slot)
        self._driver.free(slot)


def test_memory_kept_for_later_is_let_go_of_before_it_runs_out(own: Any) -> None:
    little = became_gpu(Little(own.driver, 5 << 20))
    with tf.device(GPU):
        for power in range(10, 19):  # 4 KiB, 8 KiB, … 1 MiB: each keeps buffers of its own size
            x = np.ones(1 << power, np.float32)
            assert (tf.constant(x) * 2.0).numpy().sum() == 2 << power
    assert 0 < little.pool.allocated <= 5 << 20


def test_out_of_memory_is_told_and_smaller_work_runs(own: Any) -> None:
    little = became_gpu(Little(own.driver, 3 << 20))
    with tf.device(GPU):
        v = tf.Variable([1.0, 2.0])
        v.assign_add(v)
        assert v.numpy().tolist() == [2.0, 4.0]
        w = tf.Variable([5.0, 6.0])
        w.assign_add(v)
        little.copies.update()
        v.assign_add(v)
        big = tf.fill([1 << 20], v[0])
        w.assign_add(tf.cumsum(big)[:2])
        with pytest.raises(OutOfDeviceMemoryError, match="smaller batch.*1 variable has its value"):
            big.numpy()
        with pytest.raises(OutOfDeviceMemoryError, match="no memory left"):
            (big + 1.0).numpy()
        assert v.numpy().tolist() == [4.0, 8.0]  # the step that was pending beside it is done
        assert w.numpy().tolist() == [7.0, 10.0]  # the step that failed is undone
        assert (v * tf.ones(2)).numpy().tolist() == [4.0, 8.0]
        del big
        assert float(tf.reduce_sum(tf.ones(1 << 17))) == 1 << 17
    assert little.lost is None and little.pool.allocated <= 3 << 20


def test_a_value_is_read_though_another_has_no_memory(own: Any) -> None:
    became_gpu(Little(own.driver, 3 << 20))
    with tf.device(GPU):
        x = tf.constant(np.arange(64, dtype=np.float32))
        big, small = tf.fill([1 << 20], x[1]), x * 2.0
        assert np.array_equal(small.numpy(), 2.0 * np.arange(64))
        with pytest.raises(OutOfDeviceMemoryError, match="smaller batch"):
            big.numpy()


def test_what_does_not_fit_at_once_is_computed_bit_by_bit(own: Any) -> None:
    little = became_gpu(Little(own.driver, 5 << 19))
    with tf.device(GPU):
        x = tf.constant(np.arange(1 << 17, dtype=np.float32))  # 512 KiB
        # each keeps little, but needs the cumulative sums, all of which do not fit
        kept = [tf.cumsum(x * float(k))[-1] for k in range(1, 6)]
        got = [float(value) for value in kept]
    total = float(np.arange(1 << 17, dtype=np.float64).sum())
    np.testing.assert_allclose(got, [total * k for k in range(1, 6)], rtol=1e-5)
    assert little.pool.allocated <= 5 << 19


# -- more than a binding or a grid holds


def limited(own: Any, size: int) -> Device:
    driver = own.driver
    driver.caps = driver.caps._replace(
        limits={**driver.caps.limits, "maxStorageBufferBindingSize": size}
    )
    return became_gpu(driver)


def test_an_array_larger_than_a_binding_is_computed_on_the_cpu(
    own: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(own, 4096)
    monkeypatch.setattr(handler, "_said", set())
    small = np.arange(32, dtype=np.float32)
    with tf.device(GPU):
        x = tf.constant(small)
        assert (x + 1.0).device.endswith("GPU:0")
        with caplog.at_level("INFO", "tensorflow"):
            wide = tf.atan2(x[:, None], x[None, :] + 1.0)
            larger = tf.constant(np.ones((64, 64), np.float32)) @ np.ones((64, 64), np.float32)
        assert wide.device.endswith("GPU:0") and larger.device.endswith("CPU:0")
        assert float(larger[0, 0]) == 64.0
    assert "16,384 bytes is larger than the 4,096 bytes" in caplog.text


def test_more_rows_and_elements_than_one_axis_of_a_grid_holds(own: Any) -> None:
    rows = 65_535 + 70
    x = (np.arange(rows * 65, dtype=np.int64) % 251).astype(np.float32).reshape(rows, 65)
    with tf.device(GPU):
        y = tf.constant(x) * 2.0 + 1.0
        assert np.array_equal(y.numpy(), x * 2 + 1)
        assert np.array_equal(tf.reduce_sum(y, axis=1).numpy(), (x * 2 + 1).sum(1))
        assert np.array_equal(tf.reduce_max(y, axis=0).numpy(), (x * 2 + 1).max(0))
        thin = tf.reduce_sum(tf.constant(x[:, :2]), axis=1)
        assert np.array_equal(thin.numpy(), x[:, :2].sum(1))


# -- a shader that does not compile


def test_a_shader_that_does_not_compile_is_told_and_the_device_stays_usable(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = own.driver.pipeline
    monkeypatch.setattr(
        own.driver, "pipeline", lambda text, *a: real(text.replace("fn main(", "fn main(("), *a)
    )
    with tf.device(GPU):
        x = tf.constant([1.0, 2.0])
        y = x * 3.0
        with pytest.raises(InternalError, match=r"(?s)does not compile.*fn main\(\("):
            y.numpy()
        with pytest.raises(InternalError, match="does not compile"):
            y + 1.0
        monkeypatch.undo()
        assert (x * 3.0).numpy().tolist() == [3.0, 6.0]
    assert own.lost is None
