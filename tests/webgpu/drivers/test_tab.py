"""The driver in a tab, in a real Chromium: with each way of waiting for a value, and with none."""

from __future__ import annotations

import ast
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.webgpu.support.protocol import CASES
from tests.webgpu.support.tab import faults
from tests.webgpu.support.tab.browser import pack, run_in_tab

REPORT = "from tests.webgpu.support.tab.cases import report\nawait report()"
# What a program sees that was entered by a call which the browser cannot suspend.
SYNCHRONOUS = """
from gradtape_webgpu.drivers import tab
from gradtape_webgpu.drivers.protocol import CannotWaitError
from tests.webgpu.support.protocol import put, scaled, got
driver = tab.acquire()
x, y = put(driver, [1]), driver.alloc(4)
scaled(driver, x, y, 1, 3)
try:
    said = str(got(driver, y, 1))
except CannotWaitError as error:
    said = str(error)
said
"""
AWAITED = """
import numpy as np
from gradtape_webgpu.drivers import tab
from tests.webgpu.support.protocol import put, scaled
driver = await tab.start()
x, y = put(driver, [1]), driver.alloc(4)
scaled(driver, x, y, 1, 3)
np.frombuffer(await driver.read_async(y, 4), np.float32).tolist()
"""
# The same through tensors: what a user writes.
TENSORS = """
import gradtape as tf
import gradtape_webgpu
await gradtape_webgpu.start()
assert tf.config.list_physical_devices("GPU"), "no GPU is listed"
with tf.device("/GPU:0"):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.sin(x) * x)
    gradient = tape.gradient(y, x)
slopes = [round(float(v), 4) for v in await gradient.fetch()]
said = [gradient.device[-5:], slopes, (await x.fetch()).tolist()]
try:
    float(y)
except Exception as error:
    said.append(f"{type(error).__name__}: {error}")
str(said)
"""
# A device that is lost in the midst of a program, and the next one.
LOST = """
import gradtape as tf
import gradtape_webgpu
from gradtape_webgpu.device import in_use
from gradtape_webgpu.drivers.protocol import DeviceLostError
await gradtape_webgpu.start()
with tf.device("/GPU:0"):
    v = tf.Variable([1.0, 2.0])
    v.assign([3.0, 4.0])
    w = tf.exp(v)
    in_use.current().driver.close()
    try:
        await w.fetch()
        told = "nothing"
    except DeviceLostError as error:
        told = str(error)
after = (v * 2.0).numpy().tolist()
RESTART
with tf.device("/GPU:0"):
    v.assign_add(tf.exp(v) * 0.0 + 1.0)
    new = v * 2.0
str([told, after, v.device[-5:], new.device[-5:], (await new.fetch()).tolist()])
"""
# An array as large as the largest buffer, for which Chromium's adapter has no room.
NO_ROOM = """
import gradtape as tf
import gradtape_webgpu
from gradtape_webgpu.drivers.protocol import OutOfDeviceMemoryError
caps = await gradtape_webgpu.start()
side = int((caps.limits["maxBufferSize"] // 4) ** 0.5)
with tf.device("/GPU:0"):
    v = tf.Variable([1.0, 2.0])
    v.assign_add(tf.exp(v) * 0.0 + 1.0)
    await v.fetch()
    row = tf.exp(tf.zeros(side) + 1.0)
    large = row * tf.reshape(row, (side, 1))
    try:
        await large.fetch()
        told = "nothing"
    except OutOfDeviceMemoryError as error:
        told = str(error)
    after = (await (v * 2.0).fetch()).tolist()
str([told, after, (await v.fetch()).tolist()])
"""
RESTARTED = LOST.replace("RESTART", "gradtape_webgpu.restart()")
STARTED_AGAIN = LOST.replace("RESTART", "await gradtape_webgpu.start()")
NEW_DEVICE = "from gradtape_webgpu.drivers import tab\nawait tab.start(anew=True)"
NO_DEVICE = """
from gradtape_webgpu.drivers import tab
try:
    await tab.start()
except LookupError as error:
    said = str(error)
said
"""
HIDE_WEBGPU = """
from pyodide.code import run_js
run_js("Object.defineProperty(navigator, 'gpu', { value: undefined })")
"""

Tab = Callable[..., list[dict[str, str]]]


@pytest.fixture(scope="module")
def tab(node: str, tmp_path_factory: pytest.TempPathFactory) -> Tab:
    archive = pack(tmp_path_factory.mktemp("tab") / "engine.zip")

    def run(*programs: tuple[str, str], **options: Any) -> list[dict[str, str]]:
        return run_in_tab(node, archive, list(programs), **options)

    return run


