"""A driver for every test that asks for one: each of the two software GPUs in turn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import stacks

stacks.name_to_loader()


@pytest.fixture(params=sorted(stacks.STACKS))
def driver(request: pytest.FixtureRequest) -> Any:
    """Each stack's driver."""
    return stacks.driver_of(request.param)
