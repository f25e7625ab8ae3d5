"""The part of a layer's call that is about masks: it takes those of its inputs, and sets its own.

An argument `mask` that is not given is the mask of the one tensor among the arguments; with several
tensors, `query_mask` is that of `query`, and so on.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras.masks import mask_of, masks_of, set_mask
from gradtape.keras.symbolic import KerasTensor


class MaskedCalls:
    """What a layer knows of masks: `supports_masking`, `compute_mask`."""

    #: whether the outputs have a mask: that of `compute_mask`; otherwise masks are lost, with a
    #: warning
    supports_masking = False
    _finds_masks = False
    _warns_of_lost_masks = True
    name: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "compute_mask" in vars(cls):
            cls._finds_masks = True
            if "supports_masking" not in vars(cls):
                cls.supports_masking = True

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs: by default that of the inputs."""
        return previous_mask

    def _fill_masks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Put masks that travel with the inputs among the arguments; gives that of the first."""
        names, wanted = _arguments(type(self))
        if wanted:
            given = {**dict(zip(names, args, strict=False)), **kwargs}
            missing = [name for name in wanted if given.get(name) is None]
            free = [name for name in missing if name not in names[: len(args)]]
            if free:
                tensors = {name: value for name, value in given.items() if _is_tensors(value)}
                for name, value in tensors.items():
                    argument = "mask" if len(tensors) == 1 else f"{name}_mask"
                    if argument in free:
                        kwargs[argument] = masks_of(value)
        mask = kwargs.get("mask")
        if mask is not None:
            return mask
        return masks_of(args[0] if args else next(iter(kwargs.values()), None))

    def _mask_outputs(self, inputs: Any, outputs: Any, previous: Any) -> None:
        """Let the mask that `compute_mask` gives travel with the outputs that have none."""
        if self.supports_masking:
            flat = nest.flatten(outputs)
            if all(mask_of(each) is not None for each in flat):
                return
            masks = self.compute_mask(inputs, previous)
            if masks is None:
                return
            for tensor, mask in zip(flat, nest.flatten(masks), strict=False):
                if mask is not None and mask_of(tensor) is None:
                    set_mask(tensor, mask)
        elif self._warns_of_lost_masks and any(m is not None for m in nest.flatten(previous)):
            warnings.warn(
                f"Layer '{self.name}' (of type {type(self).__name__}) was passed an input with a "
                "mask attached to it. However, this layer does not support masking and will "
                "therefore destroy the mask information. Downstream layers will not see the mask.",
                stacklevel=3,
            )


def _is_tensors(value: Any) -> bool:
    """Whether an argument is a tensor, or a structure of tensors."""
    if isinstance(value, (tf.Tensor, tf.Variable, KerasTensor)):
        return True
    if not isinstance(value, (list, tuple, dict)) or not value:
        return False
    flat = nest.flatten(value)
    return all(v is None or isinstance(v, (tf.Tensor, tf.Variable, KerasTensor)) for v in flat)


_known: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {}


def _arguments(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the arguments of a layer's `call`, and those that are masks."""
    found = _known.get(kind)
    if found is None:
        names = tuple(inspect.signature(kind.call).parameters)[1:]
        masks = tuple(name for name in names if name == "mask" or name.endswith("_mask"))
        found = _known[kind] = (names, masks)
    return found
