"""Programs that prepare texts and rows of numbers, as functions of `tf` that give plain lists."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

PREPARING: dict[str, Callable[[Any], Any]] = {}
TEXTS = [
    "The tape, the loop: the Loop of a tape!",
    "A loop\tof (gradients); gradients? of e-mail",
    "",
    "one more tape",
]


def preparing(program: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Enter a program under its name."""
    PREPARING[program.__name__] = program
    return program


def refused(call: Callable[[], Any]) -> str:
    """The sort of error that a call gives."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "none"


@preparing
def padded(tf: Any) -> Any:
    rows = [[1], [2, 3], [], [4, 5, 6]]
    pad = tf.keras.preprocessing.sequence.pad_sequences
    made = [
        pad(rows),
        pad(rows, value=-1, padding="post"),
        pad(rows, maxlen=2),
        pad(rows, maxlen=2, truncating="post"),
        pad(rows, maxlen=5, dtype="float64", value=0.5),
        pad([[[1, 2]], [[3, 4], [5, 6]]], padding="post"),
        pad([["a"], ["b", "c"]], dtype=object, value="-"),
        tf.keras.utils.pad_sequences([np.arange(3), np.arange(5)], maxlen=4),
    ]
    errors = [
        refused(lambda: pad(3)),
        refused(lambda: pad([1, 2])),
        refused(lambda: pad(rows, padding="mid")),
        refused(lambda: pad(rows, truncating="mid")),
        refused(lambda: pad(rows, value="x")),
        refused(lambda: pad([[[1, 2]], [3, 4]])),
    ]
    return [[a.tolist(), str(a.dtype)] for a in made] + errors


@preparing
def normalized(tf: Any) -> Any:
    x = np.array([[3.0, 4.0], [0.0, 0.0], [-1.0, 1.0]])
    scaled = tf.keras.utils.normalize
    made = [scaled(x), scaled(x, axis=1, order=1), scaled(x.astype("float32"), order=3)]
    made += [np.asarray(scaled(tf.constant(x, tf.float32)))]
    return [[a.tolist(), str(a.dtype)] for a in made]


@preparing
def words(tf: Any) -> Any:
    text = tf.keras.preprocessing.text
    made = [text.text_to_word_sequence(each) for each in TEXTS]
    made.append(text.text_to_word_sequence("Ab.c-D", filters=".", lower=False, split="-"))
    made.append(text.hashing_trick(TEXTS[1], 40, hash_function="md5"))
    made.append(text.hashing_trick("a b", 40, hash_function=len, analyzer=str.split))
    return [*made, len(text.one_hot(TEXTS[0], 30))]


SETTINGS: list[dict[str, Any]] = [
    {},
    {"num_words": 5, "oov_token": "<unk>"},
    {"num_words": 4},
    {"oov_token": "?", "lower": False, "filters": ",!"},
    {"char_level": True, "num_words": 12},
    {"analyzer": str.split},
]


@preparing
def tokenized(tf: Any) -> Any:
    found = []
    for settings in SETTINGS:
        made = tf.keras.preprocessing.text.Tokenizer(**settings)
        made.fit_on_texts(TEXTS)
        made.fit_on_texts([["Given", "as", "words"]])
        rows = made.texts_to_sequences(["the loop of another tape", ["Given", "tape"], "gradients"])
        rows_with_unknown = [*rows, [1, 2, 3, 4, 5, 99]]
        # of equal counts the order is that of a set, so nothing here hangs on it
        found.append([
            made.document_count, list(made.word_counts.items()), sorted(made.word_docs.items()),
            made.word_index, sorted(made.index_docs.items()), rows,
            made.sequences_to_texts(rows_with_unknown),
            *(made.sequences_to_matrix(rows, mode).tolist()
              for mode in ("binary", "count", "freq", "tfidf")),
        ])  # fmt: skip
    return found


@preparing
def counted(tf: Any) -> Any:
    made = tf.keras.preprocessing.text.Tokenizer(num_words=6)
    made.fit_on_sequences([[1, 2, 2], [3], [2, 7]])
    tokenizer = tf.keras.preprocessing.text.Tokenizer
    return [
        made.document_count,
        sorted(made.index_docs.items()),
        made.sequences_to_matrix([[2, 2, 3], [7], []], "tfidf").tolist(),
        refused(lambda: tokenizer().sequences_to_matrix([[1]])),
        refused(lambda: tokenizer(num_words=3).sequences_to_matrix([[1]], "tfidf")),
        refused(lambda: tokenizer(num_words=3).sequences_to_matrix([[1]], "other")),
        refused(lambda: tokenizer(what=3)),
    ]


@preparing
def written(tf: Any) -> Any:
    """What one writes, the other reads: the text is recorded, and read again."""
    text = tf.keras.preprocessing.text
    made = text.Tokenizer(num_words=8, oov_token="?")
    made.fit_on_texts(["the tape", "the tape of the tape of the"])
    again = text.tokenizer_from_json(made.to_json())
    return [made.to_json().replace("word_docs", ""), again.texts_to_sequences(["of the loop"])][1:]


@preparing
def pairs(tf: Any) -> Any:
    sequence = tf.keras.preprocessing.sequence
    table = sequence.make_sampling_table(9, sampling_factor=0.01)
    row = [1, 2, 0, 3, 5, 4, 6]
    made: list[Any] = [table.tolist()]
    for more in (
        {"seed": 4},
        {"window_size": 1, "negative_samples": 2.0, "categorical": True, "seed": 7},
        {"shuffle": False, "negative_samples": 0.5},
        {"sampling_table": table, "negative_samples": 0.0, "shuffle": False},
    ):
        random.seed(3)
        made.append(sequence.skipgrams(row, 9, **more))
    return made


@preparing
def windows(tf: Any) -> Any:
    """Of rows in time; the shuffled ones too."""
    make = tf.keras.preprocessing.timeseries_dataset_from_array
    rows, targets = np.arange(24).reshape(12, 2), np.arange(12) * 10
    made = []
    for settings in (
        {"sequence_length": 3, "batch_size": 4},
        {"sequence_length": 2, "sequence_stride": 3, "sampling_rate": 2, "batch_size": None},
        {"sequence_length": 2, "start_index": 2, "end_index": 9, "batch_size": 3},
        {"sequence_length": 2, "shuffle": True, "seed": 4, "batch_size": 5},
        {"sequence_length": 4, "shuffle": True, "seed": 9, "batch_size": None},
    ):
        for wanted in (targets, None):
            tf.random.set_seed(3)
            made.append([
                tf.nest.map_structure(lambda t: [str(t.dtype.name), t.numpy().tolist()], element)
                for element in make(rows, wanted, **settings)
            ])  # fmt: skip
    wrong: list[dict[str, Any]] = [
        {"start_index": -1}, {"start_index": 12}, {"end_index": 0}, {"end_index": 13},
        {"sampling_rate": 0}, {"sequence_stride": 12}, {"start_index": 4, "end_index": 4},
    ]  # fmt: skip
    made += [refused(lambda w=w: make(rows, None, sequence_length=2, **w)) for w in wrong]
    return made


@preparing
def parted(tf: Any) -> Any:
    """Arrays and datasets in two parts."""
    split = tf.keras.utils.split_dataset
    x, y = np.arange(20).reshape(10, 2), np.arange(10)
    pairs = tf.data.Dataset.from_tensor_slices({"x": x, "y": y})
    made = []
    for data, settings in (
        (x, {"left_size": 0.8}),
        (x, {"right_size": 3}),
        ([x, y], {"left_size": 2, "right_size": 0.25}),
        ((x, y), {"left_size": 0.5, "shuffle": True, "seed": 3}),
        (pairs, {"left_size": 4}),
        (pairs.batch(3), {"left_size": 0.65}),
    ):
        made.append([
            [tf.nest.map_structure(lambda t: [str(t.dtype.name), t.numpy().tolist()], element)
             for element in part]
            for part in split(data, **settings)
        ])  # fmt: skip
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (y, {}), (y, {"left_size": 0}), (y, {"left_size": 10}), (y, {"left_size": 1.5}),
        (y, {"left_size": "3"}), (y, {"left_size": 0.7, "right_size": 0.7}), (3, {"left_size": 1}),
        (y, {"left_size": 6, "right_size": 5}), (y, {"left_size": 0.01}), ([], {"left_size": 1}),
        ([x, y[1:]], {"left_size": 1}), ([[1, 2]], {"left_size": 1}),
    ]  # fmt: skip
    return made + [refused(lambda d=d, w=w: split(d, **w)) for d, w in wrong]
