"""Masks that travel from an embedding or `Masking` through layers and models to losses."""

import warnings
from typing import Any

import numpy as np

from tests.core.keras.cases import set_weights
from tests.core.keras.fitted import program

_RNG = np.random.default_rng(5)
WORDS = _RNG.integers(1, 7, (9, 5)).astype(np.int32)
for _row, _length in enumerate((5, 3, 1, 4, 2, 5, 3, 1, 2)):
    WORDS[_row, _length:] = 0
STEPS = np.where(WORDS[..., None] > 0, _RNG.normal(size=(9, 5, 3)), 0.0).astype(np.float32)
TAGS = _RNG.integers(0, 3, (9, 5)).astype(np.int64)
SUMS = WORDS.sum(1, keepdims=True).astype(np.float32)


def embedded(tf: Any, words: Any = WORDS) -> Any:
    """Vectors of words, with a mask."""
    layer = tf.keras.layers.Embedding(7, 4, mask_zero=True)
    layer.build((None, 5))
    set_weights(layer)
    return layer(tf.constant(words))


def outcome(layer: Any, *inputs: Any, **kwargs: Any) -> dict[str, Any]:
    """What a layer with known weights gives, and the masks of that; −1 where there is none."""
    layer(*[[x * 1 for x in i] if isinstance(i, list) else i * 1 for i in inputs])  # no masks
    set_weights(layer)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*does not support masking")
        outputs = layer(*inputs, **kwargs)
    flat = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    masks = [getattr(each, "_keras_mask", None) for each in flat]
    return {
        **{f"output{i}": each for i, each in enumerate(flat)},
        **{f"mask{i}": -1 if m is None else np.asarray(m) * 1 for i, m in enumerate(masks)},
    }


def named(**results: dict[str, Any]) -> dict[str, Any]:
    """The results of several layers, by the name of the layer."""
    return {f"{name}/{key}": v for name, found in results.items() for key, v in found.items()}


@program
def masks_through_recurrent_layers(tf: Any) -> dict[str, Any]:
    layers = tf.keras.layers
    x = embedded(tf)
    state = tf.constant(_states(2))
    return named(
        lstm=outcome(layers.LSTM(2), x),
        lstm_steps=outcome(layers.LSTM(2, return_sequences=True, return_state=True), x),
        lstm_zeros=outcome(layers.LSTM(2, return_sequences=True, zero_output_for_mask=True), x),
        gru=outcome(layers.GRU(2, return_sequences=True, go_backwards=True), x),
        gru_from_a_state=outcome(layers.GRU(2, return_sequences=True), x, initial_state=state),
        simple=outcome(layers.SimpleRNN(2, return_state=True), x),
        rnn=outcome(layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)], return_sequences=True), x),
        both=outcome(layers.Bidirectional(layers.GRU(2)), x),
        both_steps=outcome(layers.Bidirectional(layers.LSTM(2, return_sequences=True)), x),
    )


def _states(units: int) -> Any:
    return np.linspace(-1, 1, 9 * units).reshape(9, units).astype(np.float32)


def backwards(inputs: Any, mask: Any) -> Any:
    """The mask of a function as a layer."""
    return None if mask is None else mask[:, ::-1]


@program
def masks_through_layers(tf: Any) -> dict[str, Any]:
    layers = tf.keras.layers
    x = embedded(tf)
    return named(
        masking=outcome(layers.Masking(), tf.constant(STEPS)),
        masking_value=outcome(layers.Masking(mask_value=1.5), tf.constant(STEPS)),
        dense=outcome(layers.Dense(2, activation="tanh"), x),
        half=outcome(layers.Dense(2, dtype="float16"), x),
        mean=outcome(layers.GlobalAveragePooling1D(keepdims=True), x),
        mean_first=outcome(
            layers.GlobalAveragePooling1D(data_format="channels_first"),
            embedded(tf, WORDS[:, :4]),
        ),
        softmax=outcome(layers.Softmax(), x[..., 0], mask=x._keras_mask),
        each=outcome(layers.TimeDistributed(layers.Dense(2)), x),
        batch=outcome(layers.BatchNormalization(), x, training=True),
        layer=outcome(layers.LayerNormalization(), x),
        function=outcome(layers.Lambda(lambda v: v * 2.0), x),
        function_mask=outcome(layers.Lambda(lambda v: v * 2.0, mask=backwards), x),
        lost=outcome(layers.ZeroPadding1D(1), x),
    )


