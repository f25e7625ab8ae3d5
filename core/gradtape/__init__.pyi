"""The public names, for type checkers: written by `make stubs` from `exports.py`."""

from gradtape import autodiff
from gradtape import config
from gradtape import debugging
from gradtape import dtypes
from gradtape import errors
from gradtape import image
from gradtape import keras
from gradtape import linalg
from gradtape import math
from gradtape import nest
from gradtape import nn
from gradtape import random
from gradtape import raw_ops
from gradtape import snippet
from gradtape import strings
from gradtape import test
from gradtape.config import executing_eagerly
from gradtape.conversion import constant
from gradtape.conversion import convert_to_tensor
from gradtape.custom import RegisterGradient
from gradtape.custom import custom_gradient
from gradtape.custom import gradients
from gradtape.custom import hessians
from gradtape.custom import no_gradient
from gradtape.custom import recompute_grad
from gradtape.dtypes import DType
from gradtape.dtypes import as_dtype
from gradtape.dtypes import bfloat16
from gradtape.dtypes import bool_ as bool
from gradtape.dtypes import complex128
from gradtape.dtypes import complex64
from gradtape.dtypes import double
from gradtape.dtypes import float16
from gradtape.dtypes import float32
from gradtape.dtypes import float64
from gradtape.dtypes import half
from gradtape.dtypes import int16
from gradtape.dtypes import int32
from gradtape.dtypes import int64
from gradtape.dtypes import int8
from gradtape.dtypes import string
from gradtape.dtypes import uint16
from gradtape.dtypes import uint32
from gradtape.dtypes import uint64
from gradtape.dtypes import uint8
from gradtape.indexed_slices import IndexedSlices
from gradtape.logs import get_logger
from gradtape.module import Module
from gradtape.module import name_scope
from gradtape.shape import TensorShape
from gradtape.tape import GradientTape
from gradtape.tensor import Tensor
from gradtape.unconnected import UnconnectedGradients
from gradtape.variable import Variable

__version__: str
newaxis: None

__all__ = [
    "DType",
    "GradientTape",
    "IndexedSlices",
    "Module",
    "RegisterGradient",
    "Tensor",
    "TensorShape",
    "UnconnectedGradients",
    "Variable",
    "__version__",
    "as_dtype",
    "autodiff",
    "bfloat16",
    "bool",
    "complex128",
    "complex64",
    "config",
    "constant",
    "convert_to_tensor",
    "custom_gradient",
    "debugging",
    "double",
    "dtypes",
    "errors",
    "executing_eagerly",
    "float16",
    "float32",
    "float64",
    "get_logger",
    "gradients",
    "half",
    "hessians",
    "image",
    "int16",
    "int32",
    "int64",
    "int8",
    "keras",
    "linalg",
    "math",
    "name_scope",
    "nest",
    "newaxis",
    "nn",
    "no_gradient",
    "random",
    "raw_ops",
    "recompute_grad",
    "snippet",
    "string",
    "strings",
    "test",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
]
