"""Every class of Keras that has a configuration, made twice: with its defaults and with all else.

The second object of a class takes another value for each argument of Keras's: of those below by
name, the other truth, or a number moved. `keras` is gradtape's or Keras's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

FAMILIES = (
    "layers", "optimizers", "losses", "metrics", "initializers", "regularizers", "constraints",
    "optimizers.schedules",
)  # fmt: skip

#: what a class cannot be made without
NEEDED: dict[str, Any] = {
    "activation": "relu", "rate": 0.3, "stddev": 0.3, "pool_size": 2, "output_size": 3,
    "filters": 4, "kernel_size": 3, "axes": 1, "units": 4, "height": 5, "width": 6,
    "equation": "ab,bc->ac", "output_shape": 4, "input_dim": 6, "output_dim": 4, "head_dim": 4,
    "num_query_heads": 4, "num_key_value_heads": 2, "num_heads": 2, "key_dim": 3, "dims": (2, 1),
    "n": 3, "target_shape": (2, 3), "scale": 0.5, "factor": 0.2, "num_bins": 5,
    "num_classes": 3, "target_class_ids": [0, 1], "recall": 0.6, "precision": 0.6,
    "specificity": 0.6, "sensitivity": 0.6, "initial_learning_rate": 0.1, "decay_steps": 10,
    "first_decay_steps": 10, "decay_rate": 0.5, "boundaries": [3, 6], "values": [0.1, 0.2, 0.3],
    "height_factor": 0.2, "width_factor": 0.2, "num_tokens": 4,
}  # fmt: skip

#: another value than the default, by name; None leaves the argument out
OTHER: dict[str, Any] = {
    "activation": "tanh", "recurrent_activation": "hard_sigmoid",
    "kernel_initializer": "he_normal", "recurrent_initializer": "glorot_uniform",
    "bias_initializer": "ones", "beta_initializer": "ones", "gamma_initializer": "zeros",
    "moving_mean_initializer": "ones", "moving_variance_initializer": "zeros",
    "depthwise_initializer": "he_normal", "pointwise_initializer": "he_uniform",
    "embeddings_initializer": "zeros", "alpha_initializer": "ones",
    "kernel_regularizer": "l2", "recurrent_regularizer": "l1", "bias_regularizer": "l1",
    "beta_regularizer": "l1", "gamma_regularizer": "l2", "depthwise_regularizer": "l2",
    "pointwise_regularizer": "l1", "embeddings_regularizer": "l2", "alpha_regularizer": "l2",
    "kernel_constraint": "non_neg", "recurrent_constraint": "max_norm",
    "bias_constraint": "non_neg", "beta_constraint": "non_neg", "gamma_constraint": "non_neg",
    "depthwise_constraint": "non_neg", "pointwise_constraint": "max_norm",
    "embeddings_constraint": "unit_norm", "alpha_constraint": "non_neg",
    "padding": "same", "seed": 3, "name": "given", "strides": 1, "dilation_rate": 1,
    "groups": 2, "reduction": "sum", "weight_decay": 0.01, "clipnorm": 0.5,
    "loss_scale_factor": 3.0, "gradient_accumulation_steps": 4,
    "ema_overwrite_frequency": 5, "use_ema": True, "curve": "PR", "summation_method": "minoring",
    "thresholds": [0.2, 0.7], "threshold": 0.4, "top_k": 2, "class_id": 1, "average": "micro",
    "class_aggregation": "variance_weighted_average", "ignore_class": 1, "mode": "columns",
    "score_mode": "concat", "noise_shape": (2, 1), "cropping": 2, "size": 2, "mask_value": 2.0,
    "merge_mode": "sum", "attention_axes": (1,), "value_dim": 5, "bias_axes": "c",
    "shared_axes": [1], "max_value": 4.0, "warmup_target": 0.4, "warmup_steps": 3, "axis": -1,
    "distribution": "uniform", "output_mode": "count", "fill_mode": "constant",
    "interpolation": "nearest", "height_factor": (0.1, 0.2), "width_factor": (-0.1, 0.3),
    "mean": 1.5, "variance": 2.0, "mask_token": None, "exclude_layers": None,
    "oov_token": None, "vocabulary": None, "idf_weights": None,
}  # fmt: skip

#: classes for which a name means something else
OF_CLASS: dict[str, dict[str, Any]] = {
    "VarianceScaling": {"mode": "fan_out"}, "ZeroPadding1D": {"padding": 2},
    "ZeroPadding2D": {"padding": ((1, 2), (3, 4))}, "ZeroPadding3D": {"padding": 2},
    "CategoryEncoding": {"num_tokens": 4}, "HashedCrossing": {"output_mode": "one_hot"},
    "Discretization": {"num_bins": 5, "output_mode": "one_hot"},
    "IntegerLookup": {
        "max_tokens": 9, "mask_token": 0, "vocabulary_dtype": "int64", "invert": False,
    },
    "StringLookup": {"max_tokens": 9, "invert": False, "vocabulary": ["a", "b"]},
    "RandomCrop": {"seed": 4},
    "TextVectorization": {"max_tokens": 9, "vocabulary": ["a", "b"]},
}  # fmt: skip

#: arguments that have no counterpart here, are gone from a configuration, or bar the others
LEFT_OUT = frozenset(
    {
        "weights", "lora_rank", "lora_alpha", "quantization_config", "gptq_unpacked_column_size",
        "dtype", "use_cudnn", "flash_attention", "sliding_window", "use_gate", "renorm",
        "renorm_clipping", "renorm_momentum", "synchronized", "data_format", "output_padding",
        "input_axes", "output_axes", "clipvalue", "global_clipnorm", "sparse", "backward_layer",
        "label_weights", "multi_label", "num_labels", "sparse_y_true", "sparse_y_pred",
        "batch_size", "ragged", "input_tensor", "optional", "shape", "batch_shape", "dtype_policy",
        "use_scale",
    }
)  # fmt: skip

#: what is abstract, wants another library, or is made of something else (below)
ABSTRACT = frozenset(
    "Layer Wrapper InputSpec Loss Metric Optimizer Initializer Regularizer Constraint Quantizer "
    "FlaxLayer JaxLayer TFSMLayer TorchModuleWrapper LearningRateSchedule OptimizerMap "
    "MultiOptimizer Pipeline LossScaleOptimizer MeanMetricWrapper Lambda InputLayer MelSpectrogram "
    "STFTSpectrogram Bidirectional TimeDistributed SpectralNormalization RNN StackedRNNCells "
    "RandAugment RandomColorDegeneration RandomColorJitter RandomErasing RandomElasticTransform "
    "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomSaturation RandomSharpness RandomShear Solarization AugMix "
    "MaxNumBoundingBoxes MixUp CutMix AutoContrast Equalization STFT STFTInitializer "
    "ContrastLimitedAdaptiveHistogramEqualization".split()
)


def arguments(keras: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the two objects of a class are made with, as `family.Class/default` and `/other`."""
    kind = found(keras, name)
    own = OF_CLASS.get(kind.__name__, {})
    needed = {k: v for k, v in own.items() if k in ("num_tokens", "num_bins", "seed")}
    yield f"{name}/default", {**needed, **_arguments(kind, needed, {})}
    yield f"{name}/other", {**own, **_arguments(kind, own, OTHER)}