@program
def masks_through_merges_and_attention(tf: Any) -> dict[str, Any]:
    layers = tf.keras.layers

    def pair() -> list[Any]:
        return [embedded(tf), embedded(tf, WORDS[::-1].copy())]

    plain = tf.constant(np.ones((9, 5, 4), np.float32))
    heads = layers.MultiHeadAttention(2, 3)
    grouped = layers.GroupQueryAttention(3, 4, 2)
    return named(
        add=outcome(layers.Add(), pair()),
        add_plain=outcome(layers.Add(), [*pair(), plain]),
        multiply=outcome(layers.Multiply(), pair()),
        concatenate=outcome(layers.Concatenate(), pair()),
        concatenate_steps=outcome(layers.Concatenate(axis=1), [*pair(), plain]),
        dot=outcome(layers.Dot(axes=2), pair()),
        attention=outcome(layers.Attention(), pair()),
        causal=outcome(layers.Attention(), pair(), use_causal_mask=True),
        additive=outcome(layers.AdditiveAttention(), pair()),
        heads=outcome(heads, *pair()),
        heads_scores=outcome(
            layers.MultiHeadAttention(2, 3), *pair(), return_attention_scores=True
        ),
        grouped=outcome(grouped, *pair(), use_causal_mask=True),
    )


def tagger(tf: Any, functional: bool, ignore: Any = None) -> Any:
    """A model that gives each word one of three tags, and what it is trained with."""
    keras = tf.keras
    stack = [
        keras.layers.Embedding(7, 4, mask_zero=True),
        keras.layers.Bidirectional(keras.layers.GRU(3, return_sequences=True)),
        keras.layers.Dense(3),
    ]
    if functional:
        value = begin = keras.Input((5,), dtype="int32")
        for layer in stack:
            value = layer(value)
        model = keras.Model(begin, value)
    else:
        model = keras.Sequential(stack)
    model(tf.constant(WORDS))
    set_weights(model)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=ignore)
    model.compile(
        keras.optimizers.SGD(0.5), loss, metrics=["accuracy"],
        weighted_metrics=[keras.metrics.SparseCategoricalCrossentropy(from_logits=True)],
    )  # fmt: skip
    return model


def trained(model: Any, **kwargs: Any) -> dict[str, Any]:
    """The numbers of two epochs and of a test."""
    history = model.fit(WORDS, TAGS, epochs=2, batch_size=4, shuffle=False, verbose=0, **kwargs)
    test = model.evaluate(WORDS, TAGS, verbose=0, return_dict=True)
    return {**history.history, **{f"test/{k}": v for k, v in test.items()}}


@program
def a_tagger_fits_by_its_mask(tf: Any) -> dict[str, Any]:
    weights = np.linspace(0.5, 1.5, 45).reshape(9, 5).astype(np.float32)
    return named(
        sequential=trained(tagger(tf, functional=False)),
        functional=trained(tagger(tf, functional=True)),
        ignoring=trained(tagger(tf, functional=True, ignore=1)),
        weighted=trained(tagger(tf, functional=True), sample_weight=weights),
    )


@program
def masks_in_losses_by_reduction(tf: Any) -> dict[str, Any]:
    losses = tf.keras.losses
    found = {}
    for reduction in ("sum", "mean", "none", "mean_with_sample_weight"):
        x = tf.keras.layers.Masking()(tf.constant(STEPS))
        found[reduction] = losses.MeanSquaredError(reduction=reduction)(STEPS[::-1].copy(), x)
    nothing = tf.keras.layers.Masking()(tf.zeros((2, 3, 1)))
    found["nothing"] = losses.MeanSquaredError()(np.ones((2, 3, 1), np.float32), nothing)
    x = tf.keras.layers.Masking()(tf.constant(STEPS))
    for metric in (tf.keras.metrics.MeanSquaredError(), tf.keras.metrics.MeanAbsoluteError()):
        found[metric.name] = metric(STEPS[::-1].copy(), x)
    return found


@program
def models_in_models_and_sums_by_mask(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    words = keras.Input((5,), dtype="int32")
    inner_input = keras.Input((5, 4))
    inner = keras.Model(inner_input, keras.layers.LSTM(3, return_sequences=True)(inner_input))
    value = inner(keras.layers.Embedding(7, 4, mask_zero=True)(words))
    value = keras.layers.GlobalAveragePooling1D()(value)
    model = keras.Model(words, keras.layers.Dense(1)(value))
    set_weights(model)
    model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    history = model.fit(WORDS, SUMS, epochs=2, shuffle=False, verbose=0)
    masked = inner(tf.constant(STEPS @ np.ones((3, 4), np.float32)), mask=tf.constant(WORDS > 2))
    return {**history.history, "predicted": model.predict(WORDS, verbose=0), "masked": masked}
