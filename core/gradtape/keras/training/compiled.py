"""What `compile` was told to lose and to measure: `CompiledLoss` and `CompiledMetrics`.

Strings, objects and functions, one for all outputs or in a list or dictionary by output, become
losses and metrics when the first outputs are seen: `accuracy` and `crossentropy` depend on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras import config, losses, metrics, naming
from gradtape.keras.losses.loss import Loss, both_masks, reduce_weighted

Names = list[str] | None


class FunctionAsLoss(Loss):
    """A function of truth and prediction, one number per sample, as a loss."""

    takes_integers = True

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        super().__init__(name=name)
        self.function = function

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """One number per example."""
        return self.function(y_true, y_pred)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The weighted and averaged loss of a batch."""
        values = tf.convert_to_tensor(self.call(y_true, tf.cast(y_pred, self._dtype)))
        return reduce_weighted(values, sample_weight, self.reduction, both_masks(y_pred, values))


def name_of(value: Any) -> str:
    """The name of a function or object, as Keras derives it: one that was given stays as it is."""
    given: str | None = getattr(value, "name", None)
    return given or naming.snake_case(getattr(value, "__name__", type(value).__name__))


def kinds(y_true: Any, y_pred: Any) -> tuple[bool, bool]:
    """Whether outputs are one probability, and whether the truth is class numbers."""
    true, pred = tuple(y_true.shape), tuple(y_pred.shape)
    last = true[-1] if true else None
    return pred[-1] == 1, len(true) < len(pred) or (last == 1 and pred[-1] > 1)


def as_loss(identifier: Any, y_true: Any, y_pred: Any) -> Any:
    """The loss that is meant, for these outputs; None for None."""
    if identifier is None:
        return None
    if str(identifier).lower() in ("crossentropy", "ce"):
        binary, sparse = kinds(y_true, y_pred)
        found: Any = losses.categorical_crossentropy
        if binary:
            found = losses.binary_crossentropy
        elif sparse:
            found = losses.sparse_categorical_crossentropy
    else:
        found = losses.get(identifier)
    if isinstance(found, Loss):
        return found
    return FunctionAsLoss(found, identifier if isinstance(identifier, str) else name_of(found))


def as_metric(identifier: Any, y_true: Any, y_pred: Any) -> Any:
    """The metric that is meant, for these outputs.

    Raises: ValueError for None and for names that there are not.
    """
    if identifier is None:
        raise ValueError("Expected metric, received `None`")
    if str(identifier).lower() in ("accuracy", "acc"):
        binary, sparse = kinds(y_true, y_pred)
        kind: Any = metrics.CategoricalAccuracy
        if binary:
            kind = metrics.BinaryAccuracy
        elif sparse:
            kind = metrics.SparseCategoricalAccuracy
        return kind(name=str(identifier))
    found = identifier
    if not isinstance(identifier, metrics.Metric):
        found = _named_metric(identifier)
    name = identifier if isinstance(identifier, str) else name_of(found)
    if not isinstance(found, metrics.Metric):
        found = metrics.MeanMetricWrapper(found, name=name)
    found.name = name
    return found


def _named_metric(identifier: Any) -> Any:
    """A metric by name; a loss of that name where there is no metric."""
    try:
        return metrics.get(identifier)
    except ValueError:
        if isinstance(identifier, str):
            try:
                return losses.get(identifier)
            except ValueError:
                pass
        raise


def in_order(values: Any, names: Names) -> list[Any]:
    """The values of a structure by output: of a dictionary in the order of the names."""
    if isinstance(values, dict) and names and set(values) <= set(names):
        return [values.get(name) for name in names]
    return nest.flatten(values)


def _resolved(y_pred: Any, names: Names) -> Names:
    """The names by which outputs are told apart: keys of a dictionary, else the layers'."""
    if isinstance(y_pred, dict):
        if names and set(names) == set(y_pred):
            return names
        return sorted(y_pred)
    return names


