"""The verdict as text or JSON."""

from __future__ import annotations

from typing import Any

from gradtape.cli.terminal import safe
from gradtape.snippet.comparison import Comparison, ResultComparison, Tier


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