def made(keras: Any, name: str, given: dict[str, Any]) -> Any:
    """An object of the class `family.Class`, the first of the session."""
    keras.utils.clear_session()
    return found(keras, name)(**given)


def found(keras: Any, name: str) -> Any:
    """The class of this name."""
    for part in name.split("."):
        keras = getattr(keras, part)
    return keras


def _arguments(kind: Any, own: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for parameter in inspect.signature(kind.__init__).parameters.values():
        if parameter.name in LEFT_OUT | {"self", *own} or parameter.kind in (
            parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL,
        ):  # fmt: skip
            continue
        if parameter.default is parameter.empty:
            given[parameter.name] = NEEDED[parameter.name]
        elif other:
            value = other.get(parameter.name, _moved(parameter.default))
            if value is not None:
                given[parameter.name] = value
    return given


def _moved(default: Any) -> Any:
    if isinstance(default, bool):
        return not default
    if isinstance(default, float):
        return 0.75 * default or 0.25
    return default + 1 if isinstance(default, int) else None


def composed(keras: Any) -> Iterator[tuple[str, Any]]:
    """Objects that hold others."""
    layers, optimizers = keras.layers, keras.optimizers
    keras.utils.clear_session()
    yield "layers.Bidirectional", layers.Bidirectional(layers.LSTM(3, return_sequences=True))
    yield "layers.Bidirectional/other", layers.Bidirectional(
        layers.GRU(3, name="there"), merge_mode="sum",
        backward_layer=layers.GRU(3, go_backwards=True, name="back"),
    )  # fmt: skip
    yield "layers.TimeDistributed", layers.TimeDistributed(layers.Dense(3, activation="relu"))
    yield "layers.SpectralNormalization", layers.SpectralNormalization(layers.Dense(3), 2)
    keras.utils.clear_session()
    yield "layers.RNN", layers.RNN(layers.GRUCell(3), return_state=True)
    cells = [layers.LSTMCell(3), layers.SimpleRNNCell(4)]
    yield "layers.StackedRNNCells", layers.RNN(layers.StackedRNNCells(cells))
    yield "layers.InputLayer", layers.InputLayer(shape=(3, 4), batch_size=2, dtype="int32")
    yield "layers.Dense/mixed", layers.Dense(3, dtype="mixed_float16", kernel_regularizer="l2")
    yield "layers.Activation/softmax", layers.Activation(keras.activations.softmax)
    yield "layers.Activation/layer", layers.Activation(layers.LeakyReLU(0.2))
    yield "layers.Dense/objects", layers.Dense(
        3, kernel_initializer=keras.initializers.RandomNormal(0.0, 0.2, seed=4),
        kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2), trainable=False,
        activity_regularizer=keras.regularizers.L1(0.5),
    )  # fmt: skip
    yield "optimizers.SGD/clipvalue", optimizers.SGD(0.1, clipvalue=0.5)
    yield "optimizers.Adam/global", optimizers.Adam(0.1, global_clipnorm=0.5)
    yield (
        "optimizers.Adam/schedule",
        optimizers.Adam(optimizers.schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True)),
    )
    yield (
        "optimizers.LossScaleOptimizer",
        optimizers.LossScaleOptimizer(
            optimizers.SGD(0.1, momentum=0.9), initial_scale=64.0, dynamic_growth_steps=7
        ),
    )
    yield "losses.Huber/float64", keras.losses.Huber(dtype="float64")
    yield (
        "metrics.AUC/labels",
        keras.metrics.AUC(multi_label=True, num_labels=3, label_weights=[0.1, 0.2, 0.3]),
    )


def names(keras: Any) -> list[str]:
    """The classes, each under its first name."""
    known: dict[Any, str] = {}
    for family in FAMILIES:
        space = found(keras, family)
        for name in sorted(dir(space)):
            kind = getattr(space, name)
            if isinstance(kind, type) and kind.__name__ == name and name not in ABSTRACT:
                known.setdefault(kind, f"{family}.{name}")
    return sorted(known.values())
