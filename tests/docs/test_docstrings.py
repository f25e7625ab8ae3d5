"""Every example in a docstring runs and prints what the docstring says.

The names of the module around it are there without an import, and so are `tf` (gradtape) and `np`.
"""

import builtins
import doctest
import inspect
import sys
from types import ModuleType

import numpy as np
import pytest

import gradtape
from gradtape.keras.serializing import registration
from tests.support.modules import NAMES, load
from tests.support.printed import differences


def documented(module: ModuleType) -> dict[str, str]:
    """The docstrings of a module and of what it defines: classes, functions, ops."""
    found = {module.__name__: module.__doc__}
    for name, value in vars(module).items():
        # What the module only imports is documented where it comes from; what was made by a
        # function of another module (an op) is documented where it has its name.
        home = sys.modules.get(getattr(value, "__module__", None) or "")
        imported = home is not module and getattr(home, name, None) is value
        if home is None or imported or not home.__name__.startswith("gradtape"):
            continue
        found[f"{module.__name__}.{name}"] = value.__doc__
        if inspect.isclass(value):
            for member in vars(value):
                doc = getattr(inspect.getattr_static(value, member), "__doc__", None)
                found[f"{module.__name__}.{name}.{member}"] = doc
    return {name: doc for name, doc in found.items() if isinstance(doc, str) and ">>>" in doc}


def examples() -> list[doctest.DocTest]:
    """Each docstring with examples, under the name of its place."""
    parse = doctest.DocTestParser().get_doctest
    found: dict[str, doctest.DocTest] = {}
    for name in NAMES:
        module = load(name)
        # What a reader has: the module's own names, and Python's `round`, not `tf.round`.
        own = {key: value for key, value in vars(module).items() if not hasattr(builtins, key)}
        names = {"tf": gradtape, "np": np, **own}
        for place, doc in documented(module).items():
            found.setdefault(doc, parse(doc, dict(names), place, place, 0))
    return list(found.values())


class Checker(doctest.OutputChecker):
    """Lets the last digits of numbers differ, as they do from one processor to the next."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Whether `got` is as good as `want`."""
        if super().check_output(want, got, optionflags):
            return True
        return "..." not in want and not differences(got, want, relative=1e-5, absolute=1e-7)


@pytest.mark.parametrize("docstring", examples(), ids=lambda test: test.name)
def test_prints_what_the_docstring_says(
    docstring: doctest.DocTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "_objects", {})  # what an example registers
    report: list[str] = []
    runner = doctest.DocTestRunner(Checker(), optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(docstring, out=report.append)
    assert runner.failures == 0, "".join(report)
