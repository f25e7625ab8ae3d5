"""A layer called on symbolic tensors: its weights are made, the call is noted, shapes are found."""

from __future__ import annotations

from typing import Any

from gradtape import nest
from gradtape.keras import naming
from gradtape.keras.layers.input_spec import InputSpec, shape_tuple
from gradtape.keras.layers.weights import WeightOwner
from gradtape.keras.masks import masks_of
from gradtape.keras.symbolic import KerasTensor, Node, probe


class SymbolicCalls(WeightOwner):
    """The part of a layer that stands in a functional model."""

    input_spec: InputSpec | None
    _path: str | None
    _output_shape: Any
    _states: Any
    compute_dtype: Any

    def _mask_outputs(self, inputs: Any, outputs: Any, previous: Any) -> None:
        raise NotImplementedError

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        raise NotImplementedError

    def _symbolic_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Symbolic outputs for symbolic inputs, with the call noted as a node."""
        with naming.inside(self):
            if not self.built or self._path is None:
                self._build_for(args, kwargs)
            if self.input_spec is not None:
                self.input_spec.check(self, args[0] if args else next(iter(kwargs.values()), None))
            outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        first = args[0] if args else next(iter(kwargs.values()), None)
        masks = kwargs.get("mask")
        self._mask_outputs(first, outputs, masks_of(first) if masks is None else masks)
        if self._output_shape is None or not self.__dict__.get("_inbound_nodes", ())[1:]:
            self._output_shape = shapes_of(outputs)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs for symbolic inputs: symbolic tensors of their shapes and dtypes.

        They are found by calls on zeros; a layer may define it to say so itself.
        """
        before = [(v, v._tensor) for v in self.weights]
        states = [(layer, layer.__dict__.get("_states")) for layer, _ in self._tree()]
        try:
            call: Any = self
            return probe(call, args, kwargs)
        finally:
            for variable, tensor in before:
                variable._tensor = tensor
            for layer, state in states:
                layer._added_losses.clear()
                if "_states" in layer.__dict__:
                    layer._states = state

    @property
    def input(self) -> Any:
        """The symbolic inputs of the first call in a functional model."""
        tensors = self._first_node("input").input_tensors
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self) -> Any:
        """The symbolic outputs of the first call in a functional model."""
        return self._first_node("output").outputs

    def _first_node(self, side: str) -> Node:
        nodes: list[Node] = self.__dict__.get("_inbound_nodes", [])
        if not nodes:
            raise AttributeError(
                f"The layer {self.name} has never been called and thus has no defined {side}: "
                "give its model keras.Input(shape) first, or call the layer on one."
            )
        return nodes[0]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs for inputs of this shape; of a list of shapes, for a list."""
        outputs = self.compute_output_spec(symbols_of(input_shape, self.compute_dtype))
        return nest.map_structure(lambda t: t.shape, outputs)


def symbols_of(shapes: Any, dtype: str) -> Any:
    """Symbolic tensors of these shapes; a shape is a tuple or list of sizes."""
    if isinstance(shapes, dict):
        return {key: symbols_of(shape, dtype) for key, shape in shapes.items()}
    if all(size is None or isinstance(size, int) for size in shapes):
        return KerasTensor(shapes, dtype)
    return [symbols_of(shape, dtype) for shape in shapes]


def shapes_of(values: Any) -> Any:
    """The shape of a tensor as a tuple; for a structure, the structure of the shapes."""
    if not nest.is_nested(values):
        return shape_tuple(values)
    return nest.map_structure(shape_tuple, values)
