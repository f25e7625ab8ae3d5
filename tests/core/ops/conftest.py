"""Every test that takes `family_case` runs over all cases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.ops.cases import families


def pytest_generate_tests(metafunc: Any) -> None:
    """`family_case` runs over every (family, case)."""
    if "family_case" in metafunc.fixturenames:
        pairs = [(name, case) for name, found in families().items() for case in found]
        metafunc.parametrize(
            "family_case", pairs, ids=[f"{name}-{case.id}" for name, case in pairs]
        )


@pytest.fixture
def family(family_case: Any) -> str:
    """The family's name."""
    return str(family_case[0])


@pytest.fixture
def case(family_case: Any) -> Any:
    """The case."""
    return family_case[1]
