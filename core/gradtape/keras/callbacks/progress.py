"""`ProgbarLogger`: the progress bar of `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from typing import Any

from gradtape.keras.callbacks.callback import Callback
from gradtape.keras.utils.progress import Progbar


class ProgbarLogger(Callback):
    """Shows how far training is: `verbose` 1 is a bar, 2 one line per epoch, 0 nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Progbar | None = None
        self._seen = 0
        self._in_fit = False

    @property
    def _verbose(self) -> int:
        verbose = self.params.get("verbose", 1)
        return 1 if verbose == "auto" else int(verbose)

    def on_train_begin(self, logs: Any = None) -> None:
        """Leave validation without a bar of its own."""
        self._in_fit = True

    def on_train_end(self, logs: Any = None) -> None:
        """Training is over."""
        self._in_fit = False

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """A new bar, under the number of the epoch."""
        self._begin()
        epochs = self.params.get("epochs") or 1
        if self._verbose and epochs > 1:
            print(f"Epoch {epoch + 1}/{epochs}", flush=True)

    def on_test_begin(self, logs: Any = None) -> None:
        """A new bar."""
        if not self._in_fit:
            self._begin()

    def on_predict_begin(self, logs: Any = None) -> None:
        """A new bar."""
        self._begin()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Go on."""
        self._go_on(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Go on."""
        if not self._in_fit:
            self._go_on(batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Go on."""
        self._go_on(batch, None)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """The last state of the bar."""
        self._end(logs)

    def on_test_end(self, logs: Any = None) -> None:
        """The last state of the bar."""
        if not self._in_fit:
            self._end(logs)

    def on_predict_end(self, logs: Any = None) -> None:
        """The last state of the bar."""
        self._end(None)

    def _begin(self) -> None:
        self._seen = 0
        self._bar = Progbar(
            self.params.get("steps"), verbose=self._verbose, stateless_metrics=set()
        )

    def _go_on(self, batch: int, logs: Any) -> None:
        self._seen = batch + 1
        if self._verbose == 1 and self._bar is not None:
            self._bar.update(self._seen, list((logs or {}).items()), finalize=False)

    def _end(self, logs: Any) -> None:
        if self._bar is None:
            return
        if self._bar.target is None:
            self._bar.target = self._seen
        self._bar.update(self._bar.target, list((logs or {}).items()), finalize=True)
