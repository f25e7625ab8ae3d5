"""A name that gradtape has not ends in what to write instead."""

import pytest

import gradtape as tf


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("mean", "Did you mean tf.reduce_mean?"),
        ("log", "Did you mean tf.math.log?"),
        ("relu", "Did you mean tf.nn.relu?"),
        ("Dense", "Did you mean tf.keras.layers.Dense?"),
        ("Adam", "Did you mean tf.keras.optimizers.Adam?"),
        ("gradienttape", "Did you mean tf.GradientTape?"),
        ("reduce_sun", "Did you mean tf.reduce_sum?"),
        ("Session", "Instead: values are there at once: leave graphs and sessions out"),
        ("cat", "Instead: use tf.concat."),
    ],
)
def test_a_function_elsewhere_or_misspelt(name, instead):
    with pytest.raises(AttributeError) as refusal:
        getattr(tf, name)
    start, _, end = str(refusal.value).partition(". ")
    assert start == f"module 'gradtape' has no attribute {name!r}" and end.startswith(instead)


@pytest.mark.parametrize(
    ("namespace", "name", "meant"),
    [
        (tf.keras.layers, "Dens", "tf.keras.layers.Dense"),
        (tf.keras.optimizers, "Adma", "tf.keras.optimizers.Adam"),
        (tf.math, "sinhh", "tf.math.sinh"),
        (tf, "tahn", "tf.tanh"),
        (tf, "eqal", "tf.equal"),
    ],
)
def test_short_names_are_misspelt_too(namespace, name, meant):
    with pytest.raises(AttributeError, match=rf"Did you mean {meant}\?"):
        getattr(namespace, name)


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        (tf, "addr"),
        (tf, "conv"),
        (tf.math, "mode"),
        (tf.linalg, "expm"),
        (tf, "rand"),
        (tf, "sin_"),
    ],
)
def test_a_name_of_another_library_is_no_slip(namespace, name):
    with pytest.raises(AttributeError) as refusal:
        getattr(namespace, name)
    assert "Did you mean" not in str(refusal.value)


@pytest.mark.parametrize(
    ("namespace", "name", "meant"),
    [
        (tf.keras.layers, "Conv2d", "tf.keras.layers.Conv2D"),
        (tf.keras.losses, "Mse", "tf.keras.losses.MSE"),
        (tf.linalg, "Det", "tf.linalg.det"),
    ],
)
def test_other_capitals_mean_the_name_of_the_same_namespace(namespace, name, meant):
    with pytest.raises(AttributeError, match=rf"Did you mean {meant}\?"):
        getattr(namespace, name)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("backward", "Instead: gradients come from a tape"),
        ("item", "Instead: use float(x), int(x) or x.numpy()."),
        ("mean", "Did you mean tf.reduce_mean(x)?"),
        ("exp", "Did you mean tf.exp(x)?"),
    ],
)
def test_a_method_of_another_library(name, instead):
    with pytest.raises(AttributeError) as refusal:
        getattr(tf.constant(1.0), name)
    start, _, end = str(refusal.value).partition(". ")
    assert start == f"'EagerTensor' object has no attribute {name!r}" and end.startswith(instead)


@pytest.mark.parametrize("owner", [tf, tf.constant(1.0)])
@pytest.mark.parametrize("name", ["qqqq", "__wrapped__"])
def test_where_nothing_comes_near_nothing_is_guessed(owner, name):
    with pytest.raises(AttributeError, match=rf"has no attribute '{name}'\.?$"):
        getattr(owner, name)
