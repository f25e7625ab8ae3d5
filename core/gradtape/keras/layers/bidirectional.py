"""`Bidirectional`: sequences read from both ends."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras import naming
from gradtape.keras.layers.layer import Layer, takes
from gradtape.keras.serializing import deserialize_keras_object, serialize_keras_object

_MODES = ("sum", "mul", "ave", "concat", None)
_OF_A_LAYER = frozenset({"name", "trainable", "dtype", "activity_regularizer"})


class Bidirectional(Layer):
    """Two recurrent layers, one of which reads from the end; their outputs merged.

    Both are made anew from the configuration of `layer`, which is not used itself: seeds that it
    was not given are drawn again for each.

    Args:
      layer: a recurrent layer.
      merge_mode: "concat", "sum", "mul", "ave", or None for a pair.
      backward_layer: another layer that reads from the end, `go_backwards=True`; it is used itself.

    With `return_state` a tuple: the outputs, then the states of the forward layer and those of the
    backward layer. Call with `initial_state`, a list of both in that order, and with `mask`.

    Raises: ValueError for another mode, something that is no layer, and two layers that differ in
    `stateful`, `return_sequences` or `return_state`, or read in one direction.

    Source: Schuster & Paliwal (1997), Bidirectional recurrent neural networks.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Bidirectional(tf.keras.layers.GRU(2, return_state=True))
    >>> outputs, forward, backward = layer(tf.ones([3, 4, 5]))
    >>> outputs.shape, bool(tf.reduce_all(outputs == tf.concat([forward, backward], axis=-1)))
    (TensorShape([3, 4]), True)
    """

    def __init__(
        self, layer: Any, merge_mode: str | None = "concat", weights: Any = None,
        backward_layer: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if not isinstance(layer, Layer):
            raise ValueError(
                "Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. "
                f"Received: {layer}"
            )
        if backward_layer is not None and not isinstance(backward_layer, Layer):
            raise ValueError(
                "`backward_layer` need to be a `keras.layers.Layer` instance. "
                f"Received: {backward_layer}"
            )
        if merge_mode not in _MODES:
            raise ValueError(
                f"Invalid merge mode. Received: {merge_mode}. Merge mode should be one of "
                '{"sum", "mul", "ave", "concat", None}'
            )
        super().__init__(**kwargs)
        self.forward_layer = _anew(layer, f"forward_{layer.name.removeprefix('forward_')}")
        if backward_layer is None:
            name = f"backward_{layer.name.removeprefix('backward_')}"
            backward_layer = _anew(layer, name, go_backwards=True)
        self.backward_layer = backward_layer
        _check_directions(self.forward_layer, backward_layer)
        for each in (self.forward_layer, backward_layer):
            # what a direction repeats at steps left out would meet the other's at other steps
            each.zero_output_for_mask = each.return_sequences
        self.merge_mode = merge_mode
        settings: Any = layer
        self.stateful, self.return_state = settings.stateful, settings.return_state
        self.return_sequences = settings.return_sequences
        self.input_spec = layer.input_spec

    def build(self, input_shape: Any) -> None:
        """Make the weights of both layers."""
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                with naming.inside(self), naming.inside(layer):
                    layer.build(input_shape)
                layer.built = True
        self.built = True

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        common = {k: v for k, v in super().get_config().items() if k in _OF_A_LAYER}
        return {
            **common, "merge_mode": self.merge_mode, "layer": self.forward_layer,
            "backward_layer": self.backward_layer,
        }  # fmt: skip

    def reset_state(self) -> None:
        """Begin the next call of stateful layers with zeros.

        Raises: AttributeError where they are not stateful.
        """
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    def call(
        self, inputs: Any, initial_state: Any = None, mask: Any = None,
        training: bool | None = None,
    ) -> Any:  # fmt: skip
        """The merged outputs of both directions, and the states where asked for."""
        halves: tuple[Any, Any] = (None, None)
        if initial_state is not None:
            half = len(initial_state) // 2
            halves = initial_state[:half], initial_state[half:]
        found = []
        for layer, states in zip((self.forward_layer, self.backward_layer), halves, strict=True):
            given = {"training": training, "mask": mask}
            further = {name: value for name, value in given.items() if takes(layer, name)}
            if states is not None:
                further["initial_state"] = states
            found.append(layer(inputs, **further))
        left: tuple[Any, ...] = ()
        if self.return_state:
            left = tuple(state for outputs in found for state in outputs[1:])
            found = [outputs[0] for outputs in found]
        forward, backward = (tf.cast(y, tf.as_dtype(self.compute_dtype)) for y in found)
        if self.return_sequences:
            backward = tf.reverse(backward, axis=[1])
        merged = self._merged(forward, backward)
        if not self.return_state:
            return merged
        return (*merged, *left) if self.merge_mode is None else (merged, *left)

    def _merged(self, forward: Any, backward: Any) -> Any:
        if self.merge_mode == "concat":
            return tf.concat([forward, backward], axis=-1)
        if self.merge_mode == "sum":
            return forward + backward
        if self.merge_mode == "ave":
            return (forward + backward) / 2.0
        return forward * backward if self.merge_mode == "mul" else (forward, backward)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the inputs where the outputs are sequences; the states have none."""
        mask = nest.flatten(mask)[0] if self.return_sequences else None
        masks = [mask] if self.merge_mode else [mask, mask]
        if self.return_state:
            sizes = [
                nest.flatten(x.cell.state_size) for x in (self.forward_layer, self.backward_layer)
            ]
            return [*masks, *(None for each in sizes for _ in each)]
        return masks[0] if self.merge_mode else masks


def _anew(layer: Any, name: str, **changes: Any) -> Any:
    """A layer of the same configuration under another name."""
    told = serialize_keras_object(layer)
    told["config"].update(name=name, **changes)
    own = [type(each) for each in (layer, getattr(layer, "cell", layer))]
    return deserialize_keras_object(told, custom_objects={kind.__name__: kind for kind in own})


def _check_directions(forward: Any, backward: Any) -> None:
    if forward.go_backwards == backward.go_backwards:
        raise ValueError(
            "Forward layer and backward layer should have different `go_backwards` value. "
            f"Received: forward_layer.go_backwards {forward.go_backwards}, "
            f"backward_layer.go_backwards={backward.go_backwards}"
        )
    for name in ("stateful", "return_sequences", "return_state"):
        ours, theirs = getattr(forward, name), getattr(backward, name)
        if ours != theirs:
            raise ValueError(
                "Forward layer and backward layer are expected to have the same value for "
                f'attribute "{name}", got "{ours}" for forward layer and "{theirs}" for backward '
                "layer"
            )
