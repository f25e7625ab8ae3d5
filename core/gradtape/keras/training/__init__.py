"""The training loop behind `model.fit`: batches, compiled losses and metrics, the loop itself."""

from gradtape.keras.training.trainer import Trainer

__all__ = ["Trainer"]
