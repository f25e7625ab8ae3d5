"""The checking device sees each way of breaking the protocol."""

from array import array

import numpy as np
import pytest

from gradtape_webgpu.drivers.protocol import COPY, DISPATCH, OutOfDeviceMemoryError, params_size
from gradtape_webgpu.kernels.program import program
from tests.webgpu.support.checking import DIRT, Checking, Misuse

DOUBLE = program(
    "double",
    "@compute @workgroup_size(64) fn main() {}",
    reads=(("x", "f32"),),
    writes=(("y", "f32"),),
    fields=(("count", "u32"),),
)


def doubled(reads, writes, params, groups) -> None:
    count = np.frombuffer(params, np.uint32)[1]
    writes[0].view(np.float32)[:count] = 2 * reads[0].view(np.float32)[:count]


@pytest.fixture
def device() -> Checking:
    return Checking({DOUBLE.text: doubled})


def commands(*words: int) -> array:
    return array("I", words)


def dispatch(device: Checking, *slots: int, groups=(1, 1, 1), piece=0, params=None) -> None:
    number = device.pipeline(DOUBLE.text, 1, 1) if not device._pipelines else 0
    words = commands(DISPATCH, number, len(slots), *slots, *groups, piece)
    device.submit(words, DOUBLE.pack(2) if params is None else params)


def written(device: Checking, size: int = 8) -> int:
    slot = device.alloc(size)
    device.write(slot, np.ones(size // 4, np.float32).tobytes())
    return slot


def test_a_kernel_runs_with_numpy(device: Checking) -> None:
    x, y, z = written(device), device.alloc(8), device.alloc(8)
    dispatch(device, x, y)
    device.submit(commands(COPY, y, z, 8), b"")
    assert np.frombuffer(device.read(z, 8), np.float32).tolist() == [2, 2]
    (first,), (second,) = device.flushes
    assert (first.reads, first.writes, second) == ((x,), (y,), (y, z, 8))


def test_memory_is_dirty_and_its_counts_are_kept(device: Checking) -> None:
    slot = device.alloc(8)
    assert device._memory[slot].words.tolist() == [DIRT, DIRT]
    assert np.isnan(device._memory[slot].words.view(np.float32)).all()
    assert (device.bytes, device.left()) == (8, [slot])
    device.free(slot)
    assert (device.bytes, device.peak, device.left()) == (0, 8, [])


def test_the_parameters_of_a_text_are_counted() -> None:
    assert params_size(DOUBLE.text) == len(DOUBLE.pack(2)) == 8
    assert params_size("fn main() {}") == 0


def freed(device: Checking) -> int:
    slot = written(device)
    device.free(slot)
    return slot


MISUSES = {
    "alloc: 6 bytes": lambda d: d.alloc(6),
    "alloc: 0 bytes": lambda d: d.alloc(0),
    "free: slot 1 was freed": lambda d: d.free(freed(d)),
    "free: slot 9 was never allocated": lambda d: d.free(9),
    "write: slot 1 was freed": lambda d: d.write(freed(d), bytes(4)),
    "write: 3 bytes": lambda d: d.write(d.alloc(8), bytes(3)),
    "write to slot 1: 12 bytes": lambda d: d.write(d.alloc(8), bytes(12)),
    "read of slot 1: 8 bytes, 0 of them written": lambda d: d.read(d.alloc(8), 8),
    "read of slot 1: 12 bytes": lambda d: d.read(written(d), 12),
    "read: slot 1 was freed": lambda d: d.read(freed(d), 8),
    "no entry point": lambda d: d.pipeline("fn other() {}", 0, 0),
    "declares (1, 1) arrays, not (2, 1)": lambda d: d.pipeline(DOUBLE.text, 2, 1),
    "has a pipeline already": lambda d: [d.pipeline(DOUBLE.text, 1, 1) for _ in range(2)],
    "begins no command": lambda d: d.submit(commands(7), b""),
    "array of 32-bit words": lambda d: d.submit(array("Q", [1]), b""),
    "no pipeline 3": lambda d: d.submit(commands(DISPATCH, 3, 0, 1, 1, 1, 0), b""),
    "1 slots for 1 reads and 1 writes": lambda d: dispatch(d, written(d)),
    "share a slot": lambda d: dispatch(d, written(d), 1),
    "nothing has written it": lambda d: dispatch(d, d.alloc(8), d.alloc(8)),
    "dispatch: slot 1 was freed": lambda d: dispatch(d, freed(d), d.alloc(8)),
    "a grid of (0, 1, 1)": lambda d: dispatch(d, written(d), d.alloc(8), groups=(0, 1, 1)),
    "a grid of (65536, 1, 1)": lambda d: dispatch(d, written(d), d.alloc(8), groups=(65536, 1, 1)),
    "parameters at 256: 0 of 8": lambda d: dispatch(d, written(d), d.alloc(8), piece=1),
    "first parameter is not zero": lambda d: dispatch(
        d, written(d), d.alloc(8), params=b"\1" + bytes(7)
    ),
    "onto itself": lambda d: d.submit(commands(COPY, written(d), 1, 8), b""),
    "copy from slot 1: 8 bytes, 0 of them written": lambda d: d.submit(
        commands(COPY, d.alloc(8), written(d), 8), b""
    ),
    "copy to slot 2: 8 bytes": lambda d: d.submit(commands(COPY, written(d), d.alloc(4), 8), b""),
}


@pytest.mark.parametrize("words", MISUSES)
def test_misuse_is_seen(words: str, device: Checking) -> None:
    with pytest.raises(Misuse) as raised:
        MISUSES[words](device)
    assert words in str(raised.value)


def test_too_large_an_array_is_out_of_memory(device: Checking) -> None:
    with pytest.raises(OutOfDeviceMemoryError, match="maxBufferSize"):
        device.alloc(1 << 30)
