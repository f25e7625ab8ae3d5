"""`tf.nn.experimental`: dropout by a seed alone."""

from __future__ import annotations

from gradtape.functions.nn.dropout import stateless_dropout

__all__ = ["stateless_dropout"]
