"""`tf.compat.v1`: of TensorFlow 1's names those that mean the same as today's.

The others (sessions, placeholders, graphs, variables by scope) are refused with what to write.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from gradtape.errors import UnimplementedError

#: namespaces and functions that TensorFlow 1 had under the same name with the same meaning
_SAME = frozenset(
    "GradientTape IndexedSlices Module SparseTensor Tensor TensorArray TensorShape TensorSpec "
    "Variable "
    "abs add argmax argmin autograph bitwise bool cast clip_by_global_norm clip_by_norm "
    "clip_by_value complex64 complex128 concat constant convert_to_tensor cos cosh cumsum data "
    "debugging device "
    "dtypes errors exp expand_dims eye fill float16 float32 float64 function gather gather_nd "
    "identity image int16 int32 int64 int8 io keras linalg linspace logical_and logical_not "
    "logical_or lookup matmul maximum minimum multiply name_scope nest no_op norm one_hot ones "
    "ones_like pad pow queue range rank repeat reshape round scatter_nd sigmoid sign "
    "sin size slice sort sparse split sqrt square squeeze stack stop_gradient string strings "
    "subtract tan tanh tensordot tile uint16 uint32 uint64 uint8 unstack where zeros "
    "zeros_like".split()
)


def enable_eager_execution(*args: Any, **kwargs: Any) -> None:
    """Nothing to do: values are there at once."""


enable_v2_behavior = enable_resource_variables = enable_eager_execution
enable_v2_tensorshape = enable_tensor_equality = enable_control_flow_v2 = enable_eager_execution


def executing_eagerly() -> bool:
    """True."""
    return True


def _refuse(name: str) -> NoReturn:
    raise UnimplementedError(
        None,
        None,
        f"tf.compat.v1.{name}: gradtape has TensorFlow 2's eager execution alone. Call functions "
        "where you would build a graph, and leave sessions and placeholders out.",
    )


def disable_eager_execution() -> NoReturn:
    """Refused: values are there at once. Raises: UnimplementedError."""
    _refuse("disable_eager_execution")


disable_v2_behavior = disable_eager_execution


def set_random_seed(seed: Any) -> None:
    """As `tf.random.set_seed`."""
    import_module("gradtape.random").set_seed(seed)


if not TYPE_CHECKING:  # for type checkers there is what stands above

    def __getattr__(name: str) -> Any:
        if name in _SAME:
            return getattr(import_module("gradtape"), name)
        if name == "logging":
            return import_module("gradtape.compat.logging")
        raise AttributeError(
            f"module 'gradtape.compat.v1' has no attribute {name!r}: it has only what means the "
            f"same as in TensorFlow 2; write tf.{name} where that exists."
        )
