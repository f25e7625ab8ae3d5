"""Datasets give TensorFlow's elements, in its orders; the values were recorded there."""

import threading

import numpy as np
import pytest

import gradtape as tf

Dataset = tf.data.Dataset
X = np.arange(12, dtype=np.float32).reshape(6, 2)
Y = np.arange(6)


def listed(dataset):
    """The elements as Python lists, in their structure."""
    return [
        tf.nest.map_structure(lambda leaf: np.asarray(leaf).tolist(), element)
        for element in dataset.as_numpy_iterator()
    ]


def test_shuffled_orders_are_tensorflows():
    tf.random.set_seed(7)
    by_seed = Dataset.range(10).shuffle(4, seed=3)
    assert [listed(by_seed), listed(by_seed)] == [
        [3, 0, 1, 4, 6, 5, 9, 8, 2, 7],
        [0, 4, 3, 2, 7, 5, 9, 8, 1, 6],
    ]
    by_global_seed = Dataset.range(6).shuffle(10)
    assert [listed(by_global_seed), listed(by_global_seed)] == [
        [2, 5, 0, 1, 3, 4],
        [4, 0, 3, 5, 2, 1],
    ]
    always = Dataset.range(6).shuffle(10, reshuffle_each_iteration=False)
    assert [listed(always), listed(always)] == [[4, 5, 1, 0, 3, 2]] * 2
    twice = Dataset.range(6).shuffle(3, seed=1).repeat(2)
    assert listed(twice) == [2, 3, 4, 0, 1, 5, 1, 0, 4, 5, 2, 3]
    assert listed(twice) == [2, 1, 0, 5, 4, 3, 0, 3, 2, 1, 5, 4]
    assert float(tf.random.uniform([])) == pytest.approx(0.25153684616088867, rel=1e-7)


def test_without_a_seed_orders_differ():
    orders = {tuple(listed(Dataset.range(30).shuffle(30))) for _ in range(4)}
    assert len(orders) == 4 and all(sorted(order) == list(range(30)) for order in orders)


def test_rows_and_elements_are_shuffled_alike():
    """A batch takes rows from the arrays where it can; what it gives does not depend on that."""
    tf.random.set_seed(2)
    rows = Dataset.from_tensor_slices((X, Y)).shuffle(4, seed=5).repeat(2).skip(1).batch(4)
    tf.random.set_seed(2)
    elements = Dataset.from_tensor_slices((X, Y)).map(lambda x, y: (x, y)).shuffle(4, seed=5)
    assert listed(rows) == listed(elements.repeat(2).skip(1).batch(4))


def test_batches_and_their_specs():
    dataset = Dataset.from_tensor_slices({"a": X, "b": Y}).batch(4, drop_remainder=True)
    assert listed(dataset) == [{"a": X[:4].tolist(), "b": [0, 1, 2, 3]}]
    assert dataset.element_spec == {
        "a": tf.TensorSpec([4, 2], tf.float32),
        "b": tf.TensorSpec([4], tf.int64),
    }
    loose = Dataset.from_tensor_slices((X, Y)).batch(4)
    assert len(loose) == 2
    assert loose.element_spec[0] == tf.TensorSpec([None, 2], tf.float32)
    assert listed(Dataset.range(6).batch(4).unbatch()) == list(range(6))


def test_padded_batches():
    rows = Dataset.range(1, 4).map(lambda n: tf.fill([n], n))
    assert listed(rows.padded_batch(2, padding_values=tf.constant(-1, tf.int64))) == [
        [[1, -1], [2, 2]],
        [[3, 3, 3]],
    ]
    pairs = Dataset.range(1, 4).map(lambda n: (tf.fill([n], n), n))
    assert listed(pairs.padded_batch(2, padded_shapes=([4], []))) == [
        ([[1, 0, 0, 0], [2, 2, 0, 0]], [1, 2]),
        ([[3, 3, 3, 0]], [3]),
    ]
    with pytest.raises(ValueError, match="smaller size"):
        listed(rows.padded_batch(3, padded_shapes=[2]))


def test_windows():
    def windows(*args, **kwargs):
        return listed(Dataset.range(7).window(*args, **kwargs).flat_map(lambda w: w.batch(3)))

    assert windows(3, shift=2, drop_remainder=True) == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert windows(3, shift=4) == [[0, 1, 2], [4, 5, 6]]
    assert windows(2, shift=1, stride=2) == [[0, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5], [6]]


def test_interleaving_takes_turns_as_tensorflow_does():
    six = Dataset.range(1, 6).interleave(
        lambda n: Dataset.from_tensors(n).repeat(6), cycle_length=2, block_length=4
    )
    assert listed(six) == [
        *[1] * 4, *[2] * 4, *[1] * 2, *[2] * 2, *[3] * 4, *[4] * 4, *[3] * 2, *[4] * 2, *[5] * 6
    ]  # fmt: skip
    uneven = Dataset.range(1, 6).interleave(
        lambda n: Dataset.from_tensors(n).repeat(n), cycle_length=3, block_length=2
    )
    assert listed(uneven) == [1, 2, 2, 3, 3, 4, 4, 3, 4, 4, 5, 5, 5, 5, 5]


