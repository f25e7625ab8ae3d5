"""What is measured, what must be reached, and the one table that shows both."""

from dataclasses import dataclass, field
from statistics import median

# library -> (heading, environment of peers.py)
PEERS = {
    "torch": ("PyTorch", "torch"),
    "tensorflow": ("TensorFlow eager", "tf"),
    "autograd": ("autograd", "autograd"),
    "jax": ("JAX, no jit", "jax"),
    "numpy": ("NumPy", None),
    "scipy": ("NumPy, SciPy", "scipy"),
}


@dataclass(frozen=True)
class Row:
    """A piece of work, who does it beside gradtape, and the largest ratio allowed to each."""

    work: str
    title: str
    targets: dict[str, float]
    kind: str = "time"
    peers: tuple[str, ...] = ("torch", "tensorflow", "autograd", "jax")
    random: bool = False  # the results are drawn: libraries agree on their shape alone


#: beside a traced function: TensorFlow's own, PyTorch as it is, `jax.jit`
COMPILED = ("torch", "tensorflow", "jax")

ROWS = [
    Row("square", "gradient of x**2, scalar", {"torch": 0.5, "tensorflow": 0.05}),
    Row("chain", "gradient of 200 element-wise ops, 32 floats", {"torch": 0.6, "tensorflow": 0.1}),
    Row("chain_traced", "    traced, as tf.function, jit", {"torch": 0.3}, peers=COMPILED),
    Row(
        "perceptron", "training step, MLP 784-128-10, batch 128", {"torch": 1.2, "tensorflow": 0.4}
    ),
    Row(
        "perceptron_traced",
        "    traced, as tf.function, jit",
        {"torch": 0.9, "tensorflow": 1.0},
        peers=COMPILED,
    ),
    Row("wide", "sum(sigmoid(tanh(x)·2+1)), a million, eager", {}, peers=("torch", "tensorflow")),
    Row("wide_traced", "    traced, as tf.function, jit", {"jax": 1.0}, peers=COMPILED),
    Row("wide_gradient", "its gradient, eager", {}, peers=("torch", "tensorflow")),
    Row(
        "wide_gradient_traced",
        "    traced, as tf.function, jit",
        {"jax": 1.0},
        peers=COMPILED,
    ),
    Row("batch_jacobian", "batch_jacobian of tanh(x @ W), (8, 64)", {"tensorflow": 0.05}),
    Row("hessian", "Hessian of the loss of a 5-8-6 net", {"tensorflow": 0.1}),
    Row("deep", "peak memory kept by a tape, 100 × relu(x @ W)", {"torch": 1.0}, "memory"),
    Row("deep_persistent", "    the same, persistent tape", {}, "memory", ("torch", "tensorflow")),
    Row("import", "import gradtape", {"numpy": 1.5}, "import", ("numpy",)),
    # a table of its own: `slowest.py`
    Row("slowest", "each function at a million elements", {}, "broad", ()),
]


@dataclass
class Measured:
    """One row's figures, round by round, by library; `trouble` holds what went wrong."""

    row: Row
    figures: dict[str, list[float]] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)

    def ratio(self, peer: str) -> float | None:
        """The median over the rounds of gradtape's figure over the peer's in the same round."""
        pairs = zip(self.figures.get("gradtape", []), self.figures.get(peer, []), strict=False)
        ratios = [own / other for own, other in pairs]
        return median(ratios) if ratios else None

    def complaints(self) -> list[str]:
        """What went wrong, a line for each library."""
        return [f"{self.row.title.strip()}, {who}: {why}" for who, why in self.trouble.items()]


def aligned(rows: list[list[str]]) -> list[str]:
    """Lines in columns, and one under the first."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines


def quantity(value: float, kind: str) -> str:
    """A time in its handiest unit, or a size in MiB."""
    if kind == "memory":
        return f"{value / 2**20:.0f} MiB"
    if value >= 1.0:
        return f"{value:.3g} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def verdict(value: float, target: float, at_least: bool = False) -> str:
    """Whether a value is at most its target, or at least."""
    reached = value >= target if at_least else value <= target
    return f"({'≥' if at_least else '≤'} {target:g}: {'reached' if reached else 'MISSED'})"


def cell(measured: Measured, peer: str) -> str:
    """A peer's figure, the ratio reached and the one that must be reached."""
    if peer not in measured.row.peers:
        return ""
    if peer in measured.trouble:
        return "failed"
    ratio = measured.ratio(peer)
    if ratio is None:
        return "-"
    text = f"{ratio:.3g} × {quantity(median(measured.figures[peer]), measured.row.kind)}"
    if peer not in measured.row.targets:
        return text
    return f"{text} {verdict(ratio, measured.row.targets[peer])}"


def table(all_measured: list[Measured], peers: list[str]) -> str:
    """The whole table as text, and below it what went wrong."""
    rows = [["", "gradtape", *(PEERS[peer][0] for peer in peers)]]
    for measured in all_measured:
        own = measured.figures.get("gradtape")
        figure = quantity(median(own), measured.row.kind) if own else "failed"
        rows.append([measured.row.title, figure, *(cell(measured, peer) for peer in peers)])
    lines = aligned(rows)
    for measured in all_measured:
        lines += measured.complaints()
    return "\n".join(lines)
