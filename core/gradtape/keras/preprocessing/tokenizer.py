"""`Tokenizer`: numbers for words, by how often they occur in some texts."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

#: characters that part words
FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text: in lower case, without the characters of `filters`, cut at `split`.

    >>> text_to_word_sequence("The tape, again!")
    ['the', 'tape', 'again']
    """
    text = input_text.lower() if lower else input_text
    text = text.translate({ord(character): split for character in filters})
    return [word for word in text.split(split) if word]


class Tokenizer:
    """Numbers for words: 1 for the most frequent one (or for `oov_token`, which stands for others).

    `num_words`: numbers from there on are left out. `char_level`: each character is a word.
    `analyzer`: a function that gives the words of a text. A text may be a list of words already.

    >>> tokenizer = Tokenizer()
    >>> tokenizer.fit_on_texts(["the tape", "the loop of the tape"])
    >>> tokenizer.texts_to_sequences(["The loop!"])
    [[1, 3]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Any = None,
        **kwargs: Any,
    ) -> None:
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: defaultdict[str, int] = defaultdict(int)
        self.index_docs: defaultdict[int, int] = defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Count the words of these texts too, and number all words anew."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        frequent = sorted(self.word_counts, key=self.word_counts.__getitem__, reverse=True)
        listed = ([] if self.oov_token is None else [self.oov_token]) + frequent
        self.word_index = {word: k + 1 for k, word in enumerate(listed)}
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Any) -> None:
        """Count in how many of these rows each number is, for `sequences_to_matrix`."""
        self.document_count += len(sequences)
        for row in sequences:
            for number in set(row):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """The numbers of the words of each text; unknown words are left out, or `oov_token`'s."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """The rows of `texts_to_sequences`, one after the other."""
        for text in texts:
            found = (self._known(self.word_index.get(word)) for word in self._words(text))
            yield [number for number in found if number is not None]

    def sequences_to_texts(self, sequences: Iterable[Any]) -> list[str]:
        """The words of each row, with spaces between."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Any]) -> Iterator[str]:
        """The texts of `sequences_to_texts`, one after the other."""
        for row in sequences:
            known = (self._known(n if n in self.index_word else None) for n in row)
            yield " ".join(self.index_word[number] for number in known if number is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> Any:
        """`sequences_to_matrix` of the texts' numbers."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: Any, mode: str = "binary") -> Any:
        """One row per text, one column per number: float64 (texts, words).

        `mode`: "binary" (1 where the word occurs), "count", "freq" (the share), or "tfidf",
        (1 + log count) · log(1 + texts / (1 + texts with the word)).

        Raises: ValueError before anything was fitted, and for another mode.
        """
        if not self.num_words and not self.word_index:
            raise ValueError(
                "Specify a dimension (`num_words` argument), or fit on some text data first."
            )
        if mode not in ("binary", "count", "freq", "tfidf"):
            raise ValueError("Unknown vectorization mode:", mode)
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        width = self.num_words or len(self.word_index) + 1
        matrix = np.zeros((len(sequences), width))
        for line, row in zip(matrix, sequences, strict=True):
            for number, count in Counter(n for n in row if n < width).items():
                line[number] = self._weight(number, count, len(row), mode)
        return matrix

    def get_config(self) -> dict[str, Any]:
        """The settings, and the tables as JSON."""
        tables = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        settings = ("num_words", "filters", "lower", "split", "char_level", "oov_token")
        return {
            **{name: getattr(self, name) for name in (*settings, "document_count")},
            **{name: json.dumps(getattr(self, name)) for name in tables},
        }

    def to_json(self, **kwargs: Any) -> str:
        """All of it as JSON, for `tokenizer_from_json`; `kwargs` go to `json.dumps`."""
        return json.dumps({"class_name": "Tokenizer", "config": self.get_config()}, **kwargs)

    def _words(self, text: Any) -> Any:
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return text
            return [part.lower() for part in text] if isinstance(text, list) else text.lower()
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def _known(self, number: int | None) -> int | None:
        """The number, or `oov_token`'s (None without one) where it is None or too large."""
        if number is None or (self.num_words and number >= self.num_words):
            return self.word_index.get(self.oov_token) if self.oov_token is not None else None
        return number

    def _weight(self, number: int, count: int, length: int, mode: str) -> float:
        if mode == "tfidf":
            texts = 1 + self.document_count / (1 + self.index_docs.get(number, 0))
            return float((1 + np.log(count)) * np.log(texts))
        return {"binary": 1, "count": count, "freq": count / length}[mode]
