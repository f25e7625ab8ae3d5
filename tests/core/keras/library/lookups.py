"""Layers that look words and numbers up: what they learn, in every mode, from arrays and data sets.

Vocabularies are arrays of text.
"""

from typing import Any

import numpy as np

from tests.core.keras.library import program, programs

WORDS = np.array([["the", "cat", "sat"], ["the", "dog", "the"], ["a", "cat", ""]])
ASKED = [["the", "dog", "zebra"], ["", "cat", "cat"]]
INTEGERS = np.array([[12, 7, 1000], [7, 7, 0], [36, 0, -1]])
TEXTS = ["The cat, sat.", "A dog! the   DOG", "", "ünï Cat"]
CUBES = np.linspace(-2, 3, 23, dtype=np.float32).reshape(-1, 1) ** 3
POWERS = np.arange(24, dtype=np.float32).reshape(4, 3, 2) ** 1.5


def terms(layer: Any) -> list[Any]:
    """A vocabulary, with the special tokens and without."""
    return [
        np.array([str(term) for term in layer.get_vocabulary(special)]) for special in (True, False)
    ]


@programs(
    plain={}, masked={"mask_token": ""}, few={"max_tokens": 4},
    few_masked={"max_tokens": 4, "mask_token": ""}, buckets={"num_oov_indices": 3},
    one_hot={"output_mode": "one_hot"}, multi_hot={"output_mode": "multi_hot"},
    count={"output_mode": "count"}, count_masked={"output_mode": "count", "mask_token": ""},
    weighted={"output_mode": "tf_idf"},
    padded={"output_mode": "tf_idf", "pad_to_max_tokens": True, "max_tokens": 9},
    padded_count={"output_mode": "count", "pad_to_max_tokens": True, "max_tokens": 9},
)  # fmt: skip
def words_looked_up(tf: Any, settings: Any) -> list[Any]:
    layer = tf.keras.layers.StringLookup(**settings)
    layer.adapt(WORDS)
    return [layer(tf.constant(ASKED)), *terms(layer)]


@programs(
    plain={}, masked={"mask_token": 0}, few={"max_tokens": 4}, buckets={"num_oov_indices": 3},
    fingerprints={"num_oov_indices": 3, "oov_method": "farmhash"},
    one_hot={"output_mode": "one_hot"}, multi_hot={"output_mode": "multi_hot"},
    count={"output_mode": "count", "mask_token": 0}, weighted={"output_mode": "tf_idf"},
)  # fmt: skip
def integers_looked_up(tf: Any, settings: Any) -> list[Any]:
    layer = tf.keras.layers.IntegerLookup(**settings)
    layer.adapt(INTEGERS)
    return [layer(tf.constant([[12, 7, 5], [0, -1, 37]], tf.int64)), *terms(layer)]


@program
def looked_up_in_a_given_vocabulary(tf: Any) -> list[Any]:
    lookup, given = tf.keras.layers.StringLookup, ["x", "y", "z"]
    rows = tf.ragged.constant([["x"], [], ["z", "q", "z"]])
    back = lookup(vocabulary=given, invert=True, mask_token="")
    weighted = lookup(vocabulary=given, output_mode="tf_idf", idf_weights=[0.1, 0.2, 0.3])
    return [
        lookup(vocabulary=given)(tf.constant(["x", "q"])),
        lookup(vocabulary=["", "[UNK]", "x"], mask_token="")(tf.constant(["x", "", "q"])),
        lookup(vocabulary=given, output_mode="one_hot")(tf.constant("x")),
        lookup(vocabulary=given, output_mode="one_hot")(tf.constant([["x"], ["q"]])),
        lookup(vocabulary=given, output_mode="count")(tf.constant([[["x", "z"]], [["x", "x"]]])),
        lookup(vocabulary=given)(rows).to_tensor(-1),
        lookup(vocabulary=given, output_mode="count")(rows),
        weighted(tf.constant([["x", "x"], ["q", "z"]])),
        np.array([str(t.decode()) for t in back(tf.constant([0, 1, 2, 4, 9])).numpy().tolist()]),
        tf.keras.layers.IntegerLookup(vocabulary=[1, 5, 9], invert=True)(tf.constant([0, 1, 3, 4])),
    ]


@program
def vocabularies_from_data_sets(tf: Any) -> list[Any]:
    rows = tf.data.Dataset.from_tensor_slices(WORDS).batch(2)
    results = []
    for settings, steps in (({}, None), ({}, 1), ({"output_mode": "tf_idf"}, None)):
        layer = tf.keras.layers.StringLookup(**settings)
        layer.adapt(rows, steps=steps)
        results += [*terms(layer), *rows.map(layer)]
    texts = tf.data.Dataset.from_tensor_slices(TEXTS).batch(2)
    layer = tf.keras.layers.TextVectorization(output_sequence_length=3)
    layer.adapt(texts)
    return [*results, *terms(layer), *texts.map(layer)]


