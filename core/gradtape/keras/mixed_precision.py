"""`tf.keras.mixed_precision`: policies, which say what dtypes layers compute in and keep.

`mixed_float16` computes in float16 and keeps weights in float32; `compile` scales the loss then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.optimizers.loss_scale import LossScaleOptimizer
from gradtape.names.absence import absent_from


class DTypePolicy:
    """The dtype that a layer computes in, and the one that its weights have.

    Args: `name`, a floating-point dtype for both, or `mixed_float16`, `mixed_bfloat16`, which
    compute in the short type and keep float32; with `integers` also a dtype of integers.

    >>> policy = DTypePolicy("mixed_float16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float16', 'float32')
    """

    def __init__(self, name: str, integers: bool = False) -> None:
        short = str(name).removeprefix("mixed_")
        try:
            found = tf.as_dtype(short)
        except TypeError:
            found = None
        if found is None or not (found.is_floating or (integers and found.is_integer)):
            raise ValueError(
                f"A layer's dtype is a floating-point type, such as 'float32', got {name!r}; or a "
                "policy, such as 'mixed_float16'."
            )
        self.name = f"mixed_{found.name}" if short != name else found.name
        self.compute_dtype = found.name
        self.variable_dtype = "float32" if short != name else found.name

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal policy."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """The policy made from `get_config`'s arguments."""
        return cls(**config, integers=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


Policy = DTypePolicy
_chosen: list[DTypePolicy] = []


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none: that of `set_dtype_policy`, or `floatx()`."""
    return _chosen[0] if _chosen else DTypePolicy(config.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Choose the policy of layers made from now on."""
    _chosen[:] = [as_policy(policy)]


global_policy, set_global_policy = dtype_policy, set_dtype_policy


def as_policy(value: Any, integers: bool = False) -> DTypePolicy:
    """A policy from a dtype, a name, a configuration or None; with `integers` one of those too."""
    if value is None:
        return dtype_policy()
    if isinstance(value, DTypePolicy):
        return DTypePolicy(value.name, integers)
    if isinstance(value, dict):
        return as_policy(value["config"]["name"], integers)
    try:
        name = value if isinstance(value, str) else tf.as_dtype(value).name
    except TypeError:
        name = str(value)
    return DTypePolicy(name, integers)


__all__ = [
    "DTypePolicy", "LossScaleOptimizer", "Policy", "dtype_policy", "global_policy",
    "set_dtype_policy", "set_global_policy",
]  # fmt: skip

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
