"""`tf.keras.callbacks`: what happens beside training, at its begin and end, by epoch and batch."""

from typing import TYPE_CHECKING

from gradtape.keras.callbacks.callback import Callback, CallbackList, LambdaCallback
from gradtape.keras.callbacks.history import CSVLogger, History
from gradtape.keras.callbacks.keeping import BackupAndRestore, ModelCheckpoint
from gradtape.keras.callbacks.progress import ProgbarLogger
from gradtape.keras.callbacks.rates import LearningRateScheduler, ReduceLROnPlateau
from gradtape.keras.callbacks.stopping import EarlyStopping, TerminateOnNaN
from gradtape.keras.callbacks.swapping import SwapEMAWeights
from gradtape.keras.callbacks.tensorboard import TensorBoard
from gradtape.names.absence import absent_from

__all__ = [
    "BackupAndRestore", "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History",
    "LambdaCallback", "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger",
    "ReduceLROnPlateau", "SwapEMAWeights", "TensorBoard", "TerminateOnNaN",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
