"""Finding the variables of a layer and of the layers below it, freezing them, setting them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.variable import Variable
from gradtape.runtime.call_sites import here

_OWN = frozenset({"_weights", "_frozen", "_added_losses", "_made_with"})


_OTHER, _VARIABLE, _LAYER, _MODULE, _CONTAINER = range(5)


class _Sorts(dict[type, int]):
    """What an attribute of a type can hold, found once for each type: this is asked often."""

    def __missing__(self, kind: type) -> int:
        sort = _OTHER
        if issubclass(kind, tf.Variable):
            sort = _VARIABLE
        elif issubclass(kind, WeightOwner):
            sort = _LAYER
        elif issubclass(kind, tf.Module):
            sort = _MODULE
        elif issubclass(kind, (list, tuple, dict)):
            sort = _CONTAINER
        if len(self) > 1024:  # classes come and go
            self.clear()
        self[kind] = sort
        return sort


_SORTS = _Sorts()


class WeightOwner:
    """The part of a layer that knows its weights.

    Attributes are searched when they are asked for, so that lists may grow and attributes change.
    """

    _name: str
    built: bool
    _trainable: bool
    _weights: list[Variable]
    _frozen: list[tf.Variable]
    _added_losses: list[tuple[int, tf.Tensor]]
    _last_call: int

    @property
    def name(self) -> str:
        """The name that was given, or one made from the class: `dense`, `dense_1`."""
        return self._name

    def _own(self) -> tuple[list[tf.Variable], list[Any]]:
        """The variables and layers in the attributes, each once."""
        variables: dict[int, tf.Variable] = {id(v): v for v in self._weights}
        layers: dict[int, Any] = {}
        for key, value in self.__dict__.items():
            sort = _SORTS[type(value)]
            if sort == _OTHER or key in _OWN:
                continue
            for leaf in _leaves(value) if sort == _CONTAINER else (value,):
                sort = _SORTS[type(leaf)]
                if sort == _VARIABLE:
                    variables.setdefault(id(leaf), leaf)
                elif sort == _LAYER:
                    layers.setdefault(id(leaf), leaf)
                elif sort == _MODULE:
                    for variable in leaf.variables:
                        variables.setdefault(id(variable), variable)
        return list(variables.values()), list(layers.values())

    def _tree(self) -> Iterator[tuple[Any, list[tf.Variable]]]:
        """This layer and all below it, each once, with their own variables."""
        seen: set[int] = set()
        pending: list[Any] = [self]
        while pending:
            layer = pending.pop()
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            variables, below = layer._own()
            yield layer, variables
            pending.extend(reversed(below))

    @property
    def weights(self) -> list[tf.Variable]:
        """All variables, trainable before others within each layer."""
        found: dict[int, tf.Variable] = {}
        for _, variables in self._tree():
            later = []
            for variable in variables:
                if variable._trainable or getattr(variable, "_born_trainable", False):
                    found[id(variable)] = variable
                else:
                    later.append(variable)
            found.update((id(variable), variable) for variable in later)
        return list(found.values())

    variables = weights

    @property
    def trainable_variables(self) -> list[tf.Variable]:
        """The variables that tapes watch by themselves."""
        return [v for v in self.weights if v.trainable] if self._trainable else []

    @property
    def non_trainable_variables(self) -> list[tf.Variable]:
        """The variables that tapes watch only when told."""
        return [v for v in self.weights if not v.trainable] if self._trainable else self.weights

    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    @property
    def trainable(self) -> bool:
        """Whether the weights are trained; setting it does so for the layers below too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer, variables in self._tree():
            layer._trainable = bool(value)
            if value:
                for variable in layer._frozen:
                    variable._trainable = True
                layer._frozen.clear()
            else:
                for variable in variables:
                    if variable.trainable:
                        layer._freeze(variable)

    def _freeze(self, variable: tf.Variable) -> None:
        variable._trainable = False
        variable._frozen_at = here()
        self._frozen.append(variable)

    @property
    def losses(self) -> list[tf.Tensor]:
        """The scalars added by `add_loss` in the last call, and the penalties on weights."""
        added, penalties = [], []
        for layer, variables in self._tree():
            added += [loss for number, loss in layer._added_losses if number == self._last_call]
            for variable in variables:
                regularizer = getattr(variable, "regularizer", None)
                if regularizer is not None and variable.trainable:
                    penalties.append(regularizer(variable))
        return added + penalties

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """The values of the weights as arrays."""
        return [np.array(v._tensor) for v in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Set the weights from a list of arrays, as `get_weights` gives it."""
        variables, values = self.weights, [np.asarray(value) for value in weights]
        if len(variables) != len(values):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of "
                f"length {len(values)}, but the layer was expecting {len(variables)} weights."
            )
        for variable, value in zip(variables, values, strict=True):
            if variable.shape != value.shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with "
                    f"provided weight shape {value.shape}."
                )
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def count_params(self) -> int:
        """The number of elements of all weights."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't "
                "built. Call it once, or build it: layer.build(input_shape)."
            )
        return sum(v.shape.num_elements() or 0 for v in self.weights)


def _leaves(value: Any) -> Iterator[Any]:
    """What stands in lists, tuples and dictionaries, these in their order of insertion."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(reversed(value.values()))
        elif isinstance(value, (list, tuple)):
            pending.extend(reversed(value))
        else:
            yield value
