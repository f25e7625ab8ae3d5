"""Logits that travel with the probabilities made from them, as `_keras_logits`.

A probability that rounds to 0 or 1 has lost how wrong it is. So the cross-entropies compute from
the logits behind a softmax or sigmoid of Keras wherever they meet its very result, as Keras does:
at a logit of 30 for a label of 0 the loss is 30 and its gradient 1, where the probability alone
gives −log ε and 0. What other functions make of the probabilities has no logits.
"""

from __future__ import annotations

import warnings
from typing import Any

from gradtape.tensors.tensor import Tensor


def with_logits(probabilities: Any, logits: Any) -> Any:
    """The probabilities, which remember what they were made from."""
    if isinstance(probabilities, Tensor) and isinstance(logits, Tensor):
        probabilities._keras_logits = logits
    return probabilities


def logits_of(output: Any, from_logits: bool, function: str) -> tuple[Any, bool]:
    """What a cross-entropy computes from, and whether these are logits.

    Warns where probabilities are said to be logits: their own logits are taken.
    """
    logits = output._keras_logits if isinstance(output, Tensor) else None
    if logits is None:
        return output, from_logits
    if from_logits:
        warnings.warn(
            f"`{function}` received `from_logits=True`, but its predictions come from a softmax or "
            "sigmoid, so they are no logits; those behind them are taken. Leave out the activation "
            "or `from_logits`.",
            stacklevel=3,
        )
    return logits, True
