"""Layers that merge: which shapes meet, and which are refused."""

import pytest

import gradtape as tf

layers = tf.keras.layers


def test_inputs_side_by_side_have_sizes_of_their_own():
    parts = [tf.ones([2, 8]), tf.zeros([2, 6])]
    assert layers.concatenate(parts).shape == (2, 14)
    assert layers.Dot(axes=(2, 1))([tf.ones([2, 5, 3]), tf.ones([2, 3, 4])]).shape == (2, 5, 4)


@pytest.mark.parametrize("layer", [layers.Add(), layers.Multiply(), layers.Maximum()])
def test_element_by_element_they_meet(layer):
    assert layer([tf.ones([2, 1, 3]), tf.ones([2, 4, 1])]).shape == (2, 4, 3)
    with pytest.raises(ValueError, match="incompatible shapes"):
        layer([tf.ones([2, 8]), tf.ones([2, 6])])