def test_structures_pass_through_functions():
    dataset = Dataset.range(3).map(lambda x: (x, x * 2)).map(lambda a, b: {"sum": a + b})
    assert listed(dataset) == [{"sum": 0}, {"sum": 3}, {"sum": 6}]
    assert listed(Dataset.zip((Dataset.range(3), Dataset.range(10, 13)))) == [
        (0, 10),
        (1, 11),
        (2, 12),
    ]
    assert listed(Dataset.range(3).enumerate(5)) == [(5, 0), (6, 1), (7, 2)]
    assert listed(Dataset.range(3).concatenate(Dataset.range(2))) == [0, 1, 2, 0, 1]
    assert listed(Dataset.range(4).scan(np.int64(0), lambda s, v: (s + v, s + v))) == [0, 1, 3, 6]


def test_choosing_elements():
    numbers = Dataset.range(5)
    assert listed(numbers.take(3)) == [0, 1, 2]
    assert listed(numbers.skip(3)) == [3, 4]
    assert listed(numbers.shard(2, 1)) == [1, 3]
    assert listed(numbers.filter(lambda v: v % 2 == 0)) == [0, 2, 4]
    assert listed(numbers.take_while(lambda v: v < 2)) == [0, 1]


def test_generators_start_anew_and_are_checked():
    def generate():
        for i in range(3):
            yield i, [float(i)] * i

    signature = (tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.float32))
    dataset = Dataset.from_generator(generate, output_signature=signature)
    assert listed(dataset) == listed(dataset) == [(0, []), (1, [1.0]), (2, [2.0, 2.0])]
    assert listed(Dataset.from_generator(lambda: iter(range(3)), tf.int64)) == [0, 1, 2]
    short = Dataset.from_generator(lambda: iter([[1, 2]]), tf.int32, [3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="shape"):
        listed(short)
    with pytest.raises(TypeError, match="output_signature"):
        Dataset.from_generator(generate)


def test_how_many():
    counts = [
        Dataset.range(5).repeat(),
        Dataset.range(5).filter(lambda v: v > 2),
        Dataset.range(5).batch(2),
        Dataset.range(5).repeat(3).take(4),
    ]
    assert [int(dataset.cardinality()) for dataset in counts] == [-1, -2, 3, 4]
    with pytest.raises(TypeError, match="infinite"):
        len(Dataset.range(3).repeat())


def test_a_cache_asks_its_source_once():
    asked = []
    dataset = Dataset.range(3).map(lambda v: (asked.append(int(v)), v)[1]).cache()
    assert listed(dataset.repeat(2)) == [0, 1, 2, 0, 1, 2]
    assert asked == [0, 1, 2]


def test_parallel_maps_keep_the_order_and_use_threads():
    seen = set()

    def square(v):
        seen.add(threading.get_ident())
        return v * v

    dataset = Dataset.range(50).map(square, num_parallel_calls=4)
    assert listed(dataset) == [v * v for v in range(50)]
    assert threading.get_ident() not in seen


def test_an_exception_in_a_thread_reaches_the_loop():
    dataset = Dataset.range(5).map(lambda v: 1 // int(v - 3), num_parallel_calls=2)
    with pytest.raises(ZeroDivisionError):
        listed(dataset)


def test_iterators_are_stateful_and_stop_gradients():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        doubled = x * 2.0
        row = next(iter(Dataset.from_tensor_slices(doubled)))
        y = row * row
    assert tape.gradient(y, x) is None
    why = tape.explain(y, x)
    assert "Dataset.from_tensor_slices is not differentiable" in why.text
    assert "from_tensor_slices(doubled)" in why.line.source


def test_what_computes_an_element_is_not_recorded():
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        (element,) = list(Dataset.from_tensors(3.0).map(lambda v: v * w))
        y = element * 1.0
    assert float(y) == 6.0
    assert tape.gradient(y, w) is None


def test_a_model_learns_from_batches():
    tf.random.set_seed(0)
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    xs = np.linspace(-1, 1, 64).astype(np.float32)
    dataset = Dataset.from_tensor_slices((xs, 3 * xs + 2)).shuffle(64).batch(16).repeat(60)
    optimizer = tf.keras.optimizers.SGD(0.1)
    for x, y in dataset.prefetch(tf.data.AUTOTUNE):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b], strict=True))
    assert float(w) == pytest.approx(3, abs=0.01) and float(b) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Dataset.from_tensor_slices((X, Y[:3])), ValueError),
        (lambda: Dataset.from_tensor_slices(3.0), ValueError),
        (lambda: Dataset.range(5).batch(0), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(5).shuffle(0), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(4).shard(2, 2), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(0, 5, 0), tf.errors.InvalidArgumentError),
        (lambda: Dataset.list_files("/nonexistent*"), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(3).get_single_element(), tf.errors.InvalidArgumentError),
        (lambda: iter(Dataset.range(0)).get_next(), tf.errors.OutOfRangeError),
        (lambda: list(Dataset.range(3).flat_map(lambda v: v)), TypeError),
        (
            lambda: list(Dataset.range(1, 4).map(lambda n: tf.fill([n], n)).batch(3)),
            tf.errors.InvalidArgumentError,
        ),
        (lambda: Dataset.range(3).cache("file"), ValueError),
    ],
)
def test_what_is_refused(call, error):
    with pytest.raises(error):
        call()


def test_files_are_listed_in_order_or_shuffled(tmp_path):
    for name in ("b.txt", "a.txt", "c.bin"):
        (tmp_path / name).touch()
    found = listed(Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False))
    assert [name.decode()[-5:] for name in found] == ["a.txt", "b.txt"]
