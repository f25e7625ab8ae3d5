"""What every driver must do, as cases that run natively and, sent as they are, in a tab.

A case takes a driver, raises where it is wrong, and leaves the driver usable.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.errors import InternalError
from gradtape_webgpu.drivers.protocol import ALIGN, COPY, DISPATCH, OutOfDeviceMemoryError
from gradtape_webgpu.kernels.program import program, spread

Case = Callable[[Any], None]
CASES: dict[str, Case] = {}

SCALE = program(
    "scale",
    """
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) w: vec3u, @builtin(num_workgroups) n: vec3u,
        @builtin(local_invocation_index) k: u32) {
  let i = (w.x + w.y * n.x) * 64u + k;
  if (i < p.count) { y[i] = x[i] * p.factor + p.shift; }
}
""",
    reads=(("x", "f32"),),
    writes=(("y", "f32"),),
    fields=(("count", "u32"), ("factor", "f32"), ("shift", "f32")),
)
ADD = program(
    "add",
    """
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) g: vec3u) {
  if (g.x < p.count) { y[g.x] = a[g.x] + b[g.x]; }
}
""",
    reads=(("a", "f32"), ("b", "f32")),
    writes=(("y", "f32"),),
    fields=(("count", "u32"),),
)


def case(function: Case) -> Case:
    """Enter a case under its own name."""
    CASES[function.__name__] = function
    return function


def put(driver: Any, values: Any) -> int:
    """A slot with these float32 values."""
    data = np.ascontiguousarray(values, np.float32)
    slot = driver.alloc(data.nbytes)
    driver.write(slot, data.tobytes())
    return slot


def got(driver: Any, slot: int, count: int) -> list[float]:
    """The first values of a slot."""
    return np.frombuffer(driver.read(slot, 4 * count), np.float32).tolist()


def numbers(driver: Any) -> tuple[int, int]:
    """The pipelines of the two programs, made once a driver."""
    if not hasattr(driver, "numbers_of_the_cases"):
        driver.numbers_of_the_cases = tuple(
            driver.pipeline(p.text, p.reads, p.writes) for p in (SCALE, ADD)
        )
    return driver.numbers_of_the_cases


class List:
    """A command list that grows."""

    def __init__(self) -> None:
        self.words, self.params = array("I"), bytearray()

    def dispatch(self, number: int, slots: tuple[int, ...], groups: Any, params: bytes) -> None:
        piece = len(self.params) // ALIGN
        self.words.extend((DISPATCH, number, len(slots), *slots, *groups, piece))
        self.params += params + bytes(-len(params) % ALIGN)

    def scale(self, driver: Any, x: int, y: int, count: int, factor: float, shift: float) -> None:
        groups = spread(-(-count // 64))
        self.dispatch(numbers(driver)[0], (x, y), groups, SCALE.pack(count, factor, shift))

    def submit(self, driver: Any) -> None:
        driver.submit(self.words, bytes(self.params))


def scaled(driver: Any, x: int, y: int, count: int, factor: float, shift: float = 0.0) -> None:
    """One flush of one dispatch."""
    work = List()
    work.scale(driver, x, y, count, factor, shift)
    work.submit(driver)


@case
def what_is_written_is_read(driver: Any) -> None:
    slot = put(driver, [1, 2, 3])
    assert got(driver, slot, 3) == [1, 2, 3]
    assert got(driver, slot, 1) == [1]
    driver.write(slot, memoryview(np.float32([7, 8])))
    assert got(driver, slot, 3) == [7, 8, 3]
    driver.free(slot)


@case
def much_is_written_and_read(driver: Any) -> None:
    data = np.arange(1_500_001, dtype=np.float32)
    slot = driver.alloc(data.nbytes)
    driver.write(slot, memoryview(data))
    assert driver.read(slot, data.nbytes) == data.tobytes()
    driver.free(slot)


@case
def a_flush_runs_in_order(driver: Any) -> None:
    x, y, z = put(driver, [1, 2]), driver.alloc(8), driver.alloc(8)
    work = List()
    work.scale(driver, x, y, 2, 10, 1)
    work.scale(driver, y, z, 2, 2, 0)
    work.words.extend((COPY, z, x, 8))
    work.scale(driver, x, y, 2, 1, 0.5)
    work.submit(driver)
    assert got(driver, z, 2) == [22, 42]
    assert got(driver, y, 2) == [22.5, 42.5]


@case
def one_slot_is_read_twice(driver: Any) -> None:
    x, y = put(driver, [1, 2]), driver.alloc(8)
    work = List()
    work.dispatch(numbers(driver)[1], (x, x, y), (1, 1, 1), ADD.pack(2))
    work.submit(driver)
    assert got(driver, y, 2) == [2, 4]


@case
def flushes_do_not_see_each_others_parameters(driver: Any) -> None:
    x, results = put(driver, [1]), [driver.alloc(4) for _ in range(20)]
    for k, slot in enumerate(results):
        scaled(driver, x, slot, 1, k)
    assert [got(driver, slot, 1)[0] for slot in results] == list(range(20))


@case
def a_write_comes_between_two_flushes(driver: Any) -> None:
    x, y, z = put(driver, [1]), driver.alloc(4), driver.alloc(4)
    scaled(driver, x, y, 1, 1)
    driver.write(x, np.float32([5]).tobytes())
    scaled(driver, x, z, 1, 1)
    assert (got(driver, y, 1), got(driver, z, 1)) == ([1], [5])


@case
def a_long_list_of_parameters(driver: Any) -> None:
    x, y = put(driver, [3]), driver.alloc(4)
    for count in (1000, 1, 2000):
        work = List()
        for k in range(count):
            work.scale(driver, x, y, 1, 1, k)
        work.submit(driver)
        assert got(driver, y, 1) == [3 + count - 1]


@case
def a_slot_that_comes_back_is_another_array(driver: Any) -> None:
    x, y = put(driver, [1]), driver.alloc(4)
    scaled(driver, x, y, 1, 1)
    driver.free(x)
    x = put(driver, [2])
    scaled(driver, x, y, 1, 1)
    assert got(driver, y, 1) == [2]


@case
def freed_memory_is_still_found_by_what_was_submitted(driver: Any) -> None:
    x, y = put(driver, [4]), driver.alloc(4)
    scaled(driver, x, y, 1, 2)
    driver.free(x)
    assert got(driver, y, 1) == [8]


@case
def more_groups_than_one_axis_holds(driver: Any) -> None:
    count = 64 * 65_535 + 1000
    x, y = put(driver, np.arange(count) % 1024), driver.alloc(4 * count)
    scaled(driver, x, y, count, 1, 1)
    result = np.frombuffer(driver.read(y, 4 * count), np.float32)
    assert np.array_equal(result, np.arange(count, dtype=np.float32) % 1024 + 1)
    driver.free(x)
    driver.free(y)


@case
def a_text_that_does_not_compile(driver: Any) -> None:
    text = SCALE.text.replace("p.factor", "p.fakter")
    try:
        number = driver.pipeline(text, 1, 1)
        x, y = put(driver, [1]), driver.alloc(4)
        work = List()
        work.dispatch(number, (x, y), (1, 1, 1), SCALE.pack(1, 1, 1))
        work.submit(driver)
    except InternalError as error:
        assert "does not compile" in str(error) and str(error).count("fakter") > 1, error
    else:
        raise AssertionError("nothing was raised")
    assert driver.lost is None
    what_is_written_is_read(driver)
    a_flush_runs_in_order(driver)


@case
def an_array_that_no_binding_holds(driver: Any) -> None:
    try:
        driver.alloc(1 << 40)
    except OutOfDeviceMemoryError as error:
        assert "1,099,511,627,776 bytes is larger" in str(error), error
        assert "/CPU:0" in str(error), error
    else:
        raise AssertionError("nothing was raised")
    a_flush_runs_in_order(driver)


@case
def waiting_for_all_work(driver: Any) -> None:
    x, y = put(driver, [1]), driver.alloc(4)
    scaled(driver, x, y, 1, 1)
    driver.sync()


@case
def it_says_what_it_is_and_can(driver: Any) -> None:
    caps = driver.caps
    assert caps.adapter and caps.software and caps.compiler in {"naga", "tint"}
    least = {
        "maxStorageBuffersPerShaderStage": 8,
        "maxComputeWorkgroupsPerDimension": 65_535,
        "maxComputeInvocationsPerWorkgroup": 256,
        "maxComputeWorkgroupStorageSize": 16_384,
        "maxStorageBufferBindingSize": 128 << 20,
        "maxBufferSize": 256 << 20,
    }
    assert {name: caps.limits[name] for name in least if caps.limits[name] < least[name]} == {}
