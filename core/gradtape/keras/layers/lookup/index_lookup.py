"""Numbers for the terms of a vocabulary that is learnt from data or given.

Index 0 is the mask's where there is one and the outputs are numbers; then come `num_oov_indices`
for what is not in the vocabulary, then the vocabulary, frequent terms first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.errors import InvalidArgumentError
from gradtape.formats.fingerprint import fingerprint
from gradtape.keras import config
from gradtape.keras.layers.lookup.encoding import (
    checked_mode,
    encoded,
    encoded_shape,
    refuse_sparse_numbers,
)
from gradtape.keras.layers.lookup.vocabulary import Vocabulary

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")
_ASSET = "vocabulary.txt"
#: what no encoding holds: the mask among numbers that are counted
_LEFT_OUT = np.iinfo(np.int64).max


class IndexLookup(Vocabulary):
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