class CompiledLoss:
    """All losses of a model as one number: their sum, times `loss_weights` where given."""

    def __init__(self, loss: Any, loss_weights: Any = None, output_names: Names = None) -> None:
        if loss_weights is not None and not isinstance(loss_weights, (list, tuple, dict, float)):
            raise ValueError(
                "Expected `loss_weights` argument to be a float or a list, tuple, or dict. "
                f"Received instead: loss_weights={loss_weights} (of type {type(loss_weights)})"
            )
        self._loss, self._weights, self._names = loss, loss_weights, output_names
        self._parts: list[tuple[Any, Any]] | None = None
        self.metrics: list[Any] = []
        self._given_names: Names = None

    def _build(self, y_true: Any, y_pred: Any) -> None:
        names = self._given_names = _resolved(y_pred, self._names)
        true, pred = in_order(y_true, names), in_order(y_pred, names)
        wanted = self._by_output(self._loss, len(pred), names, "loss")
        weights = [None] * len(pred)
        if self._weights is not None:
            weights = self._by_output(self._weights, len(pred), names, "loss_weights")
        true = self._padded(true, wanted)
        self._parts = [
            (as_loss(each, t, p), weight)
            for each, weight, t, p in zip(wanted, weights, true, pred, strict=True)
        ]
        there = [i for i, (each, _) in enumerate(self._parts) if each is not None]
        if len(there) > 1:
            self.metrics = [
                metrics.Mean(name=f"{names[i] if names else self._parts[i][0].name}_loss")
                for i in there
            ]

    def _by_output(self, given: Any, n: int, names: Names, argument: str) -> list[Any]:
        """One entry for each of n outputs."""
        if isinstance(given, dict):
            known = names or self._names or []
            wrong = sorted(set(given) - set(known))
            if wrong:
                raise KeyError(
                    f"Expected keys {known} in {argument} dict, but found "
                    f"{argument}.keys()={list(given)}"
                )
            return [given.get(name) for name in known]
        if isinstance(given, (list, tuple)):
            if len(given) != n:
                raise ValueError(
                    f"For a model with multiple outputs, `{argument}` has one entry for each of "
                    f"the {n} outputs. Received: {argument}={given}"
                )
            return list(given)
        return [given] * n

    @staticmethod
    def _padded(true: list[Any], wanted: list[Any]) -> list[Any]:
        """The truths by output; where some outputs have no loss, theirs may be left out."""
        if len(true) == len(wanted):
            return true
        if len(true) != sum(each is not None for each in wanted):
            raise ValueError(
                f"y_true and y_pred have different structures: {len(true)} truths for "
                f"{len(wanted)} outputs."
            )
        left = iter(true)
        return [None if each is None else next(left) for each in wanted]

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of a batch."""
        if self._parts is None:
            self._build(y_true, y_pred)
        assert self._parts is not None
        names = self._given_names
        pred = in_order(y_pred, names)
        true = self._padded(in_order(y_true, names), [each for each, _ in self._parts])
        weights = _one_each(sample_weight, len(pred), names)
        dtype, values = config.floatx(), []
        trackers = iter(self.metrics)
        for (loss, factor), t, p, w in zip(self._parts, true, pred, weights, strict=True):
            if loss is None:
                continue
            value = loss(t, p, w)
            if value.dtype.name != dtype:
                value = tf.cast(value, dtype)
            tracker = next(trackers, None)
            if tracker is not None:
                tracker.update_state(value, sample_weight=p.shape[0])
            values.append(value if factor is None else value * factor)
        total = values[0]
        for value in values[1:]:
            total = total + value
        return total


def _one_each(sample_weight: Any, n: int, names: Names) -> list[Any]:
    if sample_weight is None:
        return [None] * n
    found = in_order(sample_weight, names) if nest.is_nested(sample_weight) else [sample_weight]
    return found if len(found) == n else [found[0]] * n


class CompiledMetrics:
    """The metrics of `compile`, by output; weighted ones take the sample weights."""

    name = "compile_metrics"

    def __init__(self, plain: Any, weighted: Any, output_names: Names = None) -> None:
        for argument, value in (("metrics", plain), ("weighted_metrics", weighted)):
            if value and not isinstance(value, (list, tuple, dict)):
                raise ValueError(
                    f"Expected `{argument}` argument to be a list, tuple, or dict. Received "
                    f"instead: {argument}={value} of type {type(value)}"
                )
        self._given = (plain, weighted)
        self._names = output_names
        self._built: list[list[tuple[str | None, list[Any]]]] | None = None
        self._given_names: Names = None

    @property
    def metrics(self) -> list[Any]:
        """All metrics, one after the other."""
        return [m for groups in self._built or () for _, found in groups for m in found]

    @property
    def variables(self) -> list[Any]:
        """What they have gathered."""
        return [v for metric in self.metrics for v in metric.variables]

    def _build(self, y_true: Any, y_pred: Any) -> None:
        names = self._given_names = _resolved(y_pred, self._names)
        true, pred = in_order(y_true, names), in_order(y_pred, names)
        self._built = [self._group(given, true, pred, names) for given in self._given]

    def _group(self, given: Any, true: Any, pred: Any, names: Names) -> Any:
        n = len(pred)
        if not given:
            return [(None, []) for _ in range(n)]
        if n == 1:
            flat = nest.flatten(given)
            return [(None, [as_metric(each, true[0], pred[0]) for each in flat])]
        if isinstance(given, dict):
            known = names or []
            if not set(given) <= set(known):
                raise ValueError(
                    "Invalid `metrics`: they should either be a list with one entry per output, "
                    f"or a dict by the output names {known}. Received: {given}"
                )
            per_output = [given.get(name) for name in known]
        elif len(given) == n:
            per_output = list(given)
        else:
            raise ValueError(
                f"Invalid `metrics`: the model has {n} outputs, so they are a list with one entry "
                f"for each, or a dict by name. Received: {given}"
            )
        made = []
        for k, (each, t, p) in enumerate(zip(per_output, true, pred, strict=True)):
            listed = each if isinstance(each, (list, tuple)) else [] if each is None else [each]
            name = names[k] if names else None
            made.append((name, [as_metric(m, t, p) for m in listed]))
        return made

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch."""
        if self._built is None:
            self._build(y_true, y_pred)
        assert self._built is not None
        plain, weighted = self._built
        names = self._given_names
        true, pred = in_order(y_true, names), in_order(y_pred, names)
        weights = _one_each(sample_weight, len(pred), names)
        for groups, given in ((plain, [None] * len(pred)), (weighted, weights)):
            for (_, found), t, p, w in zip(groups, true, pred, given, strict=False):
                for metric in found:
                    if w is None:
                        metric.update_state(t, p)
                    else:
                        metric.update_state(t, p, w)

    def reset_state(self) -> None:
        """Begin again."""
        for metric in self.metrics:
            metric.reset_state()

    def result(self) -> dict[str, Any]:
        """The numbers by name: of several outputs `output_metric`, of equal names numbered."""
        results: dict[str, Any] = {}
        counts: dict[str, int] = {}
        for is_weighted, groups in enumerate(self._built or ()):
            for output, found in groups:
                for metric in found:
                    name = metric.name if output is None else f"{output}_{metric.name}"
                    if is_weighted and name in results:
                        name = f"weighted_{metric.name}"
                        name = name if output is None else f"{output}_{name}"
                    seen = counts[name] = counts.get(name, -1) + 1
                    results[f"{name}_{seen}" if seen else name] = metric.result()
        return results
