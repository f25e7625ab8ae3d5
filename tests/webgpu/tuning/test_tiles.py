"""Tiles are measured once for each adapter and class of products, and remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.drivers.protocol import CannotWaitError
from gradtape_webgpu.kernels.matmul import build
from gradtape_webgpu.kernels.program import Program
from gradtape_webgpu.kernels.target import candidates
from gradtape_webgpu.tuning import measurements, tiles
from gradtape_webgpu.tuning.tiles import Tuner
from tests.webgpu.support.launching import run_lowered, specs


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Any) -> Path:
    """A cache folder and a process that remember nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(measurements, "_here", {})
    monkeypatch.setitem(tiles.TYPICAL, "medium", (40, 30, 50))
    return tmp_path / "gradtape/tiles.json"


class Watched:
    """A driver that counts what is submitted, and the slots that are left."""

    def __init__(self, driver: Any) -> None:
        self._driver, self.submits, self.slots = driver, 0, 0
        self.made: dict[Any, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def alloc(self, size: int) -> int:
        self.slots += 1
        return self._driver.alloc(size)

    def free(self, slot: int) -> None:
        self.slots -= 1
        self._driver.free(slot)

    def submit(self, *work: Any) -> None:
        self.submits += 1
        self._driver.submit(*work)

    def number(self, program: Program) -> int:
        if program.key not in self.made:
            self.made[program.key] = self.pipeline(program.text, program.reads, program.writes)
        return self.made[program.key]


def tuner(driver: Any) -> tuple[Tuner, Watched]:
    watched = Watched(driver)
    return Tuner(watched, watched.number, software_too=True), watched


def forgotten(monkeypatch: Any) -> None:
    monkeypatch.setattr(measurements, "_here", {})


MEDIUM = (64, 100, 1)


def test_the_quickest_is_measured_once_and_remembered(
    driver: Any, folder: Path, monkeypatch: Any
) -> None:
    first, watched = tuner(driver)
    tile = first.tile(*MEDIUM)
    assert tile in candidates(first.adapter, "medium")
    assert watched.submits > 0 and watched.slots == 0
    before = watched.submits
    assert first.tile(*MEDIUM) == tile and watched.submits == before
    forgotten(monkeypatch)
    second, watched = tuner(driver)
    assert second.tile(*MEDIUM) == tile and watched.submits == 0
    assert list(json.loads(folder.read_text()).values()) == [{"medium": repr(tile)}]


@pytest.mark.parametrize("text", ["{", "[]", '{"%s": 3}', '{"%s": {"medium": "Quad(rows=0)"}}'])
def test_a_bad_file_is_ignored_and_rewritten(driver: Any, folder: Path, text: str) -> None:
    folder.parent.mkdir(parents=True)
    adapter = measurements._adapter(driver.caps)
    folder.write_text(text.replace("%s", adapter))
    own, watched = tuner(driver)
    tile = own.tile(*MEDIUM)
    assert watched.submits > 0
    assert json.loads(folder.read_text())[adapter] == {"medium": repr(tile)}


def test_small_products_and_software_adapters_are_not_worth_it(driver: Any) -> None:
    own, watched = tuner(driver)
    assert own.tile(40, 50, 1) == candidates(own.adapter, "medium")[0]
    untuned = Tuner(watched, watched.number)
    assert untuned.tile(*MEDIUM) == candidates(own.adapter, "medium")[0]
    assert watched.submits == 0


def test_where_python_cannot_wait_the_default_is_taken(driver: Any, monkeypatch: Any) -> None:
    own, watched = tuner(driver)

    def sync() -> None:
        raise CannotWaitError("not here")

    monkeypatch.setattr(watched, "sync", sync, raising=False)
    assert own.tile(*MEDIUM) == candidates(own.adapter, "medium")[0]
    assert watched.slots == 0


def test_the_choice_changes_no_bit(driver: Any) -> None:
    own, _ = tuner(driver)
    rng = np.random.default_rng(5)
    a, b = (rng.standard_normal(s).astype(np.float32) for s in ((64, 30), (30, 100)))
    results = {
        run_lowered(driver, build(*specs(a, b), own, tile=tile), (a, b))[0].tobytes()
        for tile in (own.tile(*MEDIUM), *candidates(own.adapter, "medium"))
    }
    assert len(results) == 1
