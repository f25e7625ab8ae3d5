"""The public names, for type checkers: written by `make stubs` from `exports.py`."""

from gradtape import autodiff
from gradtape import bitwise
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
from gradtape.constants import constant
from gradtape.constants import convert_to_tensor
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
from gradtape.functions.arithmetic import abs
from gradtape.functions.arithmetic import add
from gradtape.functions.arithmetic import add_n
from gradtape.functions.arithmetic import divide
from gradtape.functions.arithmetic import floor
from gradtape.functions.arithmetic import maximum
from gradtape.functions.arithmetic import minimum
from gradtape.functions.arithmetic import multiply
from gradtape.functions.arithmetic import negative
from gradtape.functions.arithmetic import pow
from gradtape.functions.arithmetic import round
from gradtape.functions.arithmetic import scalar_mul
from gradtape.functions.arithmetic import sign
from gradtape.functions.arithmetic import sqrt
from gradtape.functions.arithmetic import square
from gradtape.functions.arithmetic import subtract
from gradtape.functions.arithmetic import truediv
from gradtape.functions.arranging import meshgrid
from gradtape.functions.arranging import pad
from gradtape.functions.arranging import repeat
from gradtape.functions.arranging import reverse
from gradtape.functions.arranging import reverse_sequence
from gradtape.functions.arranging import roll
from gradtape.functions.arranging import tile
from gradtape.functions.casting import cast
from gradtape.functions.casting import saturate_cast
from gradtape.functions.clipping import clip_by_global_norm
from gradtape.functions.clipping import clip_by_norm
from gradtape.functions.clipping import clip_by_value
from gradtape.functions.comparison import equal
from gradtape.functions.comparison import greater
from gradtape.functions.comparison import greater_equal
from gradtape.functions.comparison import less
from gradtape.functions.comparison import less_equal
from gradtape.functions.comparison import logical_and
from gradtape.functions.comparison import logical_not
from gradtape.functions.comparison import logical_or
from gradtape.functions.comparison import not_equal
from gradtape.functions.complex_numbers import complex
from gradtape.functions.control_flow import assert_ as Assert
from gradtape.functions.control_flow import case
from gradtape.functions.control_flow import cond
from gradtape.functions.control_flow import switch_case
from gradtape.functions.control_flow import while_loop
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
from gradtape.functions.elementary import acos
from gradtape.functions.elementary import acosh
from gradtape.functions.elementary import asin
from gradtape.functions.elementary import asinh
from gradtape.functions.elementary import atan
from gradtape.functions.elementary import atan2
from gradtape.functions.elementary import atanh
from gradtape.functions.elementary import cos
from gradtape.functions.elementary import cosh
from gradtape.functions.elementary import exp
from gradtape.functions.elementary import sigmoid
from gradtape.functions.elementary import sin
from gradtape.functions.elementary import sinh
from gradtape.functions.elementary import tan
from gradtape.functions.elementary import tanh
from gradtape.functions.joining import concat
from gradtape.functions.joining import dynamic_partition
from gradtape.functions.joining import dynamic_stitch
from gradtape.functions.joining import identity_n
from gradtape.functions.joining import split
from gradtape.functions.joining import stack
from gradtape.functions.joining import unstack
from gradtape.functions.mapping import foldl
from gradtape.functions.mapping import foldr
from gradtape.functions.mapping import map_fn
from gradtape.functions.mapping import scan
from gradtape.functions.norms import norm
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
from gradtape.functions.printing import print_ as print
from gradtape.functions.products import einsum
from gradtape.functions.products import matmul
from gradtape.functions.products import tensordot
from gradtape.functions.python_calls import numpy_function
from gradtape.functions.python_calls import py_function
from gradtape.functions.reductions import argmax
from gradtape.functions.reductions import argmin
from gradtape.functions.reductions import reduce_all
from gradtape.functions.reductions import reduce_any
from gradtape.functions.reductions import reduce_logsumexp
from gradtape.functions.reductions import reduce_max
from gradtape.functions.reductions import reduce_mean
from gradtape.functions.reductions import reduce_min
from gradtape.functions.reductions import reduce_prod
from gradtape.functions.reductions import reduce_sum
from gradtape.functions.scans import cumsum
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
from gradtape.functions.text import as_string
from gradtape.functions.tracing import TensorSpec
from gradtape.functions.tracing import function
from gradtape.functions.vectorizing import vectorized_map
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
    "Assert",
    "DType",
    "GradientTape",
    "IndexedSlices",
    "Module",
    "RegisterGradient",
    "Tensor",
    "TensorShape",
    "TensorSpec",
    "UnconnectedGradients",
    "Variable",
    "__version__",
    "abs",
    "acos",
    "acosh",
    "add",
    "add_n",
    "argmax",
    "argmin",
    "argsort",
    "as_dtype",
    "as_string",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "autodiff",
    "bfloat16",
    "bitcast",
    "bitwise",
    "bool",
    "boolean_mask",
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "case",
    "cast",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "complex",
    "complex128",
    "complex64",
    "concat",
    "cond",
    "config",
    "constant",
    "control_dependencies",
    "convert_to_tensor",
    "cos",
    "cosh",
    "cumsum",
    "custom_gradient",
    "debugging",
    "device",
    "divide",
    "double",
    "dtypes",
    "dynamic_partition",
    "dynamic_stitch",
    "einsum",
    "ensure_shape",
    "equal",
    "errors",
    "executing_eagerly",
    "exp",
    "expand_dims",
    "eye",
    "fill",
    "float16",
    "float32",
    "float64",
    "floor",
    "foldl",
    "foldr",
    "function",
    "gather",
    "gather_nd",
    "get_logger",
    "get_static_value",
    "grad_pass_through",
    "gradients",
    "greater",
    "greater_equal",
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
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "map_fn",
    "math",
    "matmul",
    "maximum",
    "meshgrid",
    "minimum",
    "multiply",
    "name_scope",
    "negative",
    "nest",
    "newaxis",
    "nn",
    "no_gradient",
    "no_op",
    "norm",
    "not_equal",
    "numpy_function",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "pow",
    "print",
    "py_function",
    "random",
    "range",
    "rank",
    "raw_ops",
    "recompute_grad",
    "reduce_all",
    "reduce_any",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "repeat",
    "reshape",
    "reverse",
    "reverse_sequence",
    "roll",
    "round",
    "saturate_cast",
    "scalar_mul",
    "scan",
    "scatter_nd",
    "searchsorted",
    "sequence_mask",
    "shape",
    "shape_n",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "size",
    "slice",
    "snippet",
    "sort",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "string",
    "strings",
    "subtract",
    "switch_case",
    "tan",
    "tanh",
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
    "tensordot",
    "test",
    "tile",
    "transpose",
    "truediv",
    "tuple",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "unique",
    "unique_with_counts",
    "unstack",
    "vectorized_map",
    "where",
    "while_loop",
    "zeros",
    "zeros_like",
]
