"""`Trainer`: the loops of `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape import nest
from gradtape.keras import optimizers
from gradtape.keras.callbacks import CallbackList, History, ProgbarLogger
from gradtape.keras.callbacks.callback import plain
from gradtape.keras.training.batches import (
    Batches,
    as_tensors,
    batches_of,
    class_weights,
    train_validation_split,
)
from gradtape.keras.training.compiled import CompiledMetrics
from gradtape.keras.training.steps import Steps
from gradtape.keras.utils.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight


class Trainer(Steps):
    """The part of a model that trains it."""

    # -- the loops --------------------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> History:
        """Train for `epochs` passes over the data; gives the `History`.

        Args: `x` and `y`, arrays, tensors, or lists and dictionaries of them by input and output;
        or `x` alone, a `tf.data.Dataset`, a generator or a `keras.utils.PyDataset` of batches
        `(x, y)` or `(x, y, sample_weight)`. `validation_split` takes the last part of the arrays;
        `class_weight` maps class numbers to weights.

        Raises: ValueError before `compile`, and for arrays of different lengths.
        """
        self._assert_compiled("fit")
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = train_validation_split(
                (x, y, sample_weight), validation_split
            )
        batches = batches_of(
            x, y, sample_weight, batch_size, steps_per_epoch, shuffle, class_weight
        )
        validation: Batches | None = None
        if validation_data is not None:
            val_x, val_y, val_weight = unpack_x_y_sample_weight(validation_data)
            validation = batches_of(
                val_x, val_y, val_weight, validation_batch_size or batch_size, validation_steps
            )
        told = self._callbacks(callbacks, (History,), verbose, epochs, batches.num_batches)
        self.stop_training = False
        told.on_train_begin()
        logs: dict[str, Any] = {}
        for epoch in range(self._initial_epoch or initial_epoch, epochs):
            logs = self._epoch(epoch, batches, told)
            if validation is not None and _is_due(epoch, validation_freq):
                found = self._tested(validation, told)
                logs.update({f"val_{name}": value for name, value in found.items()})
            logs = _numbers(logs)
            told.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        if isinstance(self.optimizer, optimizers.Optimizer) and epochs > 0:
            self.optimizer.finalize_variable_values(self.trainable_weights)  # type: ignore[attr-defined]
        told.on_train_end(logs)
        return self.history

    def _epoch(self, epoch: int, batches: Batches, told: CallbackList) -> dict[str, Any]:
        self.reset_metrics()
        told.on_epoch_begin(epoch)
        logs: Any = {}
        for step, data in enumerate(batches):
            told.on_train_batch_begin(step)
            logs = self.train_step(data)
            told.on_train_batch_end(step, logs)
            if self.stop_training:
                break
        return dict(self._final(logs))

    def _final(self, logs: dict[str, Any]) -> dict[str, Any]:
        """The numbers of the metrics, where a step gave those; else what the last step gave."""
        found = self.get_metrics_result()
        return found if set(logs) == set(found) else logs

    def _callbacks(
        self, given: Any, further: tuple[Any, ...], verbose: Any, epochs: int, steps: int | None
    ) -> CallbackList:
        if isinstance(given, CallbackList):
            return given
        bar = (ProgbarLogger,) if verbose else ()
        return CallbackList(
            given, (*further, *bar), self, verbose=verbose, epochs=epochs, steps=steps
        )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics on the data: a number, a list, or with `return_dict` by name."""
        self._assert_compiled("evaluate")
        batches = batches_of(x, y, sample_weight, batch_size, steps)
        told = self._callbacks(callbacks, (), verbose, 1, batches.num_batches)
        logs = self._tested(batches, told)
        return logs if return_dict else self._flat(logs)

    def _tested(self, batches: Batches, told: CallbackList) -> dict[str, Any]:
        self.stop_evaluating = False
        told.on_test_begin()
        self.reset_metrics()
        logs: Any = {}
        for step, data in enumerate(batches):
            told.on_test_batch_begin(step)
            logs = self.test_step(data)
            told.on_test_batch_end(step, logs)
            if self.stop_evaluating:
                break
        numbers = plain(self._final(logs))
        told.on_test_end(numbers)
        return numbers

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs for all of `x` as arrays, computed in batches."""
        batches = batches_of(x, batch_size=batch_size, steps=steps)
        told = self._callbacks(callbacks, (), verbose, 1, batches.num_batches)
        self.stop_predicting = False
        told.on_predict_begin()
        parts: list[Any] = []
        for step, data in enumerate(batches):
            told.on_predict_batch_begin(step)
            outputs = nest.map_structure(np.asarray, self.predict_step(data))
            parts.append(outputs)
            told.on_predict_batch_end(step, {"outputs": outputs})
            if self.stop_predicting:
                break
        told.on_predict_end()
        if not parts:
            raise ValueError("Unexpected result of `predict_function` (Empty batch_outputs).")
        return nest.map_structure(lambda *ys: np.concatenate(ys), *parts)

    # -- single batches ---------------------------------------------------------------------------

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """One step on one batch; gives the numbers as `evaluate` does."""
        self._assert_compiled("train_on_batch")
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError(
                    "Arguments `sample_weight` and `class_weight` cannot be specified at the same "
                    "time."
                )
            sample_weight = class_weights(y, class_weight)
        self.reset_metrics()
        logs = plain(self.train_step(_batch(x, y, sample_weight)))
        return logs if return_dict else self._flat(logs)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """The loss and the metrics on one batch."""
        self._assert_compiled("test_on_batch")
        self.reset_metrics()
        logs = plain(self.test_step(_batch(x, y, sample_weight)))
        return logs if return_dict else self._flat(logs)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as arrays."""
        return nest.map_structure(np.asarray, self.predict_step((_batch(x, None, None),)))

    def _flat(self, logs: dict[str, Any]) -> Any:
        """The numbers in the order of the metrics; one alone is no list."""
        names: list[str] = []
        for metric in self.metrics:
            inner = [m.name for m in getattr(metric, "metrics", ())]
            names += inner if isinstance(metric, CompiledMetrics) else [metric.name]
        values = [logs[name] for name in names if name in logs]
        values += [logs[name] for name in sorted(logs) if name not in names]
        return values[0] if len(values) == 1 else values


def _batch(x: Any, y: Any, sample_weight: Any) -> Any:
    return as_tensors(pack_x_y_sample_weight(x, y, sample_weight))


def _is_due(epoch: int, freq: Any) -> bool:
    """Whether an epoch ends with validation: every `freq`-th, or those in the list."""
    return epoch + 1 in freq if isinstance(freq, (list, tuple, set)) else (epoch + 1) % freq == 0


def _numbers(logs: dict[str, Any]) -> dict[str, Any]:
    return plain(logs)
