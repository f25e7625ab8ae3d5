"""The graph of a tape as an SVG picture, with the look of the page's (`tape.css`, `cards.ts`)."""

from __future__ import annotations

from typing import Any

from gradtape.display.layout import DOT, Frame, Layout, Position, layout, length
from gradtape.display.markup import Markup, element
from gradtape.display.rows import Box, rows_of
from gradtape.display.style import style

_EDGE = 20
_TINTS = 6
_SIGNS = {
    "MatMul": "@",
    "BatchMatMulV2": "@",
    "Add": "+",
    "AddV2": "+",
    "BiasAdd": "+",
    "AddN": "Σ",
    "Sub": "−",
    "Mul": "×",
    "RealDiv": "÷",
    "Div": "÷",
    "Pow": "xⁿ",
    "Square": "x²",
    "Sqrt": "√",
    "Rsqrt": "1/√",
    "Neg": "−x",
    "Sum": "Σ",
    "Mean": "mean",
    "Max": "max",
    "Min": "min",
    "Prod": "Π",
    "Abs": "|x|",
    "Exp": "eˣ",
    "Log": "ln",
    "Log1p": "ln₁",
    "Reciprocal": "1/x",
    "SelectV2": "if",
    "Select": "if",
    "SquaredDifference": "Δ²",
    "Transpose": "ᵀ",
}
_RULES = """
{all} text{{font-family:ui-monospace,monospace;fill:var(--text)}}
{all} .back{{fill:var(--sunken)}}
{all} .ground{{fill:var(--raised);stroke:var(--border)}}
{all} .row-title{{font-size:12.5px;white-space:pre}}
{all} .row-line{{font-weight:700;fill:var(--muted)}}
{all} .edge{{fill:none;stroke:var(--edge);stroke-width:1.4}}
{all} .edge.cut{{stroke-dasharray:4 3}}
{all} .face{{fill:var(--op);stroke:var(--edge);stroke-width:1.2}}
{all} .variable .face{{fill:var(--variable);stroke:var(--cold);stroke-width:1.8}}
{all} .watched .face{{fill:var(--watched);stroke:var(--good);stroke-width:1.8}}
{all} .ball{{fill:var(--text);stroke:var(--text)}}
{all} .sign{{fill:var(--page);text-anchor:middle;font-size:13px;font-weight:700}}
{all} .sign.long{{font-size:10px}}
{all} .cut .ball{{fill:var(--constant);stroke:var(--edge);stroke-dasharray:4 3}}
{all} .cut .sign{{fill:var(--text)}}
{all} .box-title{{font-size:13px;font-weight:700}}
{all} .box-size{{font-size:10.5px;fill:var(--muted);text-anchor:end}}
{all} .box-detail{{font-size:10px;fill:var(--muted);text-anchor:middle}}
{all} .fold .box-detail{{font-size:11px;text-anchor:start}}
"""
_RULES += "".join(f"{{all}} .tint{k}{{{{fill:var(--tint{k})}}}}\n" for k in range(_TINTS))


def svg(graph: Any) -> str:
    """The picture as a document of its own, light and dark."""
    rows = rows_of(graph)
    places = layout(rows)
    lines = sorted({row.lineno for row in rows.rows if row.lineno is not None})
    tints = {line: k % _TINTS for k, line in enumerate(lines)}
    width, height = places.width + 2 * _EDGE, places.height + 2 * _EDGE
    box = f"{-_EDGE} {-_EDGE} {_number(width)} {_number(height)}"
    words = f"A tape of {len(graph.nodes)} nodes and {len(graph.edges)} edges"
    return element(
        "svg",
        element("title", words),
        style("gradtape-graph", _RULES),
        element("rect", x=-_EDGE, y=-_EDGE, width=width, height=height, class_="back"),
        *(_frame(frame, tints) for frame in places.frames),
        *(_edge(end, path) for _, end, path in places.edges),
        *(_box(one, places) for one in rows.boxes()),
        xmlns="http://www.w3.org/2000/svg",
        class_="gradtape-graph",
        viewBox=box,
        width=_number(width),
        height=_number(height),
        role="img",
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _cut_off(text: str, most: int) -> str:
    most = max(most, 1)
    return text if length(text) <= most else f"{text[: most - 1]}…"


def _words(x: float, y: float, text: str, look: str, most: int = 24) -> Markup:
    return element("text", _cut_off(text, most), x=_number(x), y=_number(y), class_=look)


def _frame(frame: Frame, tints: dict[int, int]) -> Markup:
    lineno = frame.row.lineno
    tint = "" if lineno is None else f" tint{tints[lineno]}"
    ground = element(
        "rect",
        x=_number(frame.x),
        y=_number(frame.y),
        width=_number(frame.width),
        height=_number(frame.height),
        rx=12,
        class_=f"ground{tint}",
    )
    line = [] if lineno is None else [element("tspan", f"{lineno}  ", class_="row-line")]
    shown = _cut_off(frame.row.title, max(8, int((frame.width - 50) / 7.4)))
    at = {"x": _number(frame.x + 12), "y": _number(frame.y + 18)}
    title = element("text", *line, shown, class_="row-title", **at)
    return element("g", ground, title)


def _edge(end: Box, path: str) -> Markup:
    return element("path", d=path, class_="edge cut" if end.is_cut else "edge")


def _box(box: Box, places: Layout) -> Markup:
    place = places.at[box.key]
    drawn = {"dot": _dot, "fold": _fold}.get(box.shape, _card)(box, place)
    kind = box.nodes[0].kind if box.shape == "card" else box.shape
    told = element("title", _told(box))
    moved = f"translate({_number(place.x)}, {_number(place.y)})"
    return element("g", told, *drawn, class_=f"{kind} cut" if box.is_cut else kind, transform=moved)


def _told(box: Box) -> str:
    """What pointing at a box says."""
    if box.shape == "fold":
        return box.detail
    node = box.nodes[0]
    parts = [box.title, f"{node.dtype}[{', '.join(map(str, node.shape))}]", node.device]
    if node.bytes_kept:
        parts.append(f"{node.bytes_kept} bytes kept")
    if box.is_cut:
        parts.append("no gradient passes here")
    return " · ".join(parts)


def _dot(box: Box, _: Position) -> list[Markup]:
    sign = sign_of(box.title)
    look = "sign long" if length(sign) > 3 else "sign"
    return [
        element("circle", cx=29, cy=_number(DOT / 2), r=_number(DOT / 2), class_="ball"),
        _words(29, DOT / 2 + 4.5, sign, look),
        _words(29, DOT + 12, box.detail, "box-detail", 12),
    ]


def _card(box: Box, place: Position) -> list[Markup]:
    return [
        _face(place),
        _words(9, 17, box.title, "box-title", int((place.width - 18) / 8)),
        _words(place.width - 8, 16, box.detail, "box-size"),
        _words(place.width / 2, 42, box.nodes[0].dtype, "box-detail"),
    ]


def _fold(box: Box, place: Position) -> list[Markup]:
    return [
        _face(place),
        _words(10, 18, box.title, "box-title", int((place.width - 20) / 8)),
        _words(10, 34, box.detail, "box-detail", int((place.width - 20) / 7.4)),
    ]


def _face(place: Position) -> Markup:
    return element("rect", width=place.width, height=place.height, rx=8, class_="face")


def sign_of(op: str) -> str:
    """An op in at most five characters, for the inside of its dot."""
    known = _SIGNS.get(op)
    if known is not None:
        return known
    head, _, version = op.rpartition("V")
    word = (head if head and version.isdigit() else op).lower()
    return word if len(word) <= 5 else f"{word[:4]}."
