"""Numbers for words and for integers, learnt from data or given: `StringLookup`, `IntegerLookup`.

Index 0 is the mask's where there is one and the outputs are numbers; then come `num_oov_indices`
for what is not in the vocabulary, then the vocabulary, frequent terms first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.errors import InvalidArgumentError
from gradtape.formats.fingerprint import fingerprint
from gradtape.keras import config
from gradtape.keras.layers.lookup.encoding import (
    DataLayer,
    checked_mode,
    encoded,
    encoded_shape,
    refuse_sparse_numbers,
)

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")
_ASSET = "vocabulary.txt"
#: what no encoding holds: the mask among numbers that are counted
_LEFT_OUT = np.iinfo(np.int64).max


class IndexLookup(DataLayer):
    """What the two lookups share: a vocabulary of terms with numbers, and how it is learnt."""

    def __init__(
        self, max_tokens: int | None, num_oov_indices: int, mask_token: Any, oov_token: Any,
        vocabulary_dtype: str, vocabulary: Any = None, idf_weights: Any = None,
        invert: bool = False, output_mode: str = "int", sparse: bool = False,
        pad_to_max_tokens: bool = False, oov_method: str = "floormod", name: str | None = None,
        salt: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if salt is not None:
            raise NotImplementedError(
                "gradtape has no keyed hash: leave out salt=, and terms that are not in the "
                "vocabulary go to buckets by their fingerprint."
            )
        output_mode = checked_mode(self, output_mode, _MODES)
        _check(max_tokens, pad_to_max_tokens, num_oov_indices, invert, output_mode, sparse)
        if idf_weights is not None and output_mode != "tf_idf":
            raise ValueError(
                "`idf_weights` should only be set if `output_mode` is `'tf_idf'`. Received: "
                f"idf_weights={idf_weights} and output_mode={output_mode}"
            )
        if output_mode == "tf_idf" and vocabulary is not None and idf_weights is None:
            raise ValueError(
                "When specifying the `vocabulary` argument, in TF-IDF output mode, the "
                "`idf_weights` argument must also be provided."
            )
        frozen = kwargs.pop("vocabulary_size", None)
        static = kwargs.pop("has_input_vocabulary", vocabulary is not None)
        for common in ("trainable", "dtype"):
            kwargs.pop(common, None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword argument(s): {kwargs}")
        super().__init__(name=name)
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token = mask_token, oov_token
        self.vocabulary_dtype = tf.as_dtype(vocabulary_dtype).name
        self.invert, self.output_mode, self.sparse = invert, output_mode, sparse
        self.pad_to_max_tokens, self.oov_method = pad_to_max_tokens, oov_method
        self.input_vocabulary = None if isinstance(vocabulary, str) else vocabulary
        self.input_idf_weights = idf_weights
        self._has_input_vocabulary = static
        self._terms: list[Any] = []
        self._places: dict[Any, int] = {}
        self._idf: Any = None
        self._frozen_vocab_size: int | None = frozen
        self.reset_state()
        self.built = True
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    # -- the vocabulary ---------------------------------------------------------------------------

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

    # -- looking up -------------------------------------------------------------------------------

    def _input(self, value: Any) -> Any:
        value = super()._input(value)
        if not isinstance(value, tf.Tensor):
            return value
        wanted = "int64" if self.invert else self.vocabulary_dtype
        return value if value.dtype.name == wanted else _as(value, wanted)

    def call(self, inputs: Any) -> Any:
        """The numbers of the terms, or their vectors; with `invert` the terms of the numbers."""
        found: Any
        if isinstance(inputs, tf.RaggedTensor):
            found = inputs.with_flat_values(self._looked_up(inputs.flat_values))
        elif isinstance(inputs, tf.SparseTensor):
            found = inputs.with_values(self._looked_up(inputs.values))
            if self.output_mode != "int":
                found = tf.sparse.to_dense(found, default_value=_LEFT_OUT)
        else:
            found = self._looked_up(inputs)
        if self.output_mode == "int":
            return found
        counted = self.output_mode == "tf_idf"
        depth = self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()
        assert depth is not None
        mode = "count" if counted else self.output_mode
        vectors = encoded(found, mode, depth, tf.int64, self.sparse and not counted)
        if not counted:
            return vectors
        if self._idf is None:
            raise ValueError(
                "When `output_mode` is `'tf_idf'`, `idf_weights` must be provided: call adapt(), "
                "or set_vocabulary(terms, idf_weights)."
            )
        weighted = tf.cast(vectors, config.floatx()) * tf.constant(self._idf)
        return tf.sparse.from_dense(weighted) if self.sparse else weighted

    def _looked_up(self, inputs: Any) -> Any:
        array = np.asarray(inputs)
        flat = array.reshape(-1).tolist()
        if self.invert:
            terms = dict(enumerate(self._terms, len(self._specials)))
            if self.mask_token is not None:
                terms[0] = self._term(self.mask_token)
            return self._of_terms([terms.get(i, self._term(self.oov_token)) for i in flat], array)
        places = self._places
        if self.mask_token is not None:
            masked = 0 if self.output_mode == "int" else _LEFT_OUT
            places = {**places, self._term(self.mask_token): masked}
        numbers = [places[term] if term in places else self._outside(term) for term in flat]
        if not self.num_oov_indices and -1 in numbers:
            unknown = [self._written(t) for t, i in zip(flat, numbers, strict=True) if i == -1]
            raise InvalidArgumentError(
                None, None,
                "When `num_oov_indices=0` all inputs should be in vocabulary, found OOV values "
                f"{unknown}, consider setting `num_oov_indices=1`.",
            )  # fmt: skip
        return tf.constant(np.array(numbers, np.int64).reshape(array.shape))

    def _of_terms(self, terms: list[Any], like: Any) -> Any:
        out = np.empty(len(terms), object if self.vocabulary_dtype == "string" else np.int64)
        out[:] = terms
        return tf.convert_to_tensor(out.reshape(like.shape))

    def _outside(self, term: Any) -> int:
        """The number of a term that the vocabulary has not."""
        buckets = self.num_oov_indices
        if not buckets:
            return -1
        start = len(self._specials) - buckets
        if buckets == 1:
            return start
        if isinstance(term, int) and self.oov_method != "farmhash":
            return start + term % buckets
        text = term if isinstance(term, bytes) else str(term).encode()
        return start + fingerprint(text) % buckets

    # -- shapes, configurations, files ------------------------------------------------------------

    @property
    def compute_dtype(self) -> str:
        """The dtype of the terms."""
        return self.vocabulary_dtype

    variable_dtype = compute_dtype

    def _output_dtype(self) -> str:
        if self.output_mode == "int":
            return self.vocabulary_dtype if self.invert else "int64"
        return config.floatx() if self.output_mode == "tf_idf" else "int64"

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the numbers or vectors."""
        depth = self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()
        return encoded_shape(input_shape, self.output_mode, depth)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer; a learnt vocabulary is a file beside them."""
        names = (
            "invert max_tokens num_oov_indices oov_token mask_token output_mode sparse "
            "pad_to_max_tokens vocabulary_dtype oov_method"
        )
        own = {name: getattr(self, name) for name in names.split()}
        given = {"idf_weights": self.input_idf_weights, "vocabulary": self.input_vocabulary}
        listed = {k: None if v is None else self._listed(v) for k, v in given.items()}
        common = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype_policy}
        size = {"vocabulary_size": self._frozen_vocab_size, "salt": None}
        return {**common, **own, **listed, **size}

    @staticmethod
    def _listed(values: Any) -> Any:
        array = np.asarray(values)
        return [v.decode() if isinstance(v, bytes) else v for v in array.reshape(-1).tolist()]

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: the layer has no weights."""
        return {}

    def save_own_variables(self, store: Any) -> None:
        """Put the weights of the terms into a file."""
        if self.output_mode == "tf_idf" and self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of the terms from a file."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self._idf = np.array(store["idf_weights"])

    def save_assets(self, dir_path: Any) -> None:
        """Write the learnt vocabulary into a folder."""
        if self.input_vocabulary is None:
            lines = "\n".join(str(term) for term in self.get_vocabulary())
            (Path(dir_path) / _ASSET).write_text(lines, encoding="utf-8")

    def load_assets(self, dir_path: Any) -> None:
        """Read the vocabulary from a folder."""
        path = Path(dir_path) / _ASSET
        if self.input_vocabulary is not None or not path.exists():
            return
        lines = path.read_text(encoding="utf-8").splitlines()
        while lines and not lines[-1]:
            lines.pop()
        terms = [self._term(line) for line in lines]
        if len(terms) <= len(self._specials):
            return
        weights = self._idf[: len(terms)] if self.output_mode == "tf_idf" else None
        self.set_vocabulary(self._of_terms(terms, np.empty(len(terms))), weights)


