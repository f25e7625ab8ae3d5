"""`Callback`: methods that training calls; a list of them as one; and one made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Callback:
    """The base of all callbacks: define the methods for the moments that matter.

    `self.model` is the model, `self.params` says `verbose`, `epochs` and `steps`; `logs` holds the
    numbers of the loss and the metrics so far. Set `self.model.stop_training = True` to stop.

    >>> from gradtape import keras
    >>> class Told(keras.callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, sorted(logs))
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> import numpy as np
    >>> history = model.fit(np.ones((4, 1)), np.ones((4, 1)), verbose=0, callbacks=[Told()])
    0 ['loss']
    """

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model that is trained."""
        return self._model

    def set_params(self, params: dict[str, Any]) -> None:
        """Take in `verbose`, `epochs` and `steps`."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Take in the model."""
        self._model = model

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """The same as `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """The same as `on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Before an epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """After an epoch and its validation, whose numbers are called `val_…`."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of `fit`."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of `fit`."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of `evaluate`, or of validation."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of `evaluate`, or of validation."""

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of `predict`; `logs["outputs"]` are its outputs."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Before the first epoch of `fit`."""

    def on_train_end(self, logs: Any = None) -> None:
        """After the last epoch of `fit`."""

    def on_test_begin(self, logs: Any = None) -> None:
        """Before `evaluate`, or validation."""

    def on_test_end(self, logs: Any = None) -> None:
        """After `evaluate`, or validation."""

    def on_predict_begin(self, logs: Any = None) -> None:
        """Before `predict`."""

    def on_predict_end(self, logs: Any = None) -> None:
        """After `predict`."""


#: the moments that a list hands on
_MOMENTS = (
    "on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end",
    "on_test_batch_begin", "on_test_batch_end", "on_predict_batch_begin", "on_predict_batch_end",
    "on_train_begin", "on_train_end", "on_test_begin", "on_test_end", "on_predict_begin",
    "on_predict_end",
)  # fmt: skip


def plain(logs: Any) -> dict[str, Any]:
    """The logs as Python numbers, by sorted names."""
    found: dict[str, Any] = {}
    for key, value in sorted((logs or {}).items()):
        if isinstance(value, dict):
            found.update(plain(value))
            continue
        try:
            found[key] = float(value)
        except (TypeError, ValueError):
            found[key] = value
    return found


class CallbackList(Callback):
    """Several callbacks as one, with the history and the progress bar where asked for."""

    def __init__(
        self,
        callbacks: Any = None,
        further: Any = (),
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        given = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
        self.callbacks: list[Any] = [each for each in given if each is not None]
        for kind in further:
            if not any(isinstance(each, kind) for each in self.callbacks):
                self.callbacks.append(kind())
        self.set_params(params)
        if model is not None:
            self.set_model(model)
        #: who listens to which moment; the base's methods do nothing and are left out
        self._listening = {moment: self._who_listens(moment) for moment in _MOMENTS}

    def _who_listens(self, moment: str) -> list[Any]:
        names = (moment, moment.replace("_train_batch", "_batch"))
        return [
            getattr(each, moment)
            for each in self.callbacks
            if not isinstance(each, Callback)
            or any(getattr(type(each), name) is not getattr(Callback, name) for name in names)
            or any(name in vars(each) for name in names)
        ]

    def append(self, callback: Any) -> None:
        """Add a callback."""
        self.callbacks.append(callback)
        self._listening = {moment: self._who_listens(moment) for moment in _MOMENTS}

    def set_params(self, params: dict[str, Any]) -> None:
        """Hand the parameters to all."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hand the model to all."""
        super().set_model(model)
        for callback in self.callbacks:
            callback.set_model(model)

    def _tell(self, moment: str, *number: int, logs: Any) -> None:
        listening = self._listening[moment]
        if listening:
            logs = plain(logs)
            for method in listening:
                method(*number, logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_epoch_begin", epoch, logs=logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_epoch_end", epoch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_train_batch_begin", batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_train_batch_end", batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_test_batch_begin", batch, logs=logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_test_batch_end", batch, logs=logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_predict_batch_begin", batch, logs=logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_predict_batch_end", batch, logs=logs)

    def on_train_begin(self, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_train_begin", logs=logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_train_end", logs=logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_test_begin", logs=logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_test_end", logs=logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_predict_begin", logs=logs)

    def on_predict_end(self, logs: Any = None) -> None:
        """Tell all."""
        self._tell("on_predict_end", logs=logs)


class LambdaCallback(Callback):
    """A callback made of functions, named by their moments: `on_epoch_end=lambda epoch, logs: …`.

    >>> told = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch))
    >>> told.on_epoch_end(3)
    3
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Callable[..., Any],
    ) -> None:
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin, "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin, "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }  # fmt: skip
        for moment, function in given.items():
            if function is not None:
                setattr(self, moment, _with_logs(function))


def _with_logs(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function(epoch, logs)` as it is called: `method(epoch, logs=logs)`."""
    return lambda *number, logs=None: function(*number, logs)
