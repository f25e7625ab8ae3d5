"""Layers that look up: what they refuse, and what compiled functions and files make of them."""

import numpy as np
import pytest

import gradtape as tf

layers = tf.keras.layers
InvalidArgumentError = tf.errors.InvalidArgumentError

REFUSED = [
    (lambda: layers.StringLookup(output_mode="x"), ValueError, "Expected one of"),
    (lambda: layers.StringLookup(max_tokens=1), ValueError, "must be greater than 1"),
    (lambda: layers.StringLookup(pad_to_max_tokens=True), ValueError, "must set `max_tokens`"),
    (lambda: layers.StringLookup(sparse=True), ValueError, "`sparse` may only be true"),
    (lambda: layers.StringLookup(num_oov_indices=-1), ValueError, "greater than or equal to 0"),
    (lambda: layers.StringLookup(invert=True, output_mode="count"), ValueError, "`invert` is true"),
    (lambda: layers.StringLookup(salt=3), NotImplementedError, "no keyed hash"),
    (lambda: layers.StringLookup(seed=3), ValueError, "Unrecognized keyword"),
    (lambda: layers.StringLookup(vocabulary=["a", "a"]), ValueError, "repeated term"),
    (lambda: layers.StringLookup(vocabulary=[]), ValueError, "empty vocabulary"),
    (lambda: layers.StringLookup(vocabulary="absent.txt"), ValueError, "does not exist"),
    (lambda: layers.StringLookup(vocabulary=["a", ""], mask_token=""), ValueError, "mask token"),
    (lambda: layers.StringLookup(vocabulary=["a", "b"], max_tokens=2), ValueError, "larger than"),
    (lambda: layers.StringLookup(vocabulary=["a"]).adapt(["b"]), ValueError, "static vocabulary"),
    (lambda: layers.StringLookup(idf_weights=[1.0]), ValueError, "should only be set"),
    (
        lambda: layers.StringLookup(vocabulary=["a"], output_mode="tf_idf"),
        ValueError, "must also be provided",
    ),
    (
        lambda: layers.StringLookup(vocabulary=["a"], output_mode="tf_idf", idf_weights=[1.0, 2.0]),
        ValueError, "same length",
    ),
    (
        lambda: layers.StringLookup(vocabulary=["a"], num_oov_indices=0)(["b"]),
        InvalidArgumentError, r"found OOV values \['b'\]",
    ),
    (lambda: layers.StringLookup(vocabulary=["a"])([1]), TypeError, "as_string"),
    (lambda: layers.IntegerLookup(vocabulary_dtype="int32"), ValueError, "Only"),
    (lambda: layers.IntegerLookup(oov_method="x"), ValueError, "oov_method"),
    (lambda: layers.TextVectorization(split="x"), ValueError, "`split`"),
    (lambda: layers.TextVectorization(standardize="x"), ValueError, "`standardize`"),
    (lambda: layers.TextVectorization(ngrams="a"), ValueError, "`ngrams`"),
    (
        lambda: layers.TextVectorization(output_mode="count", output_sequence_length=3),
        ValueError, "must not be set",
    ),
    (
        lambda: layers.TextVectorization(output_sequence_length=1.5),
        ValueError, "None or an integer",
    ),
    (lambda: layers.TextVectorization(ragged=True, output_mode="count"), ValueError, "`ragged`"),
    (lambda: layers.TextVectorization()([["a", "b"]]), ValueError, "input rank must be 1"),
    (lambda: layers.Discretization(), ValueError, "either `num_bins` or"),
    (lambda: layers.Discretization([1.0], num_bins=2), ValueError, "Both"),
    (lambda: layers.Discretization(num_bins=-1), ValueError, "greater than or equal"),
    (lambda: layers.Discretization(num_bins=2)([1.0]), ValueError, "call `adapt"),
    (lambda: layers.Discretization([1.0]).adapt([[1.0]]), ValueError, "Cannot adapt"),
    (lambda: layers.CategoryEncoding(), ValueError, "num_tokens must be set"),
    (lambda: layers.CategoryEncoding(0), ValueError, ">= 1"),
    (lambda: layers.CategoryEncoding(3, output_mode="int"), ValueError, "Unknown arg"),
    (lambda: layers.CategoryEncoding(3)([-1]), InvalidArgumentError, "non-negative"),
    (lambda: layers.CategoryEncoding(3)([1], count_weights=[1.0]), ValueError, "not used"),
    (lambda: layers.Hashing(0), ValueError, "non-positive"),
    (lambda: layers.Hashing(3, output_mode="x"), ValueError, "Expected one of"),
    (lambda: layers.Hashing(3, dtype="float32"), ValueError, "integer type"),
    (lambda: layers.Normalization(mean=1.0), ValueError, "both `mean` and `variance`"),
    (lambda: layers.Normalization(mean=[1.0], variance=1.0), ValueError, "same shape"),
    (lambda: layers.Normalization(axis=5)(np.ones((2, 2))), ValueError, "in the range"),
    (lambda: layers.Normalization().build((2, None)), ValueError, "known shape"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "text"), REFUSED)
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_vectors_of_another_size_are_refused():
    layer = layers.StringLookup(output_mode="count", vocabulary=["a"])
    with pytest.raises(RuntimeError, match="Old vocab size is 2, new vocab size is 3"):
        layer.set_vocabulary(["a", "b"])


