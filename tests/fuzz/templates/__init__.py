"""How the arguments of every public function are drawn, by theme.

Each module fills `TEMPLATES` by `@template("name", …)`, over a function of a `Drawing` that returns
a `Call`. What stands in `NOT_CALLED` is public too, but no function of tensors to compare.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.call import Call
from tests.fuzz.drawing import Drawing

Template = Callable[[Drawing], Call]
TEMPLATES: dict[str, list[Template]] = {}
#: public name → why it is not compared
NOT_CALLED: dict[str, str] = {}


def template(*names: str) -> Callable[[Template], Template]:
    """Draw the calls of these functions so; a function with several templates takes each."""

    def entered(draws: Template) -> Template:
        for name in names:
            TEMPLATES.setdefault(name, []).append(draws)
        return draws

    return entered


def calls(name: str) -> st.SearchStrategy[Call]:
    """Calls of a function."""

    @st.composite
    def drawn(draw: Callable[[st.SearchStrategy[object]], object]) -> Call:
        ways = TEMPLATES[name]
        chosen = ways[0] if len(ways) == 1 else draw(st.sampled_from(ways))
        return chosen(Drawing(draw, name))  # type: ignore[operator]

    return drawn()


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