@programs(
    plain={}, few={"max_tokens": 5}, short={"output_sequence_length": 2},
    long={"output_sequence_length": 7}, multi_hot={"output_mode": "multi_hot"},
    count={"output_mode": "count"}, weighted={"output_mode": "tf_idf"},
    padded={"output_mode": "tf_idf", "max_tokens": 20, "pad_to_max_tokens": True},
    pairs={"ngrams": 2}, only_pairs={"ngrams": (2,)}, as_it_is={"standardize": None},
    small={"standardize": "lower"}, bare={"standardize": "strip_punctuation"},
    characters={"split": "character"}, whole={"split": None}, one_hot={"output_mode": "one_hot"},
    rows={"ragged": True}, short_rows={"ragged": True, "output_sequence_length": 2},
)  # fmt: skip
def texts_as_numbers(tf: Any, settings: Any) -> list[Any]:
    layer = tf.keras.layers.TextVectorization(**settings)
    layer.adapt(TEXTS)
    found = layer(tf.constant(["the dog flew", "cat", "a b c d the"]))
    return [found.to_tensor(-1) if hasattr(found, "to_tensor") else found, *terms(layer)]


@program
def texts_by_functions_of_ones_own(tf: Any) -> list[Any]:
    def alike(texts: Any) -> Any:
        return tf.strings.regex_replace(tf.strings.lower(texts), "c", "k")

    layer = tf.keras.layers.TextVectorization(
        standardize=alike, split=lambda texts: tf.strings.split(texts, "t")
    )
    layer.adapt(TEXTS)
    return [layer(tf.constant([["the Cat"], ["dog"]])), *terms(layer)]


@programs(
    four={"num_bins": 4}, rough={"num_bins": 4, "epsilon": 0.1},
    one_hot={"num_bins": 3, "output_mode": "one_hot"},
    given={"bin_boundaries": [0.0, 1.0, 2.0]},
    given_multi_hot={"bin_boundaries": [0.0, 1.0, 2.0], "output_mode": "multi_hot"},
    given_count={"bin_boundaries": [0.0, 1.0, 2.0], "output_mode": "count"},
)  # fmt: skip
def intervals(tf: Any, settings: Any) -> list[Any]:
    layer = tf.keras.layers.Discretization(**settings)
    values = tf.constant([[-1.5, 0.0], [1.0, 1.5], [2.5, 30.0]])
    results = [layer(values)] if "bin_boundaries" in settings else []
    if "num_bins" in settings:
        layer.adapt(CUBES)
        results += [layer(values), np.array(layer.bin_boundaries)]
        layer.adapt(tf.data.Dataset.from_tensor_slices(CUBES).batch(5))
        results += [layer(values), np.array(layer.bin_boundaries)]
    return results


@program
def categories_as_vectors(tf: Any) -> list[Any]:
    def encoded(x: Any, mode: str, **further: Any) -> Any:
        return tf.keras.layers.CategoryEncoding(4, output_mode=mode)(tf.constant(x), **further)

    return [
        encoded([[0, 1], [3, 3]], "multi_hot"), encoded([3, 1], "multi_hot"),
        encoded([[[1, 2]], [[3, 3]]], "multi_hot"), encoded([3, 0], "one_hot"),
        encoded([[3], [0]], "one_hot"), encoded([[3, 1], [0, 1]], "one_hot"),
        encoded([[0, 1, 1], [3, 3, 2]], "count"),
        encoded([[0, 1], [1, 1]], "count", count_weights=tf.constant([[0.5, 0.25], [1.0, 2.0]])),
    ]  # fmt: skip


@program
def hashed(tf: Any) -> list[Any]:
    hashing = tf.keras.layers.Hashing
    return [
        hashing(5)(tf.constant([["A"], ["BB"], ["cée"]])),
        hashing(5, mask_value="")(tf.constant([["A"], [""], ["B"]])),
        hashing(5)(tf.constant([1, 2, 3, 123456])),
        hashing(5)(tf.constant([1.7, -2.2])),
        hashing(5, mask_value=3)(tf.constant([1, 3])),
        hashing(5, output_mode="one_hot")(tf.constant([["A"], ["B"]])),
        hashing(5, output_mode="count")(tf.constant([["A", "A"], ["B", "C"]])),
        hashing(5, dtype="int32")(tf.constant([1])),
    ]


@programs(
    last={}, middle={"axis": 1}, both={"axis": (1, 2)}, all={"axis": None}, first={"axis": 0},
    back={"invert": True}, given={"mean": 3.0, "variance": 2.0},
    given_by_axis={"mean": [3.0, 1.0], "variance": [2.0, 0.0]},
)  # fmt: skip
def standardized(tf: Any, settings: Any) -> list[Any]:
    layer = tf.keras.layers.Normalization(**settings)
    if "mean" not in settings:
        layer.adapt(POWERS)
    x = tf.constant(POWERS)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    return [y, tape.gradient(y, x), *layer.get_weights()]


@program
def standardized_by_a_data_set(tf: Any) -> list[Any]:
    pairs = tf.data.Dataset.from_tensor_slices((POWERS[:, 0], POWERS[:, 1])).batch(3)
    layer = tf.keras.layers.Normalization()
    layer.adapt(pairs.map(lambda x, _: x))
    single = tf.keras.layers.Normalization()
    single.adapt(tf.data.Dataset.from_tensor_slices(POWERS[:, 0]))
    return [*pairs.map(lambda x, _: layer(x)), single(POWERS[:, 0])]
