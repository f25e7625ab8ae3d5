"""The public names, for type checkers: written by `make stubs` from `exports.py`."""

from gradtape import autodiff
from gradtape import bitwise
from gradtape import config
from gradtape import data
from gradtape import debugging
from gradtape import dtypes
from gradtape import errors
from gradtape import image
from gradtape import io
from gradtape import keras
from gradtape import linalg
from gradtape import math
from gradtape import nest
from gradtape import nn
from gradtape import random
from gradtape import raw_ops
from gradtape import snippet
from gradtape import sparse
from gradtape import strings
from gradtape import test
from gradtape import train
from gradtape import version
from gradtape.autodiff.custom_gradients import RegisterGradient
from gradtape.autodiff.custom_gradients import custom_gradient
from gradtape.autodiff.custom_gradients import no_gradient
from gradtape.autodiff.custom_gradients import recompute_grad
from gradtape.autodiff.function_gradients import gradients
from gradtape.autodiff.function_gradients import hessians
from gradtape.autodiff.tape import GradientTape
from gradtape.autodiff.unconnected import UnconnectedGradients
from gradtape.config import device
from gradtape.config import executing_eagerly
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
from gradtape.functions.array.arranging import meshgrid
from gradtape.functions.array.arranging import pad
from gradtape.functions.array.arranging import repeat
from gradtape.functions.array.arranging import reverse
from gradtape.functions.array.arranging import reverse_sequence
from gradtape.functions.array.arranging import roll
from gradtape.functions.array.arranging import tile
from gradtape.functions.array.casting import cast
from gradtape.functions.array.casting import saturate_cast
from gradtape.functions.array.creation import eye
from gradtape.functions.array.creation import fill
from gradtape.functions.array.creation import linspace
from gradtape.functions.array.creation import one_hot
from gradtape.functions.array.creation import ones
from gradtape.functions.array.creation import ones_like
from gradtape.functions.array.creation import range
from gradtape.functions.array.creation import sequence_mask
from gradtape.functions.array.creation import zeros
from gradtape.functions.array.creation import zeros_like
from gradtape.functions.array.indexing import strided_slice
from gradtape.functions.array.joining import concat
from gradtape.functions.array.joining import dynamic_partition
from gradtape.functions.array.joining import dynamic_stitch
from gradtape.functions.array.joining import identity_n
from gradtape.functions.array.joining import split
from gradtape.functions.array.joining import stack
from gradtape.functions.array.joining import unstack
from gradtape.functions.array.ordering import argsort
from gradtape.functions.array.ordering import searchsorted
from gradtape.functions.array.ordering import sort
from gradtape.functions.array.ordering import unique
from gradtape.functions.array.ordering import unique_with_counts
from gradtape.functions.array.passing import control_dependencies
from gradtape.functions.array.passing import get_static_value
from gradtape.functions.array.passing import grad_pass_through
from gradtape.functions.array.passing import group
from gradtape.functions.array.passing import guarantee_const
from gradtape.functions.array.passing import identity
from gradtape.functions.array.passing import is_tensor
from gradtape.functions.array.passing import no_op
from gradtape.functions.array.passing import stop_gradient
from gradtape.functions.array.passing import tuple_ as tuple
from gradtape.functions.array.scattering import scatter_nd
from gradtape.functions.array.scattering import tensor_scatter_nd_add
from gradtape.functions.array.scattering import tensor_scatter_nd_max
from gradtape.functions.array.scattering import tensor_scatter_nd_min
from gradtape.functions.array.scattering import tensor_scatter_nd_sub
from gradtape.functions.array.scattering import tensor_scatter_nd_update
from gradtape.functions.array.selection import boolean_mask
from gradtape.functions.array.selection import gather
from gradtape.functions.array.selection import gather_nd
from gradtape.functions.array.selection import slice
from gradtape.functions.array.selection import where
from gradtape.functions.array.shaping import bitcast
from gradtape.functions.array.shaping import broadcast_dynamic_shape
from gradtape.functions.array.shaping import broadcast_static_shape
from gradtape.functions.array.shaping import broadcast_to
from gradtape.functions.array.shaping import ensure_shape
from gradtape.functions.array.shaping import expand_dims
from gradtape.functions.array.shaping import rank
from gradtape.functions.array.shaping import reshape
from gradtape.functions.array.shaping import shape
from gradtape.functions.array.shaping import shape_n
from gradtape.functions.array.shaping import size
from gradtape.functions.array.shaping import squeeze
from gradtape.functions.array.shaping import transpose
from gradtape.functions.control.control_flow import assert_ as Assert
from gradtape.functions.control.control_flow import case
from gradtape.functions.control.control_flow import cond
from gradtape.functions.control.control_flow import switch_case
from gradtape.functions.control.control_flow import while_loop
from gradtape.functions.control.mapping import foldl
from gradtape.functions.control.mapping import foldr
from gradtape.functions.control.mapping import map_fn
from gradtape.functions.control.mapping import scan
from gradtape.functions.control.printing import print_ as print
from gradtape.functions.control.python_calls import numpy_function
from gradtape.functions.control.python_calls import py_function
from gradtape.functions.control.tracing import TensorSpec
from gradtape.functions.control.tracing import function
from gradtape.functions.control.vectorizing import vectorized_map
from gradtape.functions.linalg.norms import norm
from gradtape.functions.linalg.products import einsum
from gradtape.functions.linalg.products import matmul
from gradtape.functions.linalg.products import tensordot
from gradtape.functions.math.arithmetic import abs
from gradtape.functions.math.arithmetic import add
from gradtape.functions.math.arithmetic import add_n
from gradtape.functions.math.arithmetic import divide
from gradtape.functions.math.arithmetic import floor
from gradtape.functions.math.arithmetic import maximum
from gradtape.functions.math.arithmetic import minimum
from gradtape.functions.math.arithmetic import multiply
from gradtape.functions.math.arithmetic import negative
from gradtape.functions.math.arithmetic import pow
from gradtape.functions.math.arithmetic import round
from gradtape.functions.math.arithmetic import scalar_mul
from gradtape.functions.math.arithmetic import sign
from gradtape.functions.math.arithmetic import sqrt
from gradtape.functions.math.arithmetic import square
from gradtape.functions.math.arithmetic import subtract
from gradtape.functions.math.arithmetic import truediv
from gradtape.functions.math.clipping import clip_by_global_norm
from gradtape.functions.math.clipping import clip_by_norm
from gradtape.functions.math.clipping import clip_by_value
from gradtape.functions.math.comparison import equal
from gradtape.functions.math.comparison import greater
from gradtape.functions.math.comparison import greater_equal
from gradtape.functions.math.comparison import less
from gradtape.functions.math.comparison import less_equal
from gradtape.functions.math.comparison import logical_and
from gradtape.functions.math.comparison import logical_not
from gradtape.functions.math.comparison import logical_or
from gradtape.functions.math.comparison import not_equal
from gradtape.functions.math.complex_numbers import complex
from gradtape.functions.math.elementary import acos
from gradtape.functions.math.elementary import acosh
from gradtape.functions.math.elementary import asin
from gradtape.functions.math.elementary import asinh
from gradtape.functions.math.elementary import atan
from gradtape.functions.math.elementary import atan2
from gradtape.functions.math.elementary import atanh
from gradtape.functions.math.elementary import cos
from gradtape.functions.math.elementary import cosh
from gradtape.functions.math.elementary import exp
from gradtape.functions.math.elementary import sigmoid
from gradtape.functions.math.elementary import sin
from gradtape.functions.math.elementary import sinh
from gradtape.functions.math.elementary import tan
from gradtape.functions.math.elementary import tanh
from gradtape.functions.math.reductions import argmax
from gradtape.functions.math.reductions import argmin
from gradtape.functions.math.reductions import reduce_all
from gradtape.functions.math.reductions import reduce_any
from gradtape.functions.math.reductions import reduce_logsumexp
from gradtape.functions.math.reductions import reduce_max
from gradtape.functions.math.reductions import reduce_mean
from gradtape.functions.math.reductions import reduce_min
from gradtape.functions.math.reductions import reduce_prod
from gradtape.functions.math.reductions import reduce_sum
from gradtape.functions.math.scans import cumsum
from gradtape.functions.nn.initializers import constant_initializer
from gradtape.functions.nn.initializers import ones_initializer
from gradtape.functions.nn.initializers import random_normal_initializer
from gradtape.functions.nn.initializers import random_uniform_initializer
from gradtape.functions.nn.initializers import zeros_initializer
from gradtape.functions.sparse.places import SparseTensorSpec
from gradtape.functions.strings.text import as_string
from gradtape.keras import initializers
from gradtape.keras import losses
from gradtape.keras import metrics
from gradtape.keras import optimizers
from gradtape.module import Module
from gradtape.runtime.logger import get_logger
from gradtape.tensors.constants import constant
from gradtape.tensors.constants import convert_to_tensor
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.name_scope import name_scope
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.sparse_tensor import SparseTensor
from gradtape.tensors.tensor import Tensor
from gradtape.tensors.variable import Variable
from gradtape.tensors.variable_options import VariableAggregation
from gradtape.tensors.variable_options import VariableSynchronization

__version__: str
newaxis: None

__all__ = [
    "Assert",
    "DType",
    "GradientTape",
    "IndexedSlices",
    "Module",
    "RegisterGradient",
    "SparseTensor",
    "SparseTensorSpec",
    "Tensor",
    "TensorShape",
    "TensorSpec",
    "UnconnectedGradients",
    "Variable",
    "VariableAggregation",
    "VariableSynchronization",
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
    "constant_initializer",
    "control_dependencies",
    "convert_to_tensor",
    "cos",
    "cosh",
    "cumsum",
    "custom_gradient",
    "data",
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
    "initializers",
    "int16",
    "int32",
    "int64",
    "int8",
    "io",
    "is_tensor",
    "keras",
    "less",
    "less_equal",
    "linalg",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "losses",
    "map_fn",
    "math",
    "matmul",
    "maximum",
    "meshgrid",
    "metrics",
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
    "ones_initializer",
    "ones_like",
    "optimizers",
    "pad",
    "pow",
    "print",
    "py_function",
    "random",
    "random_normal_initializer",
    "random_uniform_initializer",
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
    "sparse",
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
    "train",
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
    "version",
    "where",
    "while_loop",
    "zeros",
    "zeros_initializer",
    "zeros_like",
]
