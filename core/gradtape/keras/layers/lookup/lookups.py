"""Numbers for words and for integers: `StringLookup`, `IntegerLookup`."""

from __future__ import annotations

from typing import Any

from gradtape.keras.layers.lookup.index_lookup import IndexLookup


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
