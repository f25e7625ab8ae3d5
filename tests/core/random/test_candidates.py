"""Candidate samplers, and the losses that are made with them, beside TensorFlow's numbers."""

import numpy as np
import pytest

import gradtape as tf

TRUE = [[1, 3], [0, 2]]
#: sampler, unique, range_max; what TensorFlow draws the second time with seed 3, and the counts
DRAWN = [
    ("uniform", True, 10, [9, 7, 3, 2, 4], [0.5, 0.5, 0.5, 0.5, 0.5]),
    (
        "uniform",
        True,
        16,
        [3, 14, 10, 8, 13],
        [
            0.4032805562019348,
            0.4032805562019348,
            0.4032805562019348,
            0.4032805562019348,
            0.4032805562019348,
        ],
    ),
    ("uniform", False, 10, [9, 7, 3, 2, 4], [0.5, 0.5, 0.5, 0.5, 0.5]),
    ("uniform", False, 16, [3, 3, 3, 14, 14], [0.3125, 0.3125, 0.3125, 0.3125, 0.3125]),
    (
        "log_uniform",
        True,
        10,
        [7, 2, 0, 3, 5],
        [
            0.36447280645370483,
            0.6834334135055542,
            0.9536051154136658,
            0.5848402380943298,
            0.45009350776672363,
        ],
    ),
    (
        "log_uniform",
        True,
        16,
        [12, 2, 0, 3, 5],
        [
            0.1307843178510666,
            0.507695734500885,
            1.223252773284912,
            0.39379942417144775,
            0.2720421254634857,
        ],
    ),
    (
        "log_uniform",
        False,
        10,
        [7, 2, 0, 2, 3],
        [
            0.24559670686721802,
            0.5998637080192566,
            1.445324182510376,
            0.5998637080192566,
            0.4652904272079468,
        ],
    ),
    (
        "log_uniform",
        False,
        16,
        [12, 2, 0, 3, 5],
        [
            0.1307843178510666,
            0.507695734500885,
            1.223252773284912,
            0.39379942417144775,
            0.2720421254634857,
        ],
    ),
]
SEEDLESS = [
    [674, 215, 396, 756, 499],
    [584, 799, 44, 727, 575],
    [292, 473, 49, 654, 976],
    [294, 941, 649, 336, 121],
]


@pytest.mark.parametrize(("name", "unique", "below", "classes", "counts"), DRAWN)
def test_the_second_draw_is_tensorflows(name, unique, below, classes, counts):
    tf.random.set_seed(7)
    sampler = getattr(tf.random, f"{name}_candidate_sampler")
    sampler(TRUE, 2, 5, unique, below, seed=3)
    drawn, true, sampled = sampler(TRUE, 2, 5, unique, below, seed=3)
    assert drawn.dtype == tf.int64 and drawn.numpy().tolist() == classes
    assert sampled.numpy() == pytest.approx(counts, rel=1e-6)
    assert true.shape == (2, 2) and true.dtype == tf.float32


def test_without_a_seed_each_draw_is_another_of_the_same_program():
    tf.random.set_seed(7)
    drawn = [
        tf.random.uniform_candidate_sampler(TRUE, 2, 5, unique, 1000)[0].numpy().tolist()
        for unique in (True, True, False, False)
    ]
    assert drawn == SEEDLESS


def test_all_candidates_and_accidental_hits():
    drawn, true, sampled = tf.nn.all_candidate_sampler([[2]], 1, 4, True)
    assert drawn.numpy().tolist() == [0, 1, 2, 3]
    assert true.numpy().tolist() == [[1.0]] and sampled.numpy().tolist() == [1.0] * 4
    hits = tf.nn.compute_accidental_hits(tf.constant(TRUE, tf.int64), [3, 0, 1], 2)
    assert hits.indices.numpy().tolist() == [0, 0, 1]
    assert hits.ids.numpy().tolist() == [2, 0, 1]
    assert set(hits.weights.numpy()) == {np.finfo(np.float32).min}


@pytest.fixture
def model():
    tf.random.set_seed(7)
    weights = tf.Variable(np.arange(20, dtype=np.float32).reshape(10, 2) / 10)
    return weights, tf.Variable(tf.zeros([10])), tf.Variable([[1.0, 2.0], [3.0, -1.0]])


def test_losses_and_gradients_are_tensorflows(model):
    """Both losses one after the other: what they draw follows from the same seed."""
    weights, biases, inputs = model
    labels = [[1], [4]]
    with tf.GradientTape() as tape:
        loss = tf.nn.sampled_softmax_loss(weights, biases, labels, inputs, 4, 10)
    assert loss.numpy() == pytest.approx([4.9470806, 1.8449674], rel=1e-6)
    rows, offsets, x = tape.gradient(loss, model)
    assert isinstance(rows, tf.IndexedSlices) and isinstance(offsets, tf.IndexedSlices)
    want = [[1.1309355, 1.1309354], [0.46774906, 0.46774918]]
    np.testing.assert_allclose(x, want, rtol=1e-6)
    places = tf.convert_to_tensor(offsets).numpy()[[0, 1, 4, 7]]
    want = [0.01067299, -0.971493, -0.74639195, 1.707212]
    np.testing.assert_allclose(places, want, rtol=2e-6)
    with tf.GradientTape() as tape:
        loss = tf.nn.nce_loss(weights, biases, labels, inputs, 4, 10)
    assert loss.numpy() == pytest.approx([10.174549, 7.365803], rel=1e-6)
    want = [[1.6734152, 1.984497], [1.5749007, 1.8742537]]
    np.testing.assert_allclose(tape.gradient(loss, inputs), want, rtol=1e-6)
    several = tf.nn.sampled_softmax_loss(
        weights, biases, [[1, 2], [4, 5]], inputs, 4, 10, num_true=2, seed=5
    )
    assert several.numpy() == pytest.approx([5.091099, 2.184921], rel=1e-6)


def test_of_all_candidates_the_sampled_loss_is_the_whole_one(model):
    weights, biases, inputs = model
    every = tf.random.all_candidate_sampler([[1], [4]], 1, 10, True)
    got = tf.nn.sampled_softmax_loss(weights, biases, [[1], [4]], inputs, 10, 10, 1, every)
    logits = tf.matmul(inputs, weights, transpose_b=True) + biases
    want = tf.nn.sparse_softmax_cross_entropy_with_logits([1, 4], logits)
    np.testing.assert_allclose(got, want, rtol=1e-5)


def test_what_is_refused(model):
    draw = tf.random.uniform_candidate_sampler
    for call, words in (
        (lambda: draw(TRUE, 2, 5, True, 4), "range is too small"),
        (lambda: draw([1, 2], 2, 5, True, 10), "must be a matrix"),
        (lambda: draw([[1, 12]], 2, 5, True, 10), r"\[0, 10\), received 12"),
        (lambda: draw([[1]], 2, 5, True, 10), "num_true columns"),
        (lambda: draw(TRUE, 2, 0, True, 10), ">= 1"),
        (lambda: tf.nn.nce_loss(model[0], model[1], [1, 4], model[2], 4, 10), "reshape"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=words):
            call()
