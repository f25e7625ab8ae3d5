"""Tables give TensorFlow's values; those of unknown words were recorded there."""

import numpy as np
import pytest

import gradtape as tf

lookup = tf.lookup


def test_a_table_of_keys_and_values():
    init = lookup.KeyValueTensorInitializer(["a", "b"], [1.5, 2.0])
    table = lookup.StaticHashTable(init, -1.0)
    assert table.lookup(tf.constant([["b", "z"]])).numpy().tolist() == [[2.0, -1.0]]
    assert float(table[tf.constant("a")]) == 1.5 and int(table.size()) == 2
    assert table.key_dtype == tf.string and float(table.default_value) == -1.0
    keys, values = table.export()
    assert dict(zip(keys.numpy(), values.numpy(), strict=True)) == {b"a": 1.5, b"b": 2.0}
    s = tf.SparseTensor([[0, 1]], ["b"], [1, 2])
    assert table.lookup(s).values.numpy().tolist() == [2.0]
    with pytest.raises(TypeError, match="Dtype of argument `keys`"):
        table.lookup(tf.constant([1]))
    with pytest.raises(tf.errors.FailedPreconditionError, match="different value for same key"):
        lookup.StaticHashTable(lookup.KeyValueTensorInitializer(["a", "a"], [1, 2]), -1)
    with pytest.raises(ValueError, match="rows of one length"):
        lookup.KeyValueTensorInitializer(["a"], [1, 2])


def test_words_without_a_number_fall_into_tensorflows_buckets():
    words = [f"w{i}" + "x" * i for i in range(0, 130, 7)] + ["", "a", "abc"]
    init = lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int64))
    table = lookup.StaticVocabularyTable(init, 97)
    assert table.lookup(tf.constant(words)).numpy().tolist() == [
        81, 30, 31, 62, 53, 38, 25, 13, 49, 69, 49, 44, 13, 38, 79, 73, 50, 87, 57, 18, 0, 35
    ]  # fmt: skip
    assert int(table.size()) == 98
    numbers = lookup.KeyValueTensorInitializer(tf.constant([7], tf.int64), np.int64([0]))
    found = lookup.StaticVocabularyTable(numbers, 5).lookup(tf.constant([7, 8, 9, -3], tf.int64))
    assert found.numpy().tolist() == [0, 3, 1, 5]
    with pytest.raises(ValueError, match="num_oov_buckets"):
        lookup.StaticVocabularyTable(init, 0)
    with pytest.raises(TypeError, match="value_dtype"):
        lookup.StaticVocabularyTable(lookup.KeyValueTensorInitializer(["a"], [1]), 1)


def test_tables_from_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("emerson 10\nlake 20\npalmer 30\n")
    index = lookup.TextFileIndex
    by_column = lookup.TextFileInitializer(path, tf.string, 0, tf.int64, 1, delimiter=" ")
    table = lookup.StaticHashTable(by_column, -1)
    assert table.lookup(tf.constant(["lake", "x"])).numpy().tolist() == [20, -1]
    by_line = lookup.TextFileInitializer(
        str(path), tf.int64, index.LINE_NUMBER, tf.string, index.WHOLE_LINE
    )
    lines = lookup.StaticHashTable(by_line, "?").lookup(tf.constant([1, 9], tf.int64))
    assert lines.numpy().tolist() == [b"lake 20", b"?"]
    for column, match in ((5, "Invalid number of columns"), (0, "not a valid int64")):
        broken = lookup.TextFileInitializer(path, tf.string, 0, tf.int64, column, delimiter=" ")
        with pytest.raises(tf.errors.InvalidArgumentError, match=match):
            lookup.StaticHashTable(broken, -1)
    with pytest.raises(ValueError, match="Signature mismatch"):
        lookup.TextFileInitializer(path, tf.string, index.LINE_NUMBER, tf.int64, 1)


def test_tables_that_change():
    table = lookup.experimental.MutableHashTable(tf.string, tf.int64, default_value=-1)
    table.insert(["a", "b"], [1, 2])
    table.insert(["b"], [3])
    table.remove(tf.constant(["a", "none"]))
    assert table.lookup(tf.constant(["a", "b"])).numpy().tolist() == [-1, 3]
    assert [part.numpy().tolist() for part in table.export()] == [[b"b"], [3]]
    rows = lookup.experimental.DenseHashTable(
        tf.int64, tf.float32, default_value=[0.0, 0.0], empty_key=-1, deleted_key=-2
    )
    rows.insert([3], [[1.0, 2.0]])
    assert rows.lookup(tf.constant([3, 4], tf.int64)).numpy().tolist() == [[1.0, 2.0], [0.0, 0.0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="for value"):
        table.insert(["a"], [1, 2])
    with pytest.raises(ValueError, match="not allowed"):
        rows.insert([-1], [[1.0, 2.0]])
