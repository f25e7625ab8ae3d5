"""`Functional`: what `keras.Model(inputs, outputs)` gives."""

from __future__ import annotations

from typing import Any

from gradtape.keras.models.model import _GRAPH_CONSTRUCTORS, FUNCTIONAL, Model


class Functional(Model):
    """A model of symbolic inputs and outputs; made by `keras.Model(inputs, outputs)`."""

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs=inputs, outputs=outputs, name=name, **kwargs)


FUNCTIONAL.append(Functional)
_GRAPH_CONSTRUCTORS.append(Functional.__init__)
