"""What cards can do at most, as their makers publish it: the measure that a share is taken of."""

from typing import NamedTuple


class Peak(NamedTuple):
    """float32 arithmetic without tensor cores in TFLOP/s, and memory traffic in GB/s."""

    tflops: float | None = None
    bandwidth: float | None = None


# a card's name as its driver says it, without the maker's -> its peak
CARDS = {
    "A10": Peak(31.2, 600),
    "A100 80GB PCIe": Peak(19.5, 1935),
    "A100-PCIE-40GB": Peak(19.5, 1555),
    "A100-SXM4-40GB": Peak(19.5, 1555),
    "A100-SXM4-80GB": Peak(19.5, 2039),
    "Apple M1": Peak(2.6, 68),
    "Apple M2": Peak(3.6, 100),
    "H100 80GB HBM3": Peak(67, 3350),
    "H100 PCIe": Peak(51, 2000),
    "H200": Peak(67, 4800),
    "L4": Peak(30.3, 300),
    "L40S": Peak(91.6, 864),
    "RTX 3060": Peak(12.7, 360),
    "RTX 3090": Peak(35.6, 936),
    "RTX 4070": Peak(29.1, 504),
    "RTX 4090": Peak(82.6, 1008),
    "RTX 5090": Peak(104.8, 1792),
    "RX 7900 XTX": Peak(61.4, 960),
    "T4": Peak(8.1, 320),
    "V100-SXM2-16GB": Peak(15.7, 900),
    "V100-SXM2-32GB": Peak(15.7, 900),
}
MAKERS = ("NVIDIA GeForce ", "NVIDIA ", "Tesla ", "AMD Radeon ")


def peak_of(adapter: str) -> Peak:
    """The peak of the card of this name, both figures None where it is not known.

    Only the whole name counts: a card "Ti", "Laptop" or "Max" is another card.
    """
    name = adapter.split(" (")[0].strip()
    for maker in MAKERS:
        name = name.removeprefix(maker)
    return CARDS.get(name, Peak())
