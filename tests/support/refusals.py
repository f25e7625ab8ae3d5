"""Asserts that a call is refused: with which exception, and in which words."""

from collections.abc import Callable

import pytest


def refused(error: type[Exception], text: str, call: Callable[[], object]) -> None:
    """`call` raises `error`, and its message holds `text`."""
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
