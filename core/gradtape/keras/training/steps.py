"""`Steps`: what `compile` says, and one step of training, of a test, of a prediction.

`train_step(data)` may be defined anew, as may `test_step`, `predict_step`, `compute_loss` and
`compute_metrics`: the loops of `trainer.py` call them for each batch.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras import config, metrics, optimizers
from gradtape.keras.callbacks import History
from gradtape.keras.training.compiled import CompiledLoss, CompiledMetrics
from gradtape.keras.utils.packing import unpack_x_y_sample_weight


class Steps:
    """The part of a model that takes single steps, and knows its losses and metrics."""

    compiled = False
    stop_training = stop_evaluating = stop_predicting = False
    optimizer: Any = None
    loss: Any = None
    history: History
    run_eagerly = False
    jit_compile: Any = False
    steps_per_execution = 1
    _initial_epoch: int | None = None
    _compile_loss: CompiledLoss | None = None
    _compile_metrics: CompiledMetrics | None = None
    _loss_tracker: Any = None
    _compile_config: dict[str, Any] | None = None

    # -- compile ----------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Args: `optimizer`, `loss` and `metrics` by name, as objects or functions; several losses
        and metrics as a list or a dictionary by output; `loss_weights`, the factors of the losses
        in their sum; `weighted_metrics`, those that take the sample weights. `run_eagerly`,
        `steps_per_execution` and `jit_compile` change nothing here.
        """
        self.optimizer = optimizers.get(optimizer)
        scaled = auto_scale_loss and getattr(self, "dtype_policy", None) is not None
        if scaled and self.dtype_policy.name == "mixed_float16":  # type: ignore[attr-defined]
            if not isinstance(self.optimizer, optimizers.LossScaleOptimizer):
                self.optimizer = optimizers.LossScaleOptimizer(self.optimizer)
        names = self._names_of_outputs()
        self.loss = loss
        self._compile_loss = None if loss is None else CompiledLoss(loss, loss_weights, names)
        self._compile_metrics = (
            None if metrics is None and weighted_metrics is None
            else CompiledMetrics(metrics, weighted_metrics, names)
        )  # fmt: skip
        self.run_eagerly, self.steps_per_execution = run_eagerly, steps_per_execution
        self.jit_compile = False if jit_compile == "auto" else jit_compile
        self.stop_training = False
        self.compiled = True
        self._loss_tracker = _mean("loss")
        self._compile_config = {
            "optimizer": self.optimizer, "loss": loss, "loss_weights": loss_weights,
            "metrics": metrics, "weighted_metrics": weighted_metrics, "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution, "jit_compile": self.jit_compile,
        }  # fmt: skip

    def _names_of_outputs(self) -> list[str] | None:
        try:
            names: list[str] = self.output_names  # type: ignore[attr-defined]
        except AttributeError:
            return None
        return names

    def _assert_compiled(self, method: str) -> None:
        if not self.compiled:
            raise ValueError(f"You must call `compile()` before calling `{method}()`.")

    # -- what a subclass may define anew -------------------------------------------------------

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of `fit` on a batch: loss, gradients, update; gives the numbers so far."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)  # type: ignore[operator]
            loss = self._loss_of(x, y, y_pred, sample_weight, True)
            scaled = loss if self.optimizer is None else self.optimizer.scale_loss(loss)
        self._loss_tracker.update_state(loss, sample_weight=_batch_size(x))
        weights = self.trainable_weights  # type: ignore[attr-defined]
        if weights:
            gradients = tape.gradient(scaled, weights)
            self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        else:
            warnings.warn("The model does not have any trainable weights.", stacklevel=2)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of `evaluate` on a batch; gives the numbers so far."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        loss = self._loss_of(x, y, y_pred, sample_weight, False)
        self._loss_tracker.update_state(loss, sample_weight=_batch_size(x))
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for a batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of a batch: that of `compile`, and what `add_loss` and regularizers add."""
        found = []
        if self._compile_loss is not None:
            if y is None:
                raise ValueError(
                    "The model was compiled with a loss, but the data has no `y`: give "
                    "fit(x, y), or batches (x, y)."
                )
            found.append(self._compile_loss(y, y_pred, sample_weight))
        for loss in self.losses:  # type: ignore[attr-defined]
            if not loss.dtype.is_floating:
                loss = tf.cast(loss, config.floatx())
            found.append(tf.reduce_sum(loss) if loss.ndim else loss)
        if not found:
            raise ValueError(
                "No loss to compute. Provide a `loss` argument in `compile()`, or call "
                "`self.add_loss` in the `call` of a layer."
            )
        total = found[0]
        for loss in found[1:]:
            total = total + loss
        return total

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        if _takes(type(self).compute_loss, "training"):
            return self.compute_loss(x, y, y_pred, sample_weight, training=training)
        return self.compute_loss(x, y, y_pred, sample_weight)

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Take a batch into the metrics; gives the numbers so far."""
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """The numbers of all metrics by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            if isinstance(result, dict):
                results.update(result)
            else:
                results[metric.name] = result
        return results

    # -- metrics ----------------------------------------------------------------------------------

    @property
    def metrics(self) -> list[Any]:
        """The tracker of the loss, the metrics of `compile`, and those in attributes."""
        found: list[Any] = []
        if self.compiled:
            found.append(self._loss_tracker)
            if self._compile_metrics is not None:
                found.append(self._compile_metrics)
            if self._compile_loss is not None:
                found.extend(self._compile_loss.metrics)
        for layer, _ in self._tree():  # type: ignore[attr-defined]
            if layer is not self and isinstance(layer, Steps):
                continue
            found.extend(_metrics_in(layer))
        unique: dict[int, Any] = {id(each): each for each in found if each is not None}
        return list(unique.values())

    @property
    def metrics_names(self) -> list[str]:
        """The names of the metrics."""
        return [metric.name for metric in self.metrics]

    @property
    def metrics_variables(self) -> list[Any]:
        """What the metrics have gathered."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def reset_metrics(self) -> None:
        """Let all metrics begin again."""
        for metric in self.metrics:
            metric.reset_state()


def _mean(name: str) -> Any:
    return metrics.Mean(name=name)


def _batch_size(x: Any) -> int:
    first = next(value for value in nest.flatten(x) if value is not None)
    return int(first.shape[0])


def _metrics_in(layer: Any) -> list[Any]:
    """The metrics in the attributes of a layer, also in lists and dictionaries there."""
    found: list[Any] = []
    for key, value in vars(layer).items():
        if key.startswith(("_compile", "_loss_tracker")):
            continue
        if isinstance(value, metrics.Metric):
            found.append(value)
        elif isinstance(value, (list, tuple, dict)) and value:
            values = value.values() if isinstance(value, dict) else value
            found.extend(each for each in values if isinstance(each, metrics.Metric))
    return found


@lru_cache(maxsize=256)
def _takes(function: Callable[..., Any], argument: str) -> bool:
    return argument in inspect.signature(function).parameters
