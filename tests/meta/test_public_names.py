"""What gradtape offers is listed in `__all__`, in order, and is really there."""

import pytest

import gradtape
from tests.meta.stubs import STUB, text
from tests.support.modules import NAMES, load


def test_the_package_lists_its_names_in_order() -> None:
    assert gradtape.__all__
    assert list(gradtape.__all__) == sorted(gradtape.__all__)


@pytest.mark.parametrize("name", NAMES)
def test_listed_names_are_there_once(name: str) -> None:
    module = load(name)
    listed = list(getattr(module, "__all__", []))
    assert len(listed) == len(set(listed))
    assert [each for each in listed if not hasattr(module, each)] == []


def test_every_public_name_is_documented() -> None:
    # Values (a dtype, a version) need no text of their own; what is called or opened does.
    listed = {name: getattr(gradtape, name) for name in gradtape.__all__}
    silent = [name for name, value in listed.items() if callable(value) and not value.__doc__]
    assert silent == []


def test_type_checkers_see_the_same_names() -> None:
    assert STUB.read_text(encoding="utf-8") == text(), "run `make stubs`"
