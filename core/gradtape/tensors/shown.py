"""What a notebook shows of a tensor or a variable, instead of its `repr`."""

from __future__ import annotations

from typing import Any


class Shown:
    """Gives tensors and variables their picture."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        """The HTML; None, and so the `repr`, while a function is traced."""
        tensor: Any = getattr(self, "_tensor", self)  # of a variable, its value
        if hasattr(tensor._value, "symbol"):
            return None
        from gradtape.display.arrays import shown  # of use in notebooks alone

        kind, facts = "tf.Tensor", [tensor.device.rpartition("device:")[2]]
        if tensor is not self:
            variable: Any = self
            kind = f"tf.Variable {variable.name!r}"
            facts += [] if variable.trainable else ["not trainable"]
        return shown(kind, tensor._text(), tensor.dtype.name, facts)
