"""The terms that a lookup knows: given, or learnt from data by how often they occur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.lookup.encoding import DataLayer


class Vocabulary(DataLayer):
    """The part of a lookup that keeps its terms and learns them."""

    max_tokens: int | None
    num_oov_indices: int
    mask_token: Any
    oov_token: Any
    invert: bool
    output_mode: str
    pad_to_max_tokens: bool
    vocabulary_dtype: str
    _has_input_vocabulary: bool
    _terms: list[Any]
    _places: dict[Any, int]
    _idf: Any
    _frozen_vocab_size: int | None

    @property
    def _specials(self) -> list[Any]:
        """The tokens that stand before the vocabulary."""
        masked = self.mask_token is not None and self.output_mode == "int"
        return [self.mask_token] * masked + [self.oov_token] * self.num_oov_indices

    def vocabulary_size(self) -> int:
        """The number of terms, with those of the mask and of what is not in the vocabulary."""
        return len(self._terms) + len(self._specials)

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The terms by their numbers, as Python's text or integers.

        Without `include_special_tokens` the list begins with the first term of the vocabulary.
        """
        specials = self._specials if include_special_tokens else []
        return specials + [self._written(term) for term in self._terms]

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take the terms from a list, an array, a tensor, or the lines of a file.

        They may begin with the special tokens. With `output_mode="tf_idf"`, `idf_weights` are
        those of the terms.

        Raises: ValueError for no terms, repeated ones, more than `max_tokens`, special tokens at
        other places, and weights that do not go with the mode or the terms.
        """
        counted = self.output_mode == "tf_idf"
        if counted and idf_weights is None:
            raise ValueError("`idf_weights` must be set if output_mode is 'tf_idf'.")
        if not counted and idf_weights is not None:
            raise ValueError(
                "`idf_weights` should only be set if output_mode is `'tf_idf'`. Received: "
                f"output_mode={self.output_mode} and idf_weights={idf_weights}"
            )
        if isinstance(vocabulary, str):
            if counted:
                raise ValueError(
                    "output_mode `'tf_idf'` does not support loading a vocabulary from file."
                )
            given = self._lines_of(vocabulary)
        else:
            given = [self._term(each) for each in np.asarray(vocabulary).reshape(-1).tolist()]
        if not given:
            raise ValueError(f"Cannot set an empty vocabulary. Received: vocabulary={vocabulary}")
        start = len(self._specials)
        special = given[:start] == [self._term(each) for each in self._specials]
        terms = given[start:] if special else given
        self._check_terms(terms, given)
        self._keep(terms)
        if counted:
            self._keep_weights(idf_weights, len(given), 0 if special else start)

    def _check_terms(self, terms: list[Any], given: list[Any]) -> None:
        repeated = [self._written(term) for term, n in Counter(terms).items() if n > 1]
        if repeated:
            raise ValueError(
                "The passed vocabulary has at least one repeated term. Please uniquify your "
                f"dataset. The repeated terms are: {repeated}"
            )
        reserved = {"mask": self.mask_token, "OOV": self.oov_token if self.invert else None}
        for sort, token in reserved.items():
            if token is not None and self._term(token) in terms:
                raise ValueError(
                    f"Found reserved {sort} token at unexpected location in `vocabulary`. Note "
                    "that passed `vocabulary` does not need to include the OOV and mask tokens. "
                    "Either remove all mask and OOV tokens, or include them only at the start of "
                    f"the vocabulary in precisely this order: {self._specials}. Received: "
                    f"{sort.lower()}_token={token} at vocabulary index "
                    f"{given.index(self._term(token))}"
                )
        size = len(self._specials) + len(terms)
        if self.max_tokens is not None and size > self.max_tokens:
            raise ValueError(
                "Attempted to set a vocabulary larger than the maximum vocab size. Received "
                f"vocabulary size is {size}; `max_tokens` is {self.max_tokens}."
            )

    def _keep(self, terms: list[Any]) -> None:
        size = len(terms) + len(self._specials)
        if self._frozen_vocab_size is not None and size != self._frozen_vocab_size:
            if self.output_mode != "int" and not self.pad_to_max_tokens:
                raise RuntimeError(
                    f"When using `output_mode={self.output_mode}` and "
                    "`pad_to_max_tokens=False`, the vocabulary size cannot be changed after the "
                    "layer is called. Old vocab size is "
                    f"{self._frozen_vocab_size}, new vocab size is {size}"
                )
        start = len(self._specials)
        self._terms = terms
        self._places = {term: start + i for i, term in enumerate(terms)}
        self._frozen_vocab_size = size

    def _keep_weights(self, weights: Any, n_terms: int, missing: int) -> None:
        """The weights of the terms, with their mean for the special tokens before them."""
        array = np.asarray(weights)
        if len(array) != n_terms:
            raise ValueError(
                "`idf_weights` must be the same length as vocabulary. len(idf_weights) is "
                f"{len(array)}; len(vocabulary) is {n_terms}"
            )
        if array.ndim != 1:
            raise ValueError(
                f"TF-IDF data must be a 1-index array. Received: type(idf_weights)={type(weights)}"
            )
        full = np.concatenate([np.full(missing, np.average(array)), array])
        self._idf = self._padded(full)

    def _padded(self, weights: Any) -> Any:
        behind = 0
        if self.pad_to_max_tokens and self.max_tokens is not None:
            behind = self.max_tokens - len(weights)
        return np.pad(np.asarray(weights), (0, behind)).astype(config.floatx())

    def _lines_of(self, path: str) -> list[Any]:
        if not Path(path).exists():
            raise ValueError(f"Vocabulary file {path} does not exist.")
        return [self._term(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]

    def _term(self, value: Any) -> Any:
        """A term as it is kept: bytes, or an integer."""
        if self.vocabulary_dtype == "string":
            return str(value).encode() if not isinstance(value, bytes) else value
        return int(value)

    def _written(self, term: Any) -> Any:
        return term.decode("utf-8") if isinstance(term, bytes) else term

    # -- learning it ------------------------------------------------------------------------------

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learn the vocabulary: the terms of the data, frequent ones first, then the later ones.

        Args: `data`, an array, a list or a tensor, or batches: a data set or another iterable, of
        which `steps` are read.

        Raises: ValueError where the vocabulary was given.
        """
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the terms of one batch.

        Raises: ValueError where the vocabulary was given.
        """
        if self._has_input_vocabulary:
            raise ValueError(
                f"Cannot adapt layer '{self.name}' after setting a static vocabulary via "
                "`vocabulary` argument or `set_vocabulary()` method."
            )
        rows = self._rows(data)
        for row in rows:
            self._counts.update(row)
            self._documents.update(set(row))
        self._n_documents += len(rows)

    def _rows(self, data: Any) -> list[list[Any]]:
        """The documents of a batch, each as a list of terms."""
        if isinstance(data, tf.RaggedTensor):
            return [[self._term(x) for x in _flat(row)] for row in data.to_list()]
        kind = tf.as_dtype(self.vocabulary_dtype)
        array = np.asarray(data if tf.is_tensor(data) else tf.convert_to_tensor(data))
        if array.dtype.kind in "biuf" and kind.is_integer:
            array = array.astype(np.int64)
        rows = array.reshape(1, -1) if array.ndim < 2 else array.reshape(len(array), -1)
        return [[self._term(x) for x in row] for row in rows.tolist()]

    def finalize_state(self) -> None:
        """Make the vocabulary of what was counted."""
        if self._has_input_vocabulary or not self._counts:
            self._frozen_vocab_size = self.vocabulary_size()
            return
        for token in (self.mask_token, self.oov_token):
            if token is not None:
                self._counts.pop(self._term(token), None)
        ordered = sorted(self._counts.items(), key=lambda item: (item[1], item[0]), reverse=True)
        terms = [term for term, _ in ordered]
        if self.max_tokens:
            terms = terms[: self.max_tokens - len(self._specials)]
        self._keep(terms)
        if self.output_mode == "tf_idf":
            seen = np.array([self._documents[term] for term in terms], np.int64)
            idf = np.log(1 + self._n_documents / (1 + seen)).astype(config.floatx())
            before = np.full(len(self._specials), idf.mean() if len(idf) else np.nan, idf.dtype)
            self._idf = self._padded(np.concatenate([before, idf]))
        self.reset_state()

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._counts: Counter[Any] = Counter()
        self._documents: Counter[Any] = Counter()
        self._n_documents = 0


def batches(data: Any, steps: int | None = None) -> Iterator[Any]:
    """The batches of a data set or iterable; an array, a list or a tensor is one of many rows."""
    whole = isinstance(data, (list, tuple, np.ndarray, tf.RaggedTensor)) or tf.is_tensor(data)
    if whole:
        if not isinstance(data, tf.RaggedTensor):
            data = tf.convert_to_tensor(data)
            if data.shape.rank == 1:
                data = tf.expand_dims(data, -1)
        yield data
        return
    for i, batch in enumerate(data):
        if steps is not None and i >= steps:
            return
        yield batch


def _flat(row: Any) -> Iterator[Any]:
    for value in row:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value
