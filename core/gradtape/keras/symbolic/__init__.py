"""Symbolic tensors: what `keras.Input` gives, the nodes that calls on it make, and their shapes."""

from gradtape.keras.symbolic.node import History, Node, holds_symbols
from gradtape.keras.symbolic.operation import Operation, functional, operate
from gradtape.keras.symbolic.probing import probe
from gradtape.keras.symbolic.tensor import KerasTensor

__all__ = [
    "History", "KerasTensor", "Node", "Operation", "functional", "holds_symbols", "operate",
    "probe",
]  # fmt: skip
