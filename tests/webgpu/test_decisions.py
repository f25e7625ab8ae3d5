"""Every op of the registry is decided, once: an expression, a kernel, the graph, or the CPU."""

from __future__ import annotations

from collections import Counter

import gradtape as tf
from gradtape.registry import REGISTRY, load_all
from gradtape_webgpu.kernels import registry
from gradtape_webgpu.kernels.on_cpu import ON_CPU
from gradtape_webgpu.looks import LOOKS
from gradtape_webgpu.lower import COMPOSED
from gradtape_webgpu.wgsl import elementwise


def _registered() -> set[str]:
    load_all()
    for name in tf.__all__:
        getattr(tf, name)
    return set(REGISTRY)


def test_no_op_is_undecided() -> None:
    """An op that exists runs somewhere that was chosen."""
    kernels = {*registry.load_all(), *elementwise.EXPRESSIONS}
    assert _registered() - kernels - on_cpu_alone() - {*COMPOSED, *LOOKS} == set()


def test_no_op_is_decided_twice() -> None:
    """Two answers would be one too many; reasons stand for ops that exist."""
    counts = Counter([*registry.load_all(), *elementwise.EXPRESSIONS, *elementwise.CPU, *ON_CPU])
    assert [op for op, count in counts.items() if count > 1] == []
    assert ON_CPU.keys() - _registered() == set()
    assert {*COMPOSED, *LOOKS} - _registered() == set()
    assert on_cpu_alone() & {*COMPOSED, *LOOKS} == set()


def on_cpu_alone() -> set[str]:
    """The ops that stay on the CPU by decision."""
    return {*elementwise.CPU, *ON_CPU}
