"""The native driver on each software GPU does what every driver must."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webgpu.support.protocol import CASES


@pytest.mark.parametrize("case", CASES)
def test_a_native_driver(case: str, driver: Any) -> None:
    CASES[case](driver)
