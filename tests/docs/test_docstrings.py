"""Every example in a docstring runs and prints what the docstring says.

`tf` (gradtape itself) and `np` (NumPy) are there without an import, as in the texts around them.
"""

import doctest
import inspect
from types import ModuleType

import numpy as np
import pytest

import gradtape
from tests.modules import NAMES, load


def documented(module: ModuleType) -> dict[str, str]:
    """The docstrings of a module, its classes and everything else it holds, ops included."""
    found = {module.__name__: module.__doc__}
    for name, value in vars(module).items():
        if not str(getattr(value, "__module__", "")).startswith("gradtape"):
            continue
        found[f"{module.__name__}.{name}"] = value.__doc__
        if inspect.isclass(value):
            for member in vars(value):
                doc = getattr(inspect.getattr_static(value, member), "__doc__", None)
                found[f"{module.__name__}.{name}.{member}"] = doc
    return {name: doc for name, doc in found.items() if isinstance(doc, str) and ">>>" in doc}


def examples() -> list[doctest.DocTest]:
    """Each docstring with examples once, under the name of the place that defines it."""
    found: dict[str, str] = {}
    for name in NAMES:
        for place, doc in documented(load(name)).items():
            found.setdefault(doc, place)
    parse = doctest.DocTestParser().get_doctest
    return [
        parse(doc, {"tf": gradtape, "np": np, "__name__": place}, place, place, 0)
        for doc, place in found.items()
    ]


@pytest.mark.parametrize("docstring", examples(), ids=lambda test: test.name)
def test_prints_what_the_docstring_says(docstring: doctest.DocTest) -> None:
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(docstring, out=report.append)
    assert runner.failures == 0, "".join(report)
