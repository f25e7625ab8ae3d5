"""`tf.keras.losses`: one number for how wrong predictions are.

Functions give one number per example; classes weigh and reduce those of a batch to one.
"""

from typing import TYPE_CHECKING, Any

from gradtape.keras.identifiers import Registry
from gradtape.keras.losses.classification import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    binary_crossentropy,
    categorical_crossentropy,
    categorical_hinge,
    hinge,
    kl_divergence,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from gradtape.keras.losses.ctc import CTC, ctc
from gradtape.keras.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
)
from gradtape.keras.losses.loss import Loss, Reduction
from gradtape.keras.losses.overlap import Circle, Dice, Tversky, circle, dice, tversky
from gradtape.keras.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    cosine_similarity,
    huber,
    logcosh,
    mae,
    mape,
    mse,
    msle,
    poisson,
)
from gradtape.names.absence import absent_from

# One function, the names of several Keras versions.
MSE = mean_squared_error = mse
MAE = mean_absolute_error = mae
MAPE = mean_absolute_percentage_error = mape
MSLE = mean_squared_logarithmic_error = msle
KLD = kld = kullback_leibler_divergence = kl_divergence
log_cosh = logcosh

_CLASSES = [
    BinaryFocalCrossentropy, CategoricalFocalCrossentropy, CategoricalGeneralizedCrossEntropy,
    Circle, CTC, Dice, Tversky,
    BinaryCrossentropy, CategoricalCrossentropy, CategoricalHinge, CosineSimilarity, Hinge, Huber,
    KLDivergence, LogCosh, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
    MeanSquaredLogarithmicError, Poisson, SparseCategoricalCrossentropy, SquaredHinge,
]  # fmt: skip
_FUNCTIONS = {
    name: value for name, value in list(globals().items())
    if callable(value) and not isinstance(value, type) and name.lower() == name
}  # fmt: skip
_registry = Registry("loss", [])
_registry.entries.update({each.__name__: each for each in _CLASSES})
_registry.entries.update(_FUNCTIONS)


def get(identifier: Any) -> Any:
    """The loss of this name: a function for `mse`, an object for `MeanSquaredError`."""
    return _registry.get(identifier)


__all__ = [
    "CTC", "KLD", "MAE", "MAPE", "MSE", "MSLE", "BinaryCrossentropy", "BinaryFocalCrossentropy",
    "CategoricalCrossentropy", "CategoricalFocalCrossentropy", "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge", "Circle", "CosineSimilarity", "Dice", "Hinge", "Huber", "KLDivergence",
    "LogCosh", "Loss", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "Poisson", "Reduction", "SparseCategoricalCrossentropy",
    "SquaredHinge", "Tversky", "binary_crossentropy", "binary_focal_crossentropy",
    "categorical_crossentropy", "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy", "categorical_hinge", "circle", "cosine_similarity",
    "ctc", "dice", "get", "hinge", "huber", "kl_divergence", "kld", "kullback_leibler_divergence",
    "log_cosh", "logcosh", "mae", "mape", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_error", "mean_squared_logarithmic_error", "mse", "msle", "poisson",
    "sparse_categorical_crossentropy", "squared_hinge", "tversky",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
