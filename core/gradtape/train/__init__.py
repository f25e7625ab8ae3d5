"""`tf.train`: checkpoints, and the messages that records are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.io.messages import (
    BytesList,
    Example,
    Feature,
    FeatureList,
    FeatureLists,
    Features,
    FloatList,
    Int64List,
    SequenceExample,
)
from gradtape.names.absence import absent_from
from gradtape.saving.checkpoint import Checkpoint
from gradtape.saving.manager import CheckpointManager
from gradtape.saving.reading import (
    CheckpointReader,
    list_variables,
    load_checkpoint,
    load_variable,
)
from gradtape.saving.state_file import CheckpointState, get_checkpoint_state, latest_checkpoint
from gradtape.train import experimental as experimental

__all__ = [
    "BytesList",
    "Checkpoint",
    "CheckpointManager",
    "CheckpointReader",
    "CheckpointState",
    "Example",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
    "SequenceExample",
    "experimental",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
