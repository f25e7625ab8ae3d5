"""Every op of the registry is decided, once: expression, kernel, view, composition, or the CPU."""

from __future__ import annotations

import gradtape as tf
from gradtape.primitives.registry import REGISTRY, load_all
from gradtape_webgpu.lowering.recipe import decisions


def _registered() -> set[str]:
    load_all()
    for name in tf.__all__:
        getattr(tf, name)
    return set(REGISTRY)


def test_no_op_is_undecided() -> None:
    """An op that exists runs somewhere that was chosen."""
    assert _registered() - decisions().keys() == set()


def test_no_op_is_decided_twice() -> None:
    """Two answers would be one too many; every answer is about an op that exists."""
    assert {op: places for op, places in decisions().items() if len(places) > 1} == {}
    assert decisions().keys() - _registered() == set()
