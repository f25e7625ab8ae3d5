"""Cases of the tab alone, faults above all; each takes a driver of its own and may lose it."""

from __future__ import annotations

from typing import Any

from gradtape_webgpu.drivers.protocol import DeviceLostError, OutOfDeviceMemoryError
from gradtape_webgpu.kernels.program import program
from tests.webgpu.support.protocol import List, got, numbers, put, scaled

CASES: dict[str, Any] = {}


def case(function: Any) -> Any:
    CASES[function.__name__] = function
    return function


def raised(kind: type[Exception], call: Any, *arguments: Any) -> str:
    """The text of the exception that the call raises."""
    try:
        call(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__} was raised")


NEIGHBOUR = program(
    "neighbour",
    """
@compute @workgroup_size(4)
fn main(@builtin(local_invocation_index) k: u32) { y[k] = quadSwapX(x[k]); }
""",
    reads=(("x", "f32"),),
    writes=(("y", "f32"),),
)


@case
def subgroups_need_no_word_in_the_text(driver: Any) -> None:
    if "subgroups" not in driver.caps.features:
        return
    number = driver.pipeline(NEIGHBOUR.text, 1, 1)
    x, y = put(driver, [1, 2, 3, 4]), driver.alloc(16)
    work = List()
    work.dispatch(number, (x, y), (1, 1, 1), NEIGHBOUR.pack())
    work.submit(driver)
    assert got(driver, y, 4) == [2, 1, 4, 3]


@case
def a_lost_device_says_so(driver: Any) -> None:
    x, y = put(driver, [1]), driver.alloc(4)
    scaled(driver, x, y, 1, 2)
    assert got(driver, y, 1) == [2]
    assert driver.lost is None
    driver.close()
    text = raised(DeviceLostError, driver.read, y, 4)
    assert "is lost" in text and "restart" in text, text
    assert driver.lost
    raised(DeviceLostError, scaled, driver, x, y, 1, 2)
    raised(DeviceLostError, driver.sync)


@case
def work_that_the_browser_refuses_is_never_silent(driver: Any) -> None:
    x, y = put(driver, [1]), driver.alloc(4)
    work = List()
    work.dispatch(numbers(driver)[1], (y, x, y), (1, 1, 1), bytes(16))  # reads what it writes
    try:
        work.submit(driver)
        text = raised(DeviceLostError, driver.read, y, 4)
    except DeviceLostError as error:
        text = str(error)
    assert "writable" in text or "usage" in text, text
    raised(DeviceLostError, driver.read, y, 4)


@case
def no_room_for_a_large_array(driver: Any) -> None:
    """The browser's own adapter has no room for the largest buffer that it allows."""
    size = driver.caps.limits["maxBufferSize"]
    text = raised(OutOfDeviceMemoryError, driver.alloc, size)
    assert f"{size:,} bytes" in text, text
    x = put(driver, [1, 2])
    assert got(driver, x, 2) == [1, 2]