def test_a_compiled_function_looks_up_what_it_is_given():
    layer = layers.StringLookup(vocabulary=["a", "b"])
    calls = tf.function(lambda words: layer(words) + 1)
    assert [calls(tf.constant([w])).numpy().tolist() for w in ("a", "b", "c")] == [[2], [3], [1]]


def test_a_vocabulary_in_a_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("naïve\nb", encoding="utf-8")
    layer = layers.StringLookup(vocabulary=str(path))
    assert layer.get_vocabulary() == ["[UNK]", "naïve", "b"]
    assert layer.get_config()["vocabulary"] is None
    layer.save_assets(tmp_path)
    again = layers.StringLookup()
    again.load_assets(tmp_path)
    assert again.get_vocabulary() == layer.get_vocabulary()


def test_vectors_as_sparse_tensors():
    layer = layers.StringLookup(vocabulary=["a", "b"], output_mode="multi_hot", sparse=True)
    found = layer([["b", "?"], ["a", "a"]])
    assert isinstance(found, tf.SparseTensor)
    assert tf.sparse.to_dense(found).numpy().tolist() == [[1, 0, 1], [0, 1, 0]]


def test_models_know_the_shapes():
    words = tf.keras.Input((3,), dtype="string")
    numbers = layers.StringLookup(vocabulary=["a"])(words)
    assert (numbers.shape, numbers.dtype) == ((None, 3), "int64")
    hot = layers.StringLookup(vocabulary=["a"], output_mode="one_hot")(words)
    assert (hot.shape, hot.dtype) == ((None, 3, 2), "int64")
    texts = tf.keras.Input((), dtype="string")
    vectors = layers.TextVectorization(vocabulary=["a"], output_mode="tf_idf", idf_weights=[0.5])
    assert (vectors(texts).shape, vectors(texts).dtype) == ((None, 2), "float32")
    values = tf.keras.Input((2,))
    assert layers.Discretization([0.0, 1.0])(values).dtype == "int32"
    assert layers.Hashing(3)(words).shape == (None, 3)


def test_moments_of_no_data():
    with pytest.raises(ValueError, match="no data"):
        layers.Normalization().adapt(iter([]))
    with pytest.raises(ValueError, match="cannot set them"):
        layers.Normalization(mean=1.0, variance=1.0).adapt(np.ones((2, 2)))
    layer = layers.Normalization()
    layer.build((None, 2))
    with pytest.raises(ValueError, match="incompatible shape"):
        layer.adapt(np.zeros((3, 4)))
