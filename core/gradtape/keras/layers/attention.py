"""Attention of queries to values: `Attention` (scores are products) and `AdditiveAttention`."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import random
from gradtape.keras.layers.layer import Layer
from gradtape.keras.ops.normalizing import causal_mask


class Attention(Layer):
    """softmax(scores) @ value, with scores = query · keyᵀ; called with [query, value, key].

    Shapes: query (batch, t, width), value (batch, s, width'), key (batch, s, width), by default the
    value → (batch, t, width').

    Args: `use_scale`, a trainable factor of the scores; `score_mode`, `dot` or `concat`, which has
    Σ tanh(query + key); `dropout` of the weights in training.

    Call with `mask=[query_mask, value_mask]`, each (batch, steps), True where a step counts;
    `use_causal_mask` keeps queries from looking at later steps; `return_attention_scores` gives the
    weights too.

    Raises: ValueError for anything but a list of two or three inputs.

    Source: Luong et al. (2015), Effective approaches to attention-based neural machine translation.
    """

    score_mode = "dot"

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise ValueError(
                "Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. "
                f"Received: score_mode={score_mode}"
            )
        self.use_scale, self.score_mode = use_scale, score_mode
        self.dropout, self.seed = dropout, seed
        if dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.scale: Any = None
        self.concat_score_weight: Any = None

    def build(self, input_shape: Any) -> None:
        """Make the factors where there are any."""
        self._check(input_shape)
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                name="concat_score_weight", shape=(), initializer="ones"
            )
        self.built = True

    def _scores(self, query: Any, key: Any) -> Any:
        if self.score_mode == "dot":
            scores = tf.matmul(query, key, transpose_b=True)
            return scores if self.scale is None else scores * self.scale
        together = tf.expand_dims(query, -2) + tf.expand_dims(key, -3)
        if self.scale is not None:
            together = self.scale * together
        return self.concat_score_weight * tf.reduce_sum(tf.tanh(together), axis=-1)

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: bool | None = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """What the queries see, and with `return_attention_scores` the weights."""
        self._check(inputs, mask)
        query, value = inputs[0], inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        query_mask, value_mask = (mask[0], mask[1]) if mask else (None, None)
        scores: Any = self._scores(query, key)
        allowed: Any = (
            None if value_mask is None else tf.expand_dims(tf.cast(value_mask, tf.bool), -2)
        )
        if use_causal_mask:
            before = causal_mask(scores.shape[-2], scores.shape[-1])
            allowed = before if allowed is None else tf.logical_and(allowed, before)
        if allowed is not None:
            low = 65504.0 if scores.dtype == tf.float16 else 1e9
            scores = tf.where(allowed, scores, scores - low)
        weights: Any = tf.nn.softmax(scores, axis=-1)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        outputs: Any = tf.matmul(weights, value)
        if query_mask is not None:
            seen = tf.expand_dims(tf.cast(query_mask, tf.bool), -1)
            outputs = tf.where(seen, outputs, tf.zeros_like(outputs))
        return (outputs, weights) if return_attention_scores else outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the queries."""
        return None if mask is None else mask[0]

    def _check(self, inputs: Any, mask: Any = None) -> None:
        kind = type(self).__name__
        if not isinstance(inputs, list) or not 2 <= len(inputs) <= 3:
            raise ValueError(
                f"{kind} layer must be called on a list of inputs, namely [query, value] or "
                f"[query, value, key]. Received: inputs={inputs}."
            )
        if mask is not None and (not isinstance(mask, list) or not 2 <= len(mask) <= 3):
            raise ValueError(
                f"{kind} layer mask must be a list, namely [query_mask, value_mask]. "
                f"Received: mask={mask}."
            )


class AdditiveAttention(Attention):
    """softmax(Σ scale · tanh(query + key)) @ value; see `Attention`.

    Source: Bahdanau et al. (2015), Neural machine translation by jointly learning to align and
    translate.
    """

    _no_arguments = frozenset({"score_mode"})

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Make the factor of each feature."""
        self._check(input_shape)
        if self.use_scale:
            self.scale = self.add_weight(
                name="scale", shape=(input_shape[0][-1],), initializer="glorot_uniform"
            )
        self.built = True

    def _scores(self, query: Any, key: Any) -> Any:
        waves = tf.tanh(tf.expand_dims(query, -2) + tf.expand_dims(key, -3))
        return tf.reduce_sum(waves if self.scale is None else self.scale * waves, axis=-1)
