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
from gradtape.config import device
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
from gradtape.functions.arranging import meshgrid
from gradtape.functions.arranging import pad
from gradtape.functions.arranging import repeat
from gradtape.functions.arranging import reverse
from gradtape.functions.arranging import reverse_sequence
from gradtape.functions.arranging import roll
from gradtape.functions.arranging import tile
from gradtape.functions.creation import eye
from gradtape.functions.creation import fill
from gradtape.functions.creation import linspace
from gradtape.functions.creation import one_hot
from gradtape.functions.creation import ones
from gradtape.functions.creation import ones_like
from gradtape.functions.creation import range
from gradtape.functions.creation import sequence_mask
from gradtape.functions.creation import zeros
from gradtape.functions.creation import zeros_like
from gradtape.functions.joining import concat
from gradtape.functions.joining import dynamic_partition
from gradtape.functions.joining import dynamic_stitch
from gradtape.functions.joining import identity_n
from gradtape.functions.joining import parallel_stack
from gradtape.functions.joining import split
from gradtape.functions.joining import stack
from gradtape.functions.joining import unstack
from gradtape.functions.ordering import argsort
from gradtape.functions.ordering import searchsorted
from gradtape.functions.ordering import sort
from gradtape.functions.ordering import unique
from gradtape.functions.ordering import unique_with_counts
from gradtape.functions.passing import control_dependencies
from gradtape.functions.passing import get_static_value
from gradtape.functions.passing import grad_pass_through
from gradtape.functions.passing import group
from gradtape.functions.passing import guarantee_const
from gradtape.functions.passing import identity
from gradtape.functions.passing import is_tensor
from gradtape.functions.passing import no_op
from gradtape.functions.passing import stop_gradient
from gradtape.functions.passing import tuple_ as tuple
from gradtape.functions.scattering import scatter_nd
from gradtape.functions.scattering import tensor_scatter_nd_add
from gradtape.functions.scattering import tensor_scatter_nd_max
from gradtape.functions.scattering import tensor_scatter_nd_min
from gradtape.functions.scattering import tensor_scatter_nd_sub
from gradtape.functions.scattering import tensor_scatter_nd_update
from gradtape.functions.selection import boolean_mask
from gradtape.functions.selection import gather
from gradtape.functions.selection import gather_nd
from gradtape.functions.selection import slice
from gradtape.functions.selection import strided_slice
from gradtape.functions.selection import where
from gradtape.functions.shaping import bitcast
from gradtape.functions.shaping import broadcast_dynamic_shape
from gradtape.functions.shaping import broadcast_static_shape
from gradtape.functions.shaping import broadcast_to
from gradtape.functions.shaping import ensure_shape
from gradtape.functions.shaping import expand_dims
from gradtape.functions.shaping import rank
from gradtape.functions.shaping import reshape
from gradtape.functions.shaping import shape
from gradtape.functions.shaping import shape_n
from gradtape.functions.shaping import size
from gradtape.functions.shaping import squeeze
from gradtape.functions.shaping import transpose
from gradtape.indexed_slices import IndexedSlices
from gradtape.logs import get_logger
from gradtape.module import Module
from gradtape.scopes import name_scope
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
    "argsort",
    "as_dtype",
    "autodiff",
    "bfloat16",
    "bitcast",
    "bool",
    "boolean_mask",
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "complex128",
    "complex64",
    "concat",
    "config",
    "constant",
    "control_dependencies",
    "convert_to_tensor",
    "custom_gradient",
    "debugging",
    "device",
    "double",
    "dtypes",
    "dynamic_partition",
    "dynamic_stitch",
    "ensure_shape",
    "errors",
    "executing_eagerly",
    "expand_dims",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "gather",
    "gather_nd",
    "get_logger",
    "get_static_value",
    "grad_pass_through",
    "gradients",
    "group",
    "guarantee_const",
    "half",
    "hessians",
    "identity",
    "identity_n",
    "image",
    "int16",
    "int32",
    "int64",
    "int8",
    "is_tensor",
    "keras",
    "linalg",
    "linspace",
    "math",
    "meshgrid",
    "name_scope",
    "nest",
    "newaxis",
    "nn",
    "no_gradient",
    "no_op",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "parallel_stack",
    "random",
    "range",
    "rank",
    "raw_ops",
    "recompute_grad",
    "repeat",
    "reshape",
    "reverse",
    "reverse_sequence",
    "roll",
    "scatter_nd",
    "searchsorted",
    "sequence_mask",
    "shape",
    "shape_n",
    "size",
    "slice",
    "snippet",
    "sort",
    "split",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "string",
    "strings",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "test",
    "tile",
    "transpose",
    "tuple",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "unique",
    "unique_with_counts",
    "unstack",
    "where",
    "zeros",
    "zeros_like",
]
