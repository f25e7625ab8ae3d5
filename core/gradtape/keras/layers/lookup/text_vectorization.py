"""`TextVectorization`: texts as numbers of their words, or as vectors of them."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.lookup.encoding import DataLayer, checked_mode
from gradtape.keras.layers.lookup.lookups import StringLookup
from gradtape.keras.layers.lookup.vocabulary import batches
from gradtape.keras.serializing import deserialize_keras_object

_PUNCTUATION = r'[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\']'
_STANDARDS = ("lower_and_strip_punctuation", "lower", "strip_punctuation")


class TextVectorization(DataLayer):
    """Texts made alike, split into words, and looked up in a vocabulary.

    Shapes: (batch,) or (batch, 1) texts → (batch, words) numbers, 0 behind the last word, or
    (batch, size of the vocabulary) vectors.

    Args:
      max_tokens: the most words there are, with the two special ones.
      standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", a function of the
        string tensor, or None.
      split: "whitespace", "character", a function of the string tensor, or None.
      ngrams: also runs of up to so many words, or of these numbers of words.
      output_mode: "int", "multi_hot", "count" or "tf_idf".
      output_sequence_length: how many numbers each text has, by default those of the longest.
      pad_to_max_tokens, sparse, vocabulary, idf_weights: as those of `StringLookup`.
      ragged: the numbers as a RaggedTensor.

    Raises: ValueError for arguments that do not go together, and inputs of more axes.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.TextVectorization()
    >>> layer.adapt(["The cat sat.", "The dog!"])
    >>> layer.get_vocabulary()
    ['', '[UNK]', 'the', 'sat', 'dog', 'cat']
    >>> layer(["The bird sat", "dog"]).numpy()
    array([[2, 1, 3],
           [4, 0, 0]])
    """

    def __init__(
        self, max_tokens: int | None = None, standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace", ngrams: Any = None, output_mode: str = "int",
        output_sequence_length: int | None = None, pad_to_max_tokens: bool = False,
        vocabulary: Any = None, idf_weights: Any = None, sparse: bool = False,
        ragged: bool = False, encoding: str = "utf-8", name: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        _check("standardize", standardize, _STANDARDS)
        _check("split", split, ("whitespace", "character"))
        mode = checked_mode(self, output_mode, ("int", "one_hot", "multi_hot", "count", "tf_idf"))
        _check_lengths(ngrams, mode, output_sequence_length, ragged)
        static = kwargs.pop("has_input_vocabulary", vocabulary is not None)
        size = kwargs.pop("vocabulary_size", None)
        super().__init__(name=name, **kwargs)
        self.standardize, self.split, self.ngrams = standardize, split, ngrams
        self.output_mode, self.ragged, self.encoding = mode, ragged, encoding
        self.output_sequence_length = output_sequence_length
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens, mask_token="", vocabulary=vocabulary, idf_weights=idf_weights,
            output_mode=mode, pad_to_max_tokens=pad_to_max_tokens, sparse=sparse,
            encoding=encoding, has_input_vocabulary=static, vocabulary_size=size,
        )  # fmt: skip
        self.built = True

    # -- the vocabulary ---------------------------------------------------------------------------

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the vocabulary of texts, or of batches of them: a data set or other iterable.

        Raises: ValueError where the vocabulary was given.
        """
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the words of one batch."""
        self._lookup_layer.update_state(self._words(self._input(data)))

    def finalize_state(self) -> None:
        """Make the vocabulary of what was counted."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._lookup_layer.reset_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The words by their numbers."""
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take the words from a list, an array, a tensor or a file; see `StringLookup`."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights=idf_weights)

    def vocabulary_size(self) -> int:
        """The number of words, with the two special ones."""
        return self._lookup_layer.vocabulary_size()

    # -- calling ----------------------------------------------------------------------------------

    def call(self, inputs: Any) -> Any:
        """The numbers or vectors of the texts."""
        found = self._lookup_layer.call(self._words(inputs))
        if self.output_mode != "int":
            return found
        length = self.output_sequence_length
        if isinstance(found, tf.RaggedTensor) and not self.ragged:
            dense = found.to_tensor(default_value=0)
            return dense if length is None else _filled(dense[..., :length], length)
        if length is None:
            return found
        if isinstance(found, tf.RaggedTensor):
            return found[:, :length]
        return found[..., :length] if self.ragged else _filled(found[..., :length], length)

    def _words(self, inputs: Any) -> Any:
        """The words, alike: a RaggedTensor where the texts were split."""
        if self.standardize in ("lower", "lower_and_strip_punctuation"):
            inputs = _each(tf.strings.lower, inputs)
        if self.standardize in ("strip_punctuation", "lower_and_strip_punctuation"):
            inputs = tf.strings.regex_replace(inputs, _PUNCTUATION, "")
        if callable(self.standardize):
            inputs = self.standardize(inputs)
        if self.split is not None:
            inputs = self._split(inputs)
        if self.ngrams is None:
            return inputs
        widths = self.ngrams
        if isinstance(widths, int):
            widths = tuple(range(1, widths + 1))
        return tf.strings.ngrams(inputs, widths)

    def _split(self, inputs: Any) -> Any:
        if len(inputs.shape) > 1:
            if inputs.shape[-1] != 1:
                raise ValueError(
                    "When using `TextVectorization` to tokenize strings, the input rank must be 1 "
                    "or the last shape dimension must be 1. Received: "
                    f"inputs.shape={inputs.shape} with rank={len(inputs.shape)}"
                )
            inputs = tf.squeeze(inputs, axis=-1)
        if self.split == "whitespace":
            return tf.strings.split(inputs)
        if self.split == "character":
            return tf.strings.unicode_split(inputs, "UTF-8")
        return self.split(inputs)

    # -- shapes, configurations, files ------------------------------------------------------------

    @property
    def compute_dtype(self) -> str:
        """Texts."""
        return "string"

    variable_dtype = compute_dtype

    def _output_dtype(self) -> str:
        return "int64" if self.output_mode == "int" else config.floatx()

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the numbers or vectors."""
        if self.output_mode == "int":
            return (input_shape[0], self.output_sequence_length)
        shape = tuple(input_shape)
        shape = (*shape, None) if self.split is not None else shape if shape[1:] else (*shape, 1)
        return (shape[0], self._lookup_layer.compute_output_shape((None,))[-1])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer; a learnt vocabulary is a file beside them."""
        common = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype_policy}
        names = "standardize split ngrams output_mode output_sequence_length ragged encoding"
        own = {name: getattr(self, name) for name in names.split()}
        inner = self._lookup_layer.get_config()
        shared = ("max_tokens", "pad_to_max_tokens", "sparse", "vocabulary", "idf_weights")
        size = {"vocabulary_size": self.vocabulary_size()}
        return {**common, **own, **{name: inner[name] for name in shared}, **size}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The layer made from `get_config`'s arguments."""
        given = {**config}
        for name in ("standardize", "split"):
            if isinstance(given.get(name), dict):
                given[name] = deserialize_keras_object(given[name])
        if isinstance(given.get("ngrams"), list):
            given["ngrams"] = tuple(given["ngrams"])
        return cls(**given)

    def save_own_variables(self, store: Any) -> None:
        """Put the weights of the words into a file."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of the words from a file."""
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path: Any) -> None:
        """Write the learnt vocabulary into a folder."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: Any) -> None:
        """Read the vocabulary from a folder."""
        self._lookup_layer.load_assets(dir_path)


def _each(function: Any, texts: Any) -> Any:
    if isinstance(texts, tf.RaggedTensor):
        return texts.with_flat_values(function(texts.flat_values))
    return function(texts)


def _filled(numbers: Any, length: int) -> Any:
    """Zeros behind numbers that are fewer than `length`."""
    missing = length - int(numbers.shape[-1])
    array = np.asarray(numbers)
    return tf.constant(np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, missing)]))


def _check(argument: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value is not None and not callable(value) and value not in allowed:
        raise ValueError(
            f"Unknown value for `{argument}` of TextVectorization. It should be one of {allowed}, "
            f"None or a function. Received: {argument}={value}"
        )


def _check_lengths(ngrams: Any, mode: str, length: Any, ragged: bool) -> None:
    widths = (ngrams,) if ngrams is None or isinstance(ngrams, int) else ngrams
    if not isinstance(widths, tuple) or not all(w is None or isinstance(w, int) for w in widths):
        raise ValueError(
            f"`ngrams` must be None, an integer, or a tuple of integers. Received: ngrams={ngrams}"
        )
    if mode == "int" and not (length is None or isinstance(length, int)):
        raise ValueError(
            "`output_sequence_length` must be either None or an integer when `output_mode` is "
            f"'int'. Received: output_sequence_length={length}"
        )
    if mode != "int" and length is not None:
        raise ValueError(
            "`output_sequence_length` must not be set if `output_mode` is not 'int'. Received "
            f"output_sequence_length={length}."
        )
    if ragged and mode != "int":
        raise ValueError(
            "`ragged` must not be true if `output_mode` is not `'int'`. Received: "
            f"ragged={ragged} and output_mode={mode}"
        )
