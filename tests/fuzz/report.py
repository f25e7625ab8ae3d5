"""What a run found, in words: totals, then one small program for every kind of difference."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fuzz.comparison import ASPECTS, WHATS
from tests.fuzz.hunting import Found, Hunt


def gravity(found: Found) -> tuple[int, int, str]:
    """The order of the report: wrong numbers first, then wrong gradients, refusals last."""
    _, aspect, what, _ = found.kind
    return (WHATS.index(what), ASPECTS.index(aspect), found.call.function)


def text(hunts: Sequence[Hunt]) -> str:
    """The report in Markdown."""
    kinds = sorted((f for h in hunts for f in h.found.values()), key=gravity)
    lines = [
        "# gradtape beside TensorFlow",
        "",
        f"{sum(h.calls for h in hunts)} calls of {len(hunts)} functions: {len(kinds)} kinds of"
        f" difference ({sum(f.times for f in kinds)} times);"
        f" {sum(h.declared for h in hunts)} differences are declared in core/differences.toml.",
        "",
    ]
    counts: dict[str, int] = {}
    for found in kinds:
        counts[found.kind[2]] = counts.get(found.kind[2], 0) + 1
    lines += [f"- {what}: {number}" for what, number in counts.items()]
    for found in kinds:
        function, aspect, what, family = found.kind
        lines += [
            "",
            f"## {function} ({family}): {aspect}, {what} ({found.times} times)",
            "",
            "```python",
            found.call.program(aspect),
            "```",
            "",
            f"- TensorFlow: `{found.difference.theirs}`",
            f"- gradtape: `{found.difference.ours}`",
        ]
    return "\n".join(lines) + "\n"
