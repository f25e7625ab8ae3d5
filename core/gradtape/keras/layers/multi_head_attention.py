"""Attention of several heads, each with projections of its own, and with shared keys and values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import naming
from gradtape.keras.layers.activation import Softmax
from gradtape.keras.layers.dropout import Dropout
from gradtape.keras.layers.einsum_dense import EinsumDense
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import settle
from gradtape.keras.masks import with_mask
from gradtape.keras.ops.normalizing import causal_mask, dot_product_attention

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def projection(rank: int, bound: int, made: int) -> tuple[str, str, int]:
    """The equation that turns the last `bound` axes into `made` ones, its bias, its rank.

    >>> projection(3, 1, 2)
    ('abc,cde->abde', 'de', 4)
    """
    free = rank - bound
    before, summed = _LETTERS[:free], _LETTERS[free:rank]
    new = _LETTERS[rank : rank + made]
    return f"{before}{summed},{summed}{new}->{before}{new}", new, free + made


def attention_equations(rank: int, axes: tuple[int, ...]) -> tuple[str, str, int]:
    """The equations of the scores and of the outputs, and the rank of the scores.

    >>> attention_equations(4, (1,))
    ('aecd,abcd->acbe', 'acbe,aecd->abcd', 4)
    """
    target = _LETTERS[:rank]
    batch = [i for i in range(rank - 1) if i not in axes]
    source = list(target)
    for place, i in enumerate(sorted(axes)):
        source[i] = _LETTERS[rank + place]
    product = [target[i] for i in batch] + [target[i] for i in axes] + [source[i] for i in axes]
    scores, seen = "".join(product), "".join(source)
    return f"{seen},{target}->{scores}", f"{scores},{seen}->{target}", len(scores)


class _Heads(Layer):
    """What the two layers here share: settings, masks, and the attention itself."""

    supports_masking = True

    _axes: tuple[int, ...] = (1,)
    #: of the scores and of the outputs, where a batch of steps has heads of features
    _equations: Sequence[str] = ("bkuh,bquh->buqk", "buqk,bkuh->bquh")
    dropout: float
    _scale: float

    def _settle(
        self, dropout: float, use_bias: bool, sliding_window: int | None,
        flash_attention: bool | None, use_gate: bool, seed: int | None,
        kernel: tuple[Any, Any, Any], bias: tuple[Any, Any, Any],
    ) -> None:  # fmt: skip
        if flash_attention:
            raise ValueError("Flash attention is not part of gradtape; leave it out.")
        if sliding_window is not None and (
            not isinstance(sliding_window, int) or sliding_window <= 0
        ):
            raise ValueError(
                "`sliding_window` must be `None` or a positive integer. "
                f"Received: sliding_window={sliding_window}"
            )
        self.dropout, self.use_bias, self.use_gate = dropout, use_bias, use_gate
        self.sliding_window, self.seed, self.flash_attention = sliding_window, seed, None
        settle(self, "kernel", *kernel)
        settle(self, "bias", *bias)

    def _dense(self, name: str, equation: str, shape: Any, bias: str, **more: Any) -> EinsumDense:
        """A projection with the settings of this layer, and a seed of its own."""
        fresh = {}
        for weight in ("kernel", "bias"):
            initializer = getattr(self, f"{weight}_initializer")
            if hasattr(initializer, "get_config"):
                initializer = type(initializer)(**initializer.get_config())
            fresh[f"{weight}_initializer"] = initializer
            for kind in ("regularizer", "constraint"):
                fresh[f"{weight}_{kind}"] = getattr(self, f"{weight}_{kind}")
        return EinsumDense(
            equation, shape, bias_axes=bias if self.use_bias else None, name=name,
            activity_regularizer=self.activity_regularizer, dtype=self.dtype, **fresh, **more,
        )  # fmt: skip

    def _build_dense(self, dense: EinsumDense, shape: Any) -> None:
        with naming.inside(self), naming.inside(dense):
            dense._path = naming.current_path()
            dense.build(shape)

    def _mask(
        self, query: Any, value: Any, query_mask: Any, value_mask: Any, key_mask: Any, given: Any,
        use_causal_mask: bool,
    ) -> Any:  # fmt: skip
        """All masks as one, or None."""
        parts: list[Any] = []
        if query_mask is not None:
            parts.append(tf.expand_dims(tf.cast(query_mask, tf.bool), -1))
        for mask in (value_mask, key_mask):
            if mask is not None:
                parts.append(tf.expand_dims(tf.cast(mask, tf.bool), -2))
        t, s = query.shape[1], value.shape[1]
        if use_causal_mask:
            parts.append(causal_mask(t, s))
        if self.sliding_window is not None:
            distance = np.abs(np.arange(t)[:, None] - np.arange(s))
            parts.append(tf.constant((distance < self.sliding_window)[None]))
        if given is not None and parts:
            given = tf.cast(given, tf.bool)
        whole = given
        for part in parts:
            whole = part if whole is None else tf.logical_and(whole, part)
        return whole

    def _attend(
        self, query: Any, key: Any, value: Any, mask: Any, training: Any, scores_too: bool,
    ) -> tuple[Any, Any]:  # fmt: skip
        """The outputs, and the weights where they are wanted or thinned."""
        axis = -2 * len(self._axes) - 1
        while mask is not None and len(mask.shape) < len(query.shape) - 1 + len(self._axes):
            mask = tf.expand_dims(mask, axis)
        if not self.dropout > 0.0 and not scores_too and len(query.shape) == 4:
            return dot_product_attention(query, key, value, mask=mask, scale=self._scale), None
        scores = tf.einsum(self._equations[0], key, query * self._scale)
        weights = self._softmax(scores, mask=mask)
        thinned = self._dropout_layer(weights, training=training) if self.dropout else weights
        return tf.einsum(self._equations[1], thinned, value), weights

    def _finish(self, query: Any, outputs: Any, weights: Any, scores_too: bool) -> Any:
        """The outputs through the gate and the last projection."""
        if self.use_gate:
            outputs = outputs * self._gate_dense(query)
        outputs = self._output_dense(outputs)
        return (outputs, weights) if scores_too else outputs

    def _heads(self, query: Any, value: Any, key: Any) -> tuple[Any, Any, Any]:
        """The projections of the query, the key and the value, a head each."""
        raise NotImplementedError

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """What the queries see, and with `return_attention_scores` the weights."""
        key = value if key is None else key
        mask = self._mask(
            query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
        )
        query, value, key = (with_mask(each, None) for each in (query, value, key))
        heads = self._heads(query, value, key)
        outputs, weights = self._attend(*heads, mask, training, return_attention_scores)
        return self._finish(query, outputs, weights, return_attention_scores)


class MultiHeadAttention(_Heads):
    """`num_heads` attentions side by side, each on projections of `key_dim` features.

    Call as `layer(query, value, key=value)`, the shapes (batch, steps, features) → those of the
    query. With `return_attention_scores` the weights (batch, heads, t, s) come too. A step that a
    mask leaves out is not looked at; `use_causal_mask` keeps queries from later steps.

    Raises: ValueError for sizes that are no positive integers.

    Source: Vaswani et al. (2017), Attention is all you need.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    >>> layer(tf.ones((1, 4, 5)), tf.ones((1, 6, 5))).shape
    TensorShape([1, 4, 5])
    """

    _no_arguments = frozenset({"flash_attention"})

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        value_dim = value_dim or key_dim
        for argument, size in (
            ("num_heads", num_heads), ("key_dim", key_dim), ("value_dim", value_dim),
        ):  # fmt: skip
            if not isinstance(size, int) or size <= 0:
                raise ValueError(
                    f"Received an invalid value for argument `{argument}`, expected a positive "
                    f"integer. Received: {argument}={size}"
                )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.num_heads, self.key_dim, self.value_dim = num_heads, key_dim, value_dim
        self._scale = 1.0 / math.sqrt(key_dim)
        self._settle(
            dropout, use_bias, sliding_window, flash_attention, use_gate, seed,
            (kernel_initializer, kernel_regularizer, kernel_constraint),
            (bias_initializer, bias_regularizer, bias_constraint),
        )  # fmt: skip
        if isinstance(output_shape, int):
            output_shape = (output_shape,)
        self._given_output_shape = tuple(output_shape) if output_shape else None
        if isinstance(attention_axes, int):
            attention_axes = (attention_axes,)
        self.attention_axes = attention_axes

    def build(  # type: ignore[override]
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> None:
        """Make the four projections, and that of the gate."""
        key_shape = value_shape if key_shape is None else key_shape
        if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ValueError(
                "All dimensions of `value` and `key`, except the last one, must be equal. "
                f"Received: value_shape={value_shape} and key_shape={key_shape}"
            )
        self._query_dense = self._projected("query", query_shape, self.key_dim)
        self._key_dense = self._projected("key", key_shape, self.key_dim)
        if self.use_gate:
            self._gate_dense = self._projected(
                "gate", query_shape, self.value_dim, activation="sigmoid"
            )
        self._value_dense = self._projected("value", value_shape, self.value_dim)
        rank = len(value_shape) + 1
        axes = self.attention_axes
        if axes is None:
            axes = tuple(range(1, rank - 2))
        self._axes = tuple(a if a >= 0 else rank - 1 + a for a in axes)
        *self._equations, scores_rank = attention_equations(rank, self._axes)
        along = tuple(range(scores_rank - len(self._axes), scores_rank))
        self._softmax = Softmax(axis=along, dtype=self.dtype)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype, seed=self.seed)
        last = self._given_output_shape or (query_shape[-1],)
        equation, bias, out_rank = projection(len(query_shape) + 1, 2, len(last))
        hidden = [None] * (out_rank - 1 - len(last))
        self._output_dense = self._dense("attention_output", equation, (*hidden, *last), bias)
        self._build_dense(self._output_dense, (*query_shape[:-1], self.num_heads, self.value_dim))
        self.built = True

    def _projected(self, name: str, shape: Any, width: int, **more: Any) -> EinsumDense:
        equation, bias, rank = projection(len(shape), 1, 2)
        made = (*[None] * (rank - 3), self.num_heads, width)
        dense = self._dense(name, equation, made, bias, **more)
        self._build_dense(dense, tuple(shape))
        return dense

    @property
    def query_dense(self) -> EinsumDense:
        """The projection of the queries."""
        return self._query_dense

    @property
    def key_dense(self) -> EinsumDense:
        """The projection of the keys."""
        return self._key_dense

    @property
    def value_dense(self) -> EinsumDense:
        """The projection of the values."""
        return self._value_dense

    @property
    def output_dense(self) -> EinsumDense:
        """The projection of what the heads saw, together."""
        return self._output_dense

    def _heads(self, query: Any, value: Any, key: Any) -> tuple[Any, Any, Any]:
        return self._query_dense(query), self._key_dense(key), self._value_dense(value)


class GroupQueryAttention(_Heads):
    """Attention of `num_query_heads` heads that share `num_key_value_heads` keys and values.

    Call as `layer(query, value, key=value)`, the shapes (batch, steps, features).

    Raises: ValueError where the one number does not divide the other.

    Source: Ainslie et al. (2023), GQA: training generalized multi-query transformer models.
    """

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if num_query_heads % num_key_value_heads:
            raise ValueError("`num_query_heads` must be divisible by `num_key_value_heads`.")
        self.head_dim, self.num_query_heads = head_dim, num_query_heads
        self.num_key_value_heads = num_key_value_heads
        self._scale = 1.0 / math.sqrt(head_dim)
        self._settle(
            dropout, use_bias, sliding_window, flash_attention, use_gate, seed,
            (kernel_initializer, kernel_regularizer, kernel_constraint),
            (bias_initializer, bias_regularizer, bias_constraint),
        )  # fmt: skip

    def build(  # type: ignore[override]
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> None:
        """Make the four projections, and that of the gate."""
        key_shape = value_shape if key_shape is None else key_shape
        many, few = self.num_query_heads, self.num_key_value_heads
        self._query_dense = self._projected("query", query_shape, many)
        self._key_dense = self._projected("key", key_shape, few)
        if self.use_gate:
            self._gate_dense = self._projected("gate", query_shape, many, activation="sigmoid")
        self._value_dense = self._projected("value", value_shape, few)
        self._softmax = Softmax(axis=-1, dtype=self.dtype)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype, seed=self.seed)
        width = query_shape[-1]
        self._output_dense = self._dense("attention_output", "abde,dec->abc", (None, width), "c")
        self._build_dense(self._output_dense, (*query_shape[:-1], many, self.head_dim))
        self.built = True

    def _projected(self, name: str, shape: Any, heads: int, **more: Any) -> EinsumDense:
        dense = self._dense(name, "abc,cde->abde", (None, heads, self.head_dim), "de", **more)
        self._build_dense(dense, tuple(shape))
        return dense

    def _heads(self, query: Any, value: Any, key: Any) -> tuple[Any, Any, Any]:
        times = self.num_query_heads // self.num_key_value_heads
        keys, values = (
            tf.repeat(each, times, axis=2)
            for each in (self._key_dense(key), self._value_dense(value))
        )
        return self._query_dense(query), keys, values
