"""What the command says: text that is safe on a terminal, and the verdict as text or JSON."""

from __future__ import annotations

import re
from typing import Any

from gradtape.snippet.comparison import Comparison, ResultComparison, Tier

# Escape sequences can rewrite a terminal, direction marks can make code read as other code.
_DANGEROUS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def safe(text: str) -> str:
    r"""The text with every character written out that a terminal would act on.

    >>> safe("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    shown = _DANGEROUS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")


def verdict_text(verdict: Comparison) -> str:
    """The verdict for people: the tier, then one line for each result and each reason."""
    count = len(verdict.results)
    worst = "" if verdict.worst_ulp is None else f", worst {verdict.worst_ulp} ulp"
    lines = [f"{verdict.tier.value}: {count} result{'s' * (count != 1)}{worst}"]
    for result in verdict.results:
        lines.append(f"  {_result_line(result)}")
        if result.tier is Tier.DIFFERS and result.recorded:
            where = list(result.worst_index)
            lines.append(f"      recorded {where}  {result.recorded}")
            lines.append(f"      obtained {where}  {result.obtained}")
    lines += [f"  {reason}" for reason in verdict.reasons]
    if verdict.pins:
        lines.append("what differs between the record and this run:")
        lines += [f"  {pin}" for pin in verdict.pins]
    return safe("\n".join(lines))


def _result_line(result: ResultComparison) -> str:
    ulp = f" ({result.worst_ulp} ulp)" if result.worst_ulp else ""
    return f"{result.tier.value:<7} {result.label}: {result.reason}{ulp}"


def verdict_json(verdict: Comparison) -> dict[str, Any]:
    """The verdict for programs."""
    return {
        "tier": verdict.tier.value,
        "worst_ulp": verdict.worst_ulp,
        "reasons": verdict.reasons,
        "pins": verdict.pins,
        "results": [
            {
                "label": result.label,
                "tier": result.tier.value,
                "reason": result.reason,
                "compared": result.compared,
                "size": result.size,
                "worst_ulp": result.worst_ulp,
                "worst_index": list(result.worst_index),
                "recorded": result.recorded,
                "obtained": result.obtained,
            }
            for result in verdict.results
        ],
    }
