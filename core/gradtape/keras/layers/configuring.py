"""A layer as the arguments that make an equal one: `get_config`, `from_config`, its build shape."""

from __future__ import annotations

import inspect
from typing import Any

from gradtape.keras.serializing import deserialize_keras_object, own_arguments
from gradtape.keras.serializing.arguments import library_class, made_with

#: arguments that every layer has, and those of a first layer in Keras 2
_COMMON = frozenset(
    {"name", "trainable", "dtype", "autocast", "activity_regularizer", "weights", "use_cudnn"}
)

#: layers whose configuration in Keras has an `activity_regularizer` also where there is none
_ALWAYS_PENALISED = frozenset(
    "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D "
    "DepthwiseConv2D SeparableConv1D SeparableConv2D EinsumDense Embedding SimpleRNN LSTM GRU "
    "MultiHeadAttention".split()
)
_QUANTIZATION = {"quantization_config": None}
#: what Keras's configurations say of what there is one kind of here
_FIXED: dict[str, dict[str, Any]] = {
    "Dense": _QUANTIZATION, "EinsumDense": _QUANTIZATION, "Embedding": _QUANTIZATION,
    "BatchNormalization": {
        "renorm": False, "renorm_clipping": None, "renorm_momentum": 0.99, "synchronized": False,
    },
    "LayerNormalization": {"rms_scaling": False},
}  # fmt: skip


class Configured:
    """The part of a layer that knows its arguments."""

    _made_with: tuple[Any, ...]
    #: arguments of a base that the layer does not take
    _no_arguments: frozenset[str] = frozenset()
    built: bool

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A layer that remembers what it was made with."""
        made = super().__new__(cls)
        made._made_with = (args, kwargs)
        return made

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer.

        Of a class of one's own they are what it was made with; where it defines `get_config`
        itself, `super().get_config()` gives those of the base.

        Raises: NotImplementedError where an argument of a class of one's own cannot be saved.
        """
        me: Any = self
        common = {"name": me.name, "trainable": me.trainable, "dtype": me.dtype_policy}
        kind = type(self)
        library = library_class(kind)
        if me.activity_regularizer is not None or library.__name__ in _ALWAYS_PENALISED:
            common["activity_regularizer"] = me.activity_regularizer
        own = own_arguments(self, Configured, _COMMON | me._no_arguments)
        own.update(_FIXED.get(library.__name__, {}))
        defined = next(c for c in kind.__mro__ if "get_config" in vars(c))
        if kind is not library and defined.__module__.startswith("gradtape."):
            own = {k: v for k, v in made_with(self).items() if k not in _COMMON}
        return {**common, **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The layer made from `get_config`'s arguments."""
        fixed = _FIXED.get(cls.__name__, {})
        known = {
            key: deserialize_keras_object(value) if _is_layer(value) else value
            for key, value in config.items()
            if key not in fixed or value != fixed[key]
        }
        return cls(**known)

    def get_build_config(self) -> dict[str, Any] | None:
        """The shape that the weights were made for; None where that is not known."""
        shape = vars(self).get("_build_shape")
        return None if shape is None else {"input_shape": shape}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Make the weights for the shape of such a configuration."""
        me: Any = self
        shape = config.get("input_shape")
        if shape is None or me.built or "_states" in vars(self):
            return
        arguments = list(inspect.signature(me.build).parameters)
        if len(arguments) == 1:
            me._build_with(_as_tuples(shape))


def _is_layer(value: Any) -> bool:
    """Whether a configuration, or a list of them, is that of a layer, a tensor or a function."""
    if isinstance(value, list):
        return any(map(_is_layer, value))
    if not isinstance(value, dict) or "class_name" not in value:
        return False
    module, name = str(value.get("module")), str(value["class_name"])
    return "layers" in module or "models" in module or module == "keras" or (
        not module.startswith("keras") or name.startswith("__")
    )  # fmt: skip


def _as_tuples(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _as_tuples(value) for key, value in shape.items()}
    if all(n is None or isinstance(n, int) for n in shape):
        return tuple(shape)
    return [_as_tuples(each) for each in shape]
