"""The functions of `broad.py` that are slowest beside the best of the peers, as one table."""

from statistics import median

from broad import WORKS
from table import PEERS, Measured, Row, aligned, cell, quantity

BROAD_PEERS = ("scipy", "torch", "tensorflow")
SHOWN = 20


def rows(names: list[str] | None = None) -> list[Row]:
    """A row for each function, and for each gradient; of all or of the named functions."""
    made = []
    for name, work in WORKS.items():
        if names and name not in names:
            continue
        peers = tuple(peer for peer in BROAD_PEERS if work.says(peer))
        made.append(Row(name, name, {}, peers=peers, random=work.random))
        if work.differentiable:
            tapes = tuple(peer for peer in peers if peer != "scipy")
            gradient = f"{name}, gradient"
            made.append(Row(gradient, gradient, {}, peers=tapes, random=work.random))
    return made


def worst(measured: Measured) -> float:
    """gradtape's time over that of the best peer, round by round: the median of the ratios."""
    own = measured.figures.get("gradtape", [])
    peers = [figures for who, figures in measured.figures.items() if who != "gradtape"]
    ratios = [mine / min(others) for mine, *others in zip(own, *peers, strict=False) if others]
    return median(ratios) if ratios else 0.0


def slowest(all_measured: list[Measured], shown: int = SHOWN) -> str:
    """The twenty worst, and below them how many are above three times the best peer, and three."""
    ranked = sorted(all_measured, key=worst, reverse=True)
    lines = [["the slowest", "× best", "gradtape", *(PEERS[peer][0] for peer in BROAD_PEERS)]]
    for measured in ranked[:shown]:
        own = measured.figures.get("gradtape")
        figure = quantity(median(own), "time") if own else "failed"
        cells = [cell(measured, peer) for peer in BROAD_PEERS]
        lines.append([measured.row.title, f"{worst(measured):.3g}", figure, *cells])
    ratios = [worst(measured) for measured in ranked]
    summary = (
        f"{len(ranked)} functions and gradients: {sum(r > 3 for r in ratios)} take more than 3 × "
        f"the best peer's time, {sum(r > 1 for r in ratios)} more than it; "
        f"the median is {median(ratios):.2g} ×"
    )
    complaints = [line for measured in ranked for line in measured.complaints()]
    return "\n".join([*aligned(lines), summary, *complaints])