@pytest.fixture(scope="module")
def suspended(tab: Tab) -> list[dict[str, str]]:
    """Answers where the browser can suspend Python."""
    programs = [(REPORT, "async"), (NEW_DEVICE, "async"), (SYNCHRONOUS, "sync"), (AWAITED, "async")]
    more = TENSORS, RESTARTED, STARTED_AGAIN, NO_ROOM
    return tab(*programs, *((program, "async") for program in more))


@pytest.fixture(scope="module")
def worker(tab: Tab) -> list[dict[str, str]]:
    """Answers where it cannot, and memory is shared with a worker that owns the device."""
    programs = [(REPORT, "async"), (NEW_DEVICE, "async"), (SYNCHRONOUS, "sync"), (AWAITED, "async")]
    more = TENSORS, STARTED_AGAIN, NO_ROOM
    return tab(*programs, *((program, "async") for program in more), suspends=False)


@pytest.fixture(scope="module")
def never(tab: Tab) -> list[dict[str, str]]:
    """Answers where neither is there."""
    programs = [
        (SYNCHRONOUS, "sync"),
        (AWAITED, "async"),
        (SYNCHRONOUS, "async"),
        (TENSORS, "async"),
        (STARTED_AGAIN, "async"),
    ]
    return tab(*programs, suspends=False, isolated=False, place="window")


def value(answer: dict[str, str]) -> str:
    assert "value" in answer, answer.get("error")
    return answer["value"]


@pytest.mark.parametrize("case", [*CASES, *faults.CASES])
@pytest.mark.parametrize("way", ["suspended", "worker"])
def test_the_driver_in_the_tab(way: str, case: str, request: pytest.FixtureRequest) -> None:
    report = json.loads(value(request.getfixturevalue(way)[0]))
    assert report["waiting"] == way and report["software"]
    assert "swiftshader" in report["adapter"]
    assert report["results"][case] == "", report["results"][case]


def test_a_call_that_cannot_be_suspended_is_told_what_to_write(suspended: Any) -> None:
    said = value(suspended[2])
    assert "`await tensor.fetch()`" in said and "runPython" in said
    assert value(suspended[3]) == "[3.0]"  # nothing was left half mapped


def test_a_worker_answers_every_call(worker: Any) -> None:
    assert value(worker[2]) == value(worker[3]) == "[3.0]"


def test_without_any_way_to_wait_a_value_can_be_awaited(never: Any) -> None:
    assert "`await gradtape_webgpu.start()` first" in never[0]["error"]
    assert value(never[1]) == "[3.0]"
    said = value(never[2])
    assert "`await tensor.fetch()`" in said and "no JavaScript Promise Integration" in said


def test_tensors_on_the_gpu(suspended: Any, worker: Any, never: Any) -> None:
    said = ["GPU:0", [1.3818, 0.077], [1.0, 2.0]]
    assert value(suspended[4]) == value(worker[4]) == str(said)
    assert value(never[3]).startswith(str(said)[:-1] + ", ")
    assert "CannotWaitError" in value(never[3]) and "`await tensor.fetch()`" in value(never[3])


def test_a_lost_device_is_replaced_and_variables_live_on(
    suspended: Any, worker: Any, never: Any
) -> None:
    for answer in (*suspended[5:7], worker[5], never[4]):
        told, *after = ast.literal_eval(value(answer))
        assert "is lost" in told and "restart" in told, told
        assert after == [[6.0, 8.0], "GPU:0", "GPU:0", [8.0, 10.0]]


def test_no_room_is_said_and_the_program_goes_on(suspended: Any, worker: Any) -> None:
    for answer in (suspended[7], worker[6]):
        told, *after = ast.literal_eval(value(answer))
        assert "bytes" in told and "tf.device('/CPU:0')" in told, told
        assert after == [[4.0, 6.0], [2.0, 3.0]]


def test_no_adapter_is_said_in_words(tab: Tab) -> None:
    programs = [(NO_DEVICE, "async"), (HIDE_WEBGPU, "async"), (NO_DEVICE, "async")]
    none, _, hidden = tab(*programs, flags=[])
    assert value(none) == "no GPU here: the browser offers WebGPU, but found no adapter it may use"
    assert value(hidden) == "no GPU here: this browser does not offer WebGPU"


def test_the_scripts_travel_with_the_engine(tmp_path: Path) -> None:
    with zipfile.ZipFile(pack(tmp_path / "engine.zip")) as archive:
        names = set(archive.namelist())
    assert {"gradtape_webgpu/drivers/tab.js", "gradtape_webgpu/drivers/tab_worker.js"} <= names