class StringLookup(IndexLookup):
    """Numbers for words: those of a vocabulary that `adapt` learns or that is given.

    Args:
      max_tokens: the most numbers there are, special ones with them; frequent words win.
      num_oov_indices: how many numbers there are for other words; with several, a word's
        fingerprint says which, with none another word is an error.
      mask_token: the word that means "nothing here", number 0.
      oov_token: how other words are called.
      vocabulary: a list, array or tensor of words, or the path of a file with one on each line.
      idf_weights: the weights of the words for "tf_idf".
      invert: words for numbers instead.
      output_mode: "int", or vectors: "one_hot", "multi_hot", "count", "tf_idf".
      pad_to_max_tokens: vectors of `max_tokens` elements, however many words there are.
      sparse: vectors as a SparseTensor.

    Raises: ValueError for arguments that do not go together; InvalidArgumentError for other words
    where `num_oov_indices` is 0.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.StringLookup()
    >>> layer.adapt(["a", "b", "b"])
    >>> layer.get_vocabulary()
    ['[UNK]', 'b', 'a']
    >>> layer(["a", "b", "?"]).numpy()
    array([2, 1, 0])
    """

    def __init__(
        self, max_tokens: int | None = None, num_oov_indices: int = 1, mask_token: Any = None,
        oov_token: Any = "[UNK]", vocabulary: Any = None, idf_weights: Any = None,
        invert: bool = False, output_mode: str = "int", pad_to_max_tokens: bool = False,
        sparse: bool = False, encoding: str = "utf-8", name: str | None = None, salt: Any = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.encoding = encoding
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, "string", vocabulary, idf_weights,
            invert, output_mode, sparse, pad_to_max_tokens, name=name, salt=salt, **kwargs,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        own = {k: v for k, v in super().get_config().items() if k != "vocabulary_dtype"}
        return {**own, "encoding": self.encoding}


class IntegerLookup(IndexLookup):
    """Numbers without gaps for integers: those of a vocabulary that is learnt or given.

    Args: as those of `StringLookup`; `oov_method`, how several numbers for other integers are
    shared out: "floormod" (the integer modulo their number) or "farmhash" (by its digits).

    Raises: ValueError for arguments that do not go together; InvalidArgumentError for other
    integers where `num_oov_indices` is 0.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.IntegerLookup(output_mode="one_hot")
    >>> layer.adapt([10, 7, 10])
    >>> layer.get_vocabulary()
    [-1, 10, 7]
    >>> layer([7, 8]).numpy()
    array([[0, 0, 1],
           [1, 0, 0]])
    """

    def __init__(
        self, max_tokens: int | None = None, num_oov_indices: int = 1, mask_token: Any = None,
        oov_token: Any = -1, vocabulary: Any = None, vocabulary_dtype: str = "int64",
        idf_weights: Any = None, invert: bool = False, output_mode: str = "int",
        sparse: bool = False, pad_to_max_tokens: bool = False, oov_method: str = "floormod",
        salt: Any = None, name: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if vocabulary_dtype != "int64":
            raise ValueError(
                "Only `vocabulary_dtype='int64'` is supported at this time. Received: "
                f"vocabulary_dtype={vocabulary_dtype}"
            )
        if oov_method not in ("floormod", "farmhash"):
            raise ValueError(
                "Unknown value for `oov_method` of IntegerLookup. Expected one of "
                f"('floormod', 'farmhash'). Received: oov_method={oov_method}"
            )
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary_dtype, vocabulary,
            idf_weights, invert, output_mode, sparse, pad_to_max_tokens, oov_method, name, salt,
            **kwargs,
        )  # fmt: skip


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


def _as(value: Any, wanted: str) -> Any:
    """A tensor in the dtype that is looked up.

    Raises: TypeError for numbers where words are looked up, and words where numbers are.
    """
    if (value.dtype == tf.string) != (wanted == "string"):
        raise TypeError(
            f"The layer looks up values of dtype {wanted}, got {value.dtype.name}. Use "
            "tf.strings.as_string(x) or tf.strings.to_number(x)."
        )
    return tf.cast(value, wanted)


def _check(
    max_tokens: int | None, padded: bool, n_oov: int, invert: bool, mode: str, sparse: bool
) -> None:
    if max_tokens is not None and max_tokens <= 1:
        raise ValueError(
            f"If set, `max_tokens` must be greater than 1. Received: max_tokens={max_tokens}"
        )
    if padded and max_tokens is None:
        raise ValueError(
            "If pad_to_max_tokens is True, must set `max_tokens`. "
            f"Received: max_tokens={max_tokens}"
        )
    if n_oov < 0:
        raise ValueError(
            "`num_oov_indices` must be greater than or equal to 0. "
            f"Received: num_oov_indices={n_oov}"
        )
    if invert and mode != "int":
        raise ValueError(
            f"`output_mode` must be `'int'` when `invert` is true. Received: output_mode={mode}"
        )
    refuse_sparse_numbers(sparse, mode)
