"""A call of a traced function draws each number once, whichever ways it tries."""

from __future__ import annotations

import pytest

import gradtape as tf
from gradtape.random import seeds


def test_a_branch_on_a_number_that_nobody_can_foresee(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    fresh = seeds.fresh_stream

    def counted() -> seeds.Stream:
        drawn.append(1)
        return fresh()

    monkeypatch.setattr(seeds, "fresh_stream", counted)
    monkeypatch.setattr(seeds, "_SEEDS", seeds._Seeds())

    @tf.function
    def f() -> tf.Tensor:
        u = tf.random.uniform([])
        if u > 0.5:
            return u
        return -u

    signs = {bool(f() > 0.0) for _ in range(40)}
    assert signs == {True, False}
    assert len(drawn) == 40
    assert all(len(entry.paths) == 2 for entry in f._entries.values())


def test_generators_stand_where_they_stood_when_python_takes_over() -> None:
    def draws(seeds: tf.keras.random.SeedGenerator, n: tf.Tensor) -> tf.Tensor:
        u = tf.keras.random.uniform([], seed=seeds)
        for _ in tf.range(n):
            u = u * 2.0
        return u

    known, traced = tf.keras.random.SeedGenerator(1), tf.keras.random.SeedGenerator(1)
    f = tf.function(lambda n: draws(traced, n))
    for n in range(20):
        assert float(f(tf.constant(n))) == float(draws(known, tf.constant(n)))
    assert [entry.eager for entry in f._entries.values()] == [True]
    assert traced.next().numpy().tolist() == known.next().numpy().tolist()


def test_to_look_at_a_function_draws_nothing() -> None:
    layer = tf.keras.layers.Dropout(0.5, seed=2)
    f = tf.function(lambda x: layer(x, training=True))
    before = layer.seed_generator.state.numpy().tolist()
    concrete = f.get_concrete_function(tf.TensorSpec([4]))
    assert concrete.structured_outputs.shape == [4]
    assert layer.seed_generator.state.numpy().tolist() == before
