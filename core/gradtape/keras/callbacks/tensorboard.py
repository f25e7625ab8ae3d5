"""Training as TensorBoard shows it: event files of losses, metrics, learning rates and weights."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from gradtape import summary
from gradtape.keras.callbacks.callback import Callback


class TensorBoard(Callback):
    """Writes what training gives to event files below `log_dir`, in `train` and `validation`.

    Tags are Keras's: `epoch_loss` and `epoch_learning_rate` against the epoch,
    `evaluation_loss_vs_iterations` against the optimizer's steps, `batch_loss` against the batch.

    Args:
        log_dir: a folder that nothing else writes to.
        histogram_freq: after how many epochs the weights are written as histograms; 0 for never.
        write_graph: taken and not used; there is no graph to show.
        write_images: whether weights are written as pictures beside their histograms.
        write_steps_per_second: whether the speed is written too.
        update_freq: "epoch", "batch", or after how many batches numbers of batches are written.
        profile_batch: only 0; `gradtape` has no profiler.
        embeddings_freq: only 0; embeddings are not projected.
        embeddings_metadata: only None.

    Raises: NotImplementedError for a profile or embeddings.
    Source: Keras.

    >>> import os, tempfile
    >>> model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> folder = tempfile.mkdtemp()
    >>> board = tf.keras.callbacks.TensorBoard(folder)
    >>> _ = model.fit(tf.ones([4, 2]), tf.ones([4, 1]), verbose=0, callbacks=[board])
    >>> os.listdir(folder)
    ['train']
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        if profile_batch not in (0, "0", None):
            raise NotImplementedError(
                f"profile_batch={profile_batch!r}: there is no profiler here; leave it at 0 and "
                "use Python's cProfile."
            )
        if embeddings_freq or embeddings_metadata is not None:
            raise NotImplementedError(
                "embeddings are not projected here; leave embeddings_freq at 0 and write them with "
                "tf.summary.histogram."
            )
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq, self.write_graph = histogram_freq, write_graph
        self.write_images, self.write_steps_per_second = write_images, write_steps_per_second
        self.update_freq: Any = 1 if update_freq == "batch" else update_freq
        self._writers: dict[str, summary.SummaryWriter] = {}
        self._in_use = ExitStack()
        self._batches = {"train": 0, "validation": 0}
        self._began = (0.0, 0)

    def _writer(self, part: str) -> summary.SummaryWriter:
        if part not in self._writers:
            self._writers[part] = summary.create_file_writer(os.path.join(self.log_dir, part))
        return self._writers[part]

    def _use(self, part: str) -> None:
        """Let this part's file be the one that summaries go to, from here to the next batch."""
        self._in_use.close()
        if self.update_freq == "epoch":
            return
        at = self._batches[part]
        self._in_use.enter_context(self._writer(part).as_default(at))
        self._in_use.enter_context(summary.record_if(at % self.update_freq == 0))

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin with batch 0."""
        self._batches["train"] = 0
        self._use("train")

    def on_train_end(self, logs: Any = None) -> None:
        """Write what is left and close the files."""
        self._in_use.close()
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the time."""
        self._began = (time.perf_counter(), int(self.model.optimizer.iterations))

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Count a batch."""
        self._batches["train"] += 1
        self._use("train")
        self._batch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Write the numbers of a batch, where they are asked for."""
        if self.update_freq == "epoch":
            return
        told = dict(logs or {})
        if self.write_steps_per_second:
            told["steps_per_second"] = 1.0 / (time.perf_counter() - self._batch_began)
        for name, value in told.items():
            summary.scalar(f"batch_{name}", value, step=self._batches["train"])

    def on_test_begin(self, logs: Any = None) -> None:
        """What the model itself writes goes beside the validation's numbers."""
        self._use("validation")

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Count a batch."""
        self._batches["validation"] += 1
        self._use("validation")

    def on_test_end(self, logs: Any = None) -> None:
        """Write the numbers of an evaluation against the optimizer's steps."""
        self._in_use.close()
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None:
            with self._always("validation"):
                for name, value in (logs or {}).items():
                    tag = f"evaluation_{name}_vs_iterations"
                    summary.scalar(tag, value, step=int(optimizer.iterations))
            self._writer("validation").flush()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the numbers of an epoch, and the weights where they are asked for."""
        if not logs:
            return
        validated = {key[4:]: value for key, value in logs.items() if key.startswith("val_")}
        trained = {key: value for key, value in logs.items() if not key.startswith("val_")}
        trained.update(self._rates())
        for part, numbers in (("train", trained), ("validation", validated)):
            if numbers:
                with self._always(part):
                    for name, value in numbers.items():
                        summary.scalar(f"epoch_{name}", value, step=epoch)
                self._writer(part).flush()
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            with self._always("train"):
                self._write_weights(epoch)

    @contextmanager
    def _always(self, part: str) -> Iterator[None]:
        with self._writer(part).as_default(), summary.record_if(True):
            yield

    def _rates(self) -> dict[str, float]:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        found = {"learning_rate": float(optimizer.learning_rate)}
        if self.write_steps_per_second:
            began, steps = self._began
            passed = time.perf_counter() - began
            found["steps_per_second"] = (int(optimizer.iterations) - steps) / passed
        return found

    def _write_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight in layer.weights:
                tag = weight.path.replace(":", "_")
                summary.histogram(f"{tag}/histogram", weight, step=epoch)
                picture = _picture(np.asarray(weight)) if self.write_images else None
                if picture is not None:
                    summary.image(f"{tag}/image", picture, step=epoch)


def _picture(weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """A weight as pictures (n, height, width, channels); None where it has too many axes."""
    w = np.squeeze(weight)
    if w.ndim == 1:
        return w.reshape(1, -1, 1, 1)
    if w.ndim == 2:
        return (w.T if w.shape[0] > w.shape[1] else w)[None, :, :, None]
    if w.ndim == 3:
        return np.moveaxis(w, -1, 0)[..., None]
    return w if w.ndim == 4 and w.shape[-1] in (1, 3, 4) else None
