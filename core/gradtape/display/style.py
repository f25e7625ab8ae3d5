"""The look of what a notebook shows: the page's colours, light and dark, and nothing outside.

Notebooks mark a dark theme in ways of their own; where none does, the system's choice counts.
"""

from __future__ import annotations

from gradtape.display.markup import Markup, element

#: colour → light, dark: as in `web/src/ui/style.css`, which a test compares
COLOURS = {
    "page": ("#f6f4f0", "#16181d"),
    "raised": ("#ffffff", "#1f232b"),
    "sunken": ("#fffdf9", "#1a1d24"),
    "text": ("#1d2029", "#e8e6e1"),
    "muted": ("#5c6170", "#a3a9b8"),
    "border": ("#d9d4ca", "#343a46"),
    "edge": ("#8a8f9c", "#79808f"),
    "accent": ("#b3400c", "#ff9d5c"),
    "trouble": ("#a81c2b", "#ff8b94"),
    "good": ("#14683a", "#6fd69b"),
    "cold": ("#2465c7", "#6fa8ff"),
    "variable": ("#e2ecfd", "#1d3153"),
    "watched": ("#e0f3e6", "#1a3826"),
    "constant": ("#eeeae1", "#2a2e38"),
    "op": ("#ffffff", "#232833"),
    "tint0": ("#e8f0fc", "#1b2739"),
    "tint1": ("#ebf6e8", "#1c2e20"),
    "tint2": ("#fdf0e2", "#36281a"),
    "tint3": ("#f5ebfa", "#2c2036"),
    "tint4": ("#e4f5f4", "#172e2e"),
    "tint5": ("#faf4d8", "#322c16"),
}
_LIGHT = ('[data-jp-theme-light="true"]', ".vscode-light", 'html[theme="light"]')
_DARK = ('[data-jp-theme-light="false"]', ".vscode-dark", 'html[theme="dark"]')
_RULES = """
{all}{{color:var(--text);background:var(--sunken);border:1px solid var(--border);
border-radius:8px;padding:.5em .75em;display:inline-block;max-width:100%;box-sizing:border-box;
overflow:auto;font:13px/1.5 system-ui,sans-serif;text-align:left}}
{all} .head{{font-family:ui-monospace,monospace;font-weight:600}}
{all} .muted{{color:var(--muted)}}
{all} .bad{{color:var(--trouble);font-weight:600}}
{all} img{{display:block;margin:.4em 0;image-rendering:pixelated;background:var(--raised);
border:1px solid var(--border)}}
{all} pre{{margin:.3em 0;padding:0;background:none;color:inherit;
font:12px/1.4 ui-monospace,monospace;white-space:pre;overflow:auto;max-height:24em}}
{all} table{{border-collapse:collapse;margin:.3em 0;color:var(--text);font:inherit}}
{all} tr{{background:none!important}}
{all} th,{all} td{{text-align:left;padding:.15em .8em .15em 0;border:0;color:inherit}}
{all} th{{border-bottom:1px solid var(--border)}}
{all} th.number,{all} td.number{{text-align:right}}
{all} summary{{cursor:pointer}}
"""


def style(of: str, rules: str = _RULES) -> Markup:
    """A `style` element: the colours of `.of`, and `rules` in which `{all}` stands for `.of`."""
    one = f".{of}"
    light, dark = (
        "{" + ";".join(f"--{name}:{pair[k]}" for name, pair in COLOURS.items()) + "}"
        for k in (0, 1)
    )
    text = f"{one}{light}\n@media (prefers-color-scheme:dark){{{one}{dark}}}\n"
    text += ",".join(f"{mark} {one}" for mark in _LIGHT) + light + "\n"
    text += ",".join(f"{mark} {one}" for mark in _DARK) + dark
    return element("style", Markup(text + rules.format(all=one)))


def framed(*inside: Markup) -> str:
    """A whole output: its style and its frame."""
    return style("gradtape-shown") + element("div", *inside, class_="gradtape-shown")
