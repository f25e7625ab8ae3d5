"""`tf.summary`: values written to event files, which TensorBoard shows as curves and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.names.absence import absent_from
from gradtape.summary import experimental as experimental
from gradtape.summary.values import audio, graph, histogram, image, scalar, text, write
from gradtape.summary.writer import (
    SummaryWriter,
    create_file_writer,
    create_noop_writer,
    flush,
    record_if,
    should_record_summaries,
    trace_export,
    trace_off,
    trace_on,
)

__all__ = [
    "SummaryWriter",
    "audio",
    "create_file_writer",
    "create_noop_writer",
    "experimental",
    "flush",
    "graph",
    "histogram",
    "image",
    "record_if",
    "scalar",
    "should_record_summaries",
    "text",
    "trace_export",
    "trace_off",
    "trace_on",
    "write",
]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
