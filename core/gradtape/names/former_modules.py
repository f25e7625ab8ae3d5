"""Modules under the names that they had before: pickles name the module of each class they hold.

Nothing is loaded under a former name before somebody asks for it, which in this package nobody
does. What is found then has the contents of the module that took its place.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

#: former name → present one, both inside `gradtape`; of the modules whose classes and functions
#: programs have
FORMER: dict[str, str] = {
    "autodiff.unconnected": "autodiff.targets",
    "constants": "tensors.constants",
    "custom": "autodiff.custom_gradients",
    "dropout": "functions.nn.dropout",
    "explanation": "autodiff.explain.explanation",
    "forward": "autodiff.forward",
    "functions.activations": "functions.nn.activations",
    "functions.arithmetic": "functions.math.arithmetic",
    "functions.arranging": "functions.array.arranging",
    "functions.assertions": "functions.control.assertions",
    "functions.casting": "functions.array.casting",
    "functions.clipping": "functions.math.clipping",
    "functions.comparison": "functions.math.comparison",
    "functions.complex_numbers": "functions.math.complex_numbers",
    "functions.control_flow": "functions.control.control_flow",
    "functions.convolutions": "functions.nn.convolutions",
    "functions.counting": "functions.math.counting",
    "functions.creation": "functions.array.creation",
    "functions.cross_entropies": "functions.nn.cross_entropies",
    "functions.depthwise": "functions.nn.depthwise",
    "functions.diagonals": "functions.linalg.diagonals",
    "functions.elementary": "functions.math.elementary",
    "functions.embedding": "functions.nn.embedding",
    "functions.image_measures": "functions.image.measures",
    "functions.image_size": "functions.image.resizing",
    "functions.image_values": "functions.image.adjusting",
    "functions.indexing": "functions.array.indexing",
    "functions.joining": "functions.array.joining",
    "functions.linear_algebra": "functions.linalg.decompositions",
    "functions.mapping": "functions.control.mapping",
    "functions.normalization": "functions.nn.normalization",
    "functions.norms": "functions.linalg.norms",
    "functions.ordering": "functions.array.ordering",
    "functions.passing": "functions.array.passing",
    "functions.pooling": "functions.nn.pooling",
    "functions.printing": "functions.control.printing",
    "functions.products": "functions.linalg.products",
    "functions.python_calls": "functions.control.python_calls",
    "functions.reductions": "functions.math.reductions",
    "functions.scans": "functions.math.scans",
    "functions.scattering": "functions.array.scattering",
    "functions.segments": "functions.math.segments",
    "functions.selection": "functions.array.selection",
    "functions.shaping": "functions.array.shaping",
    "functions.special": "functions.math.special",
    "functions.text": "functions.strings.text",
    "functions.control.tracing": "functions.control.specs",
    "functions.tracing": "functions.control.specs",
    "functions.vectorizing": "functions.control.vectorizing",
    "functions.window_arguments": "functions.nn.windows",
    "graph": "autodiff.explain.graph",
    "indexed_slices": "tensors.indexed_slices",
    "lines": "runtime.call_sites",
    "logs": "runtime.logger",
    "nn_experimental": "nn.experimental",
    "scopes": "tensors.name_scope",
    "shape": "tensors.shape",
    "tape": "autodiff.tape",
    "tensor": "tensors.tensor",
    "unconnected": "autodiff.targets",
    "variable": "tensors.variable",
}

#: functions that went on from there → their module
MOVED = {
    ("autodiff.custom_gradients", "gradients"): "autodiff.function_gradients",
    ("autodiff.custom_gradients", "hessians"): "autodiff.function_gradients",
    ("functions.array.selection", "strided_slice"): "functions.array.indexing",
    ("functions.control.specs", "function"): "tracing.function",
}


def find_spec(name: str) -> ModuleSpec | None:
    """How to load what had this name before; None where nothing had."""
    present = FORMER.get(name.removeprefix("gradtape."))
    return None if present is None else ModuleSpec(name, _Loader(present))


class _Loader(Loader):
    def __init__(self, present: str) -> None:
        self._present = present

    def create_module(self, spec: ModuleSpec) -> None:
        """An empty one."""

    def exec_module(self, module: ModuleType) -> None:
        """Let the module give what the present one has."""
        present, name = self._present, module.__name__

        def attribute(wanted: str) -> Any:
            # An import puts the module into its package, where `tf.shape` is a public function.
            package, _, last = name.rpartition(".")
            if vars(sys.modules[package]).get(last) is module:
                delattr(sys.modules[package], last)
            home = MOVED.get((present, wanted), present)
            return getattr(import_module(f"gradtape.{home}"), wanted)

        module.__getattr__ = attribute  # type: ignore[method-assign]
