"""The preview picture of a snippet: 1200 × 630, drawn from stored text; nothing is executed."""

from __future__ import annotations

import functools
import io
import re
import unicodedata
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from gradtape_server.pages.descriptions import pins_of, title_of, type_of, values_of
from gradtape_server.pages.markup import visible

WIDTH, HEIGHT = 1200, 630
_BACKGROUND, _PANEL, _TEXT = "#10141c", "#1a2130", "#e8ecf4"
_QUIET, _ACCENT, _NONE = "#9aa7bd", "#7cc4ff", "#ff8f8f"
_KEYWORDS = re.compile(
    r"\b(import|from|as|with|def|return|for|in|if|else|elif|while|lambda|class|and|or|not|None|True|False)\b"
)
_MOST_LINES, _MOST_COLUMNS = 13, 54


@functools.cache
def _font(size: int) -> Any:
    # Pillow brings this face along, so the picture is the same on every machine.
    return ImageFont.load_default(size)


def _line(text: str, most: int) -> str:
    """One line of drawable text, cut to a number of characters."""
    flat = " ".join(visible(text).splitlines()).replace("\t", "    ")
    # Drawing hundreds of marks on one letter is slow and shows nothing.
    plain = "".join(c for c in flat[: most * 4] if not unicodedata.combining(c))
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def draw(manifest: dict[str, Any]) -> bytes:
    """The picture as PNG bytes, the same for the same manifest."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _BACKGROUND)
    pen = ImageDraw.Draw(image)
    pen.text((56, 36), "gradtape", font=_font(30), fill=_ACCENT)
    pen.text((56, 76), _line(title_of(manifest), 44), font=_font(46), fill=_TEXT)
    pen.rounded_rectangle((48, 150, 712, 574), 14, fill=_PANEL)
    _draw_code(pen, manifest["code"][manifest["entry"]])
    pen.text((748, 150), "recorded gradients", font=_font(24), fill=_QUIET)
    _draw_results(pen, manifest)
    pen.text((56, 588), _line(pins_of(manifest), 90), font=_font(22), fill=_QUIET)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=False, compress_level=6)
    return buffer.getvalue()


def _draw_code(pen: ImageDraw.ImageDraw, code: str) -> None:
    lines = code[: 200 * 100].splitlines()
    while lines and not lines[0].strip():
        lines.pop(0)
    shown = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        shown[-1] = f"… {len(lines) - _MOST_LINES + 1} more lines"
    advance = 11.6  # one column; a grid keeps indentation and alignment in a proportional face
    for row, line in enumerate(shown):
        text = _line(line, _MOST_COLUMNS)
        colours = [_TEXT] * len(text)
        for match in _KEYWORDS.finditer(text):
            colours[match.start() : match.end()] = [_ACCENT] * (match.end() - match.start())
        comment = text.find("#")
        if comment >= 0:
            colours[comment:] = [_QUIET] * (len(text) - comment)
        for column, (character, colour) in enumerate(zip(text, colours, strict=True)):
            if character != " ":
                place = (70 + column * advance + advance / 2, 196 + row * 30)
                pen.text(place, character, font=_font(21), fill=colour, anchor="ms")


def _draw_results(pen: ImageDraw.ImageDraw, manifest: dict[str, Any]) -> None:
    top = 192
    results = manifest["results"]
    for result in results[:5]:
        missing = result["dtype"] == "none"
        pen.text((748, top), _line(result["label"], 30), font=_font(26), fill=_TEXT)
        values, colour = ("None", _NONE) if missing else (values_of(result), _ACCENT)
        pen.text((748, top + 32), _line(values, 38), font=_font(22), fill=colour)
        if not missing:
            pen.text((748, top + 58), _line(type_of(result), 40), font=_font(16), fill=_QUIET)
        top += 76
    if len(results) > 5:
        more = f"and {manifest['produced'] - 5} more"
        pen.text((748, top - 4), more, font=_font(18), fill=_QUIET)
    if not results:
        pen.text((748, top), "none yet", font=_font(26), fill=_TEXT)
