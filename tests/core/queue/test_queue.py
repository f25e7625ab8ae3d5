"""Queues and tensor arrays: TensorFlow's orders, and gradients that stop or flow."""

import threading

import numpy as np
import pytest

import gradtape as tf

queue = tf.queue


def test_first_in_first_out():
    q = queue.FIFOQueue(5, [tf.int32, tf.float32], shapes=[[], [2]])
    q.enqueue((1, [1.0, 2.0]))
    q.enqueue_many(([2, 3], [[3.0, 4.0], [5.0, 6.0]]))
    assert [x.numpy().tolist() for x in q.dequeue_many(2)] == [[1, 2], [[1.0, 2.0], [3.0, 4.0]]]
    q.close()
    with pytest.raises(tf.errors.OutOfRangeError, match="requested 2, current size 1"):
        q.dequeue_many(2)
    with pytest.raises(tf.errors.CancelledError, match="closed"):
        q.enqueue((1, [1.0, 2.0]))
    assert bool(q.is_closed())
    assert [x.numpy().tolist() for x in q.dequeue_up_to(5)] == [[3], [[5.0, 6.0]]]


def test_names_and_shapes():
    q = queue.FIFOQueue(5, [tf.int32, tf.int32], shapes=[[], []], names=["a", "b"])
    q.enqueue({"a": 1, "b": 2})
    assert {name: int(value) for name, value in q.dequeue().items()} == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="dictionary"):
        q.enqueue((1, 2))
    with pytest.raises(ValueError, match="do not match names"):
        q.enqueue({"a": 1})
    with pytest.raises(ValueError, match="incompatible"):
        q.enqueue({"a": [1, 2], "b": 1})
    loose = queue.FIFOQueue(5, tf.float32)
    loose.enqueue(1.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="specified shapes"):
        loose.dequeue_many(1)
    with pytest.raises(ValueError, match="1 components, got 2"):
        loose.enqueue([1.0, 2.0])


def test_padded_and_by_priority():
    padded = queue.PaddingFIFOQueue(5, [tf.int32], [[None]])
    padded.enqueue([[1, 2]])
    padded.enqueue([[3]])
    assert padded.dequeue_many(2).numpy().tolist() == [[1, 2], [3, 0]]
    first = queue.PriorityQueue(5, [tf.string], [()])
    for priority, word in ((5, "x"), (1, "y"), (1, "z")):
        first.enqueue((tf.constant(priority, tf.int64), word))
    assert [first.dequeue()[1].numpy() for _ in range(3)] == [b"y", b"z", b"x"]


def test_shuffled_orders_are_tensorflows():
    tf.random.set_seed(3)
    by_seed = queue.RandomShuffleQueue(20, 2, [tf.int32], shapes=[[]], seed=4)
    by_seed.enqueue_many([list(range(12))])
    taken = [int(by_seed.dequeue()) for _ in range(10)]
    assert taken == [9, 4, 1, 2, 7, 11, 6, 5, 10, 8]
    by_global_seed = queue.RandomShuffleQueue(20, 0, tf.int32, shapes=[[]])
    by_global_seed.enqueue_many([list(range(12))])
    assert by_global_seed.dequeue_many(6).numpy().tolist() == [4, 10, 11, 9, 3, 5]


def test_waiting_for_another_thread(monkeypatch):
    q = queue.FIFOQueue(1, tf.int32, shapes=[[]])
    with monkeypatch.context() as alone:
        alone.setattr(threading, "active_count", lambda: 1)  # other tests may have left threads
        with pytest.raises(tf.errors.FailedPreconditionError, match="wait for ever"):
            q.dequeue()

    def fill():
        for k in range(5):
            q.enqueue(k)
        q.close()

    thread = threading.Thread(target=fill)
    thread.start()
    assert [int(q.dequeue()) for _ in range(5)] == [0, 1, 2, 3, 4]
    thread.join()  # it has closed the queue
    with pytest.raises(tf.errors.OutOfRangeError):
        q.dequeue()


def test_gradients_stop_at_a_queue_and_explain_says_so():
    x = tf.Variable(2.0)
    q = queue.FIFOQueue(3, tf.float32, shapes=[[]])
    with tf.GradientTape() as tape:
        q.enqueue(x * 3.0)
        y = q.dequeue() ** 2
    assert float(y) == 36.0 and tape.gradient(y, x) is None
    why = tape.explain(y, x)
    assert "dequeue is not differentiable" in why.text and "q.dequeue()" in why.line.source


def test_gradients_flow_through_a_tensor_array():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        for k in range(3):
            array = array.write(k, x**k)
        y = tf.reduce_sum(array.stack() * [[1.0], [2.0], [3.0]])
    assert tape.gradient(y, x).numpy().tolist() == [2.0 + 6.0, 2.0 + 12.0]


def test_a_tensor_array_refuses_what_tensorflow_refuses():
    array = tf.TensorArray(tf.float32, 3)
    with pytest.raises(tf.errors.OutOfRangeError, match="not resizeable and size is: 3"):
        array.write(3, 1.0)
    with pytest.raises(tf.errors.OutOfRangeError, match="array size is: 3"):
        array.read(5)
    with pytest.raises(ValueError, match="not known"):
        array.read(0)
    array.write(0, 1.0)
    assert float(array.read(0)) == 1.0 and array.element_shape == []
    with pytest.raises(tf.errors.InvalidArgumentError, match="clear_after_read"):
        array.read(0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="clear_after_read"):
        array.stack()
    with pytest.raises(tf.errors.InvalidArgumentError, match="trying to write dtype int32"):
        array.write(1, tf.constant(1))
    grown = tf.TensorArray(tf.float32, 0, dynamic_size=True).write(2, [1.0, 2.0])
    assert grown.stack().numpy().tolist() == [[0.0, 0.0], [0.0, 0.0], [1.0, 2.0]]
    with pytest.raises(ValueError, match="Incompatible shape"):
        grown.write(0, [1.0])


def test_a_tensor_array_taken_apart_and_put_together():
    make = tf.TensorArray
    assert make(tf.int32, 2).unstack([1, 2]).gather([1, 0]).numpy().tolist() == [2, 1]
    assert make(tf.int32, 2).scatter([1, 0], [5, 6]).stack().numpy().tolist() == [6, 5]
    parts = make(tf.int32, 2, clear_after_read=False).split(np.int32([1, 2, 3]), [1, 2])
    assert parts.read(1).numpy().tolist() == [2, 3]
    assert parts.concat().numpy().tolist() == [1, 2, 3] and int(parts.size()) == 2
    with pytest.raises(tf.errors.InvalidArgumentError, match="sum of lengths"):
        make(tf.int32, 2).split(np.int32([1, 2, 3]), [1, 1])
