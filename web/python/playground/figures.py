"""matplotlib's backend in the tab: every figure becomes a picture in the output pane."""

from __future__ import annotations

import io
import itertools
import sys
from typing import Any

import playground_page
from matplotlib._pylab_helpers import Gcf
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pyodide.ffi import to_js

FigureCanvas = FigureCanvasAgg
MOST_FIGURES = 200  # of one run that go to the page

_numbers = itertools.count(1)


def _description(figure: Any) -> str:
    """What the figure shows, in words, for those who do not see it."""
    parts = []
    if figure.get_suptitle():
        parts.append(figure.get_suptitle())
    for axes in figure.axes:
        words = [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        lines = [line.get_label() for line in axes.get_lines()]
        words += [label for label in lines if not label.startswith("_")]
        parts.append(", ".join(word for word in words if word) or f"{len(lines)} curves")
    return "Figure: " + ("; ".join(parts) or "empty")


def show(*_args: Any, **_kwargs: Any) -> None:
    """Send every open figure to the page and close it."""
    for manager in Gcf.get_all_fig_managers():
        number = next(_numbers)
        if number == MOST_FIGURES + 1:
            print(f"only the first {MOST_FIGURES} figures are shown", file=sys.stderr)
        if number > MOST_FIGURES:
            break
        figure = manager.canvas.figure
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
        playground_page.figure(to_js(buffer.getvalue()), _description(figure))
    Gcf.destroy_all()
