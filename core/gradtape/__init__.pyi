"""The public names, for type checkers: written by `make stubs` from `exports.py`."""

from gradtape import autodiff as autodiff
from gradtape import autograph as autograph
from gradtape import bitwise as bitwise
from gradtape import compat as compat
from gradtape import config as config
from gradtape import data as data
from gradtape import debugging as debugging
from gradtape import dtypes as dtypes
from gradtape import errors as errors
from gradtape import image as image
from gradtape import io as io
from gradtape import keras as keras
from gradtape import linalg as linalg
from gradtape import lookup as lookup
from gradtape import math as math
from gradtape import nest as nest
from gradtape import nn as nn
from gradtape import queue as queue
from gradtape import ragged as ragged
from gradtape import random as random
from gradtape import raw_ops as raw_ops
from gradtape import saved_model as saved_model
from gradtape import signal as signal
from gradtape import snippet as snippet
from gradtape import sparse as sparse
from gradtape import strings as strings
from gradtape import summary as summary
from gradtape import sysconfig as sysconfig
from gradtape import test as test
from gradtape import train as train
from gradtape import version as version
from gradtape.autodiff.custom_gradients import RegisterGradient as RegisterGradient
from gradtape.autodiff.custom_gradients import custom_gradient as custom_gradient
from gradtape.autodiff.custom_gradients import no_gradient as no_gradient
from gradtape.autodiff.custom_gradients import recompute_grad as recompute_grad
from gradtape.autodiff.function_gradients import gradients as gradients
from gradtape.autodiff.function_gradients import hessians as hessians
from gradtape.autodiff.tape import GradientTape as GradientTape
from gradtape.autodiff.targets import UnconnectedGradients as UnconnectedGradients
from gradtape.config import device as device
from gradtape.config import executing_eagerly as executing_eagerly
from gradtape.dtypes import DType as DType
from gradtape.dtypes import as_dtype as as_dtype
from gradtape.dtypes import bfloat16 as bfloat16
from gradtape.dtypes import bool_ as bool
from gradtape.dtypes import complex128 as complex128
from gradtape.dtypes import complex64 as complex64
from gradtape.dtypes import double as double
from gradtape.dtypes import float16 as float16
from gradtape.dtypes import float32 as float32
from gradtape.dtypes import float64 as float64
from gradtape.dtypes import half as half
from gradtape.dtypes import int16 as int16
from gradtape.dtypes import int32 as int32
from gradtape.dtypes import int64 as int64
from gradtape.dtypes import int8 as int8
from gradtape.dtypes import string as string
from gradtape.dtypes import uint16 as uint16
from gradtape.dtypes import uint32 as uint32
from gradtape.dtypes import uint64 as uint64
from gradtape.dtypes import uint8 as uint8
from gradtape.functions.array.arranging import meshgrid as meshgrid
from gradtape.functions.array.arranging import pad as pad
from gradtape.functions.array.arranging import repeat as repeat
from gradtape.functions.array.arranging import reverse as reverse
from gradtape.functions.array.arranging import reverse_sequence as reverse_sequence
from gradtape.functions.array.arranging import roll as roll
from gradtape.functions.array.arranging import tile as tile
from gradtape.functions.array.casting import cast as cast
from gradtape.functions.array.casting import saturate_cast as saturate_cast
from gradtape.functions.array.creation import eye as eye
from gradtape.functions.array.creation import fill as fill
from gradtape.functions.array.creation import linspace as linspace
from gradtape.functions.array.creation import one_hot as one_hot
from gradtape.functions.array.creation import ones as ones
from gradtape.functions.array.creation import ones_like as ones_like
from gradtape.functions.array.creation import range as range
from gradtape.functions.array.creation import sequence_mask as sequence_mask
from gradtape.functions.array.creation import zeros as zeros
from gradtape.functions.array.creation import zeros_like as zeros_like
from gradtape.functions.array.indexing import strided_slice as strided_slice
from gradtape.functions.array.joining import concat as concat
from gradtape.functions.array.joining import dynamic_partition as dynamic_partition
from gradtape.functions.array.joining import dynamic_stitch as dynamic_stitch
from gradtape.functions.array.joining import identity_n as identity_n
from gradtape.functions.array.joining import split as split
from gradtape.functions.array.joining import stack as stack
from gradtape.functions.array.joining import unstack as unstack
from gradtape.functions.array.ordering import argsort as argsort
from gradtape.functions.array.ordering import searchsorted as searchsorted
from gradtape.functions.array.ordering import sort as sort
from gradtape.functions.array.ordering import unique as unique
from gradtape.functions.array.ordering import unique_with_counts as unique_with_counts
from gradtape.functions.array.passing import control_dependencies as control_dependencies
from gradtape.functions.array.passing import get_static_value as get_static_value
from gradtape.functions.array.passing import grad_pass_through as grad_pass_through
from gradtape.functions.array.passing import group as group
from gradtape.functions.array.passing import guarantee_const as guarantee_const
from gradtape.functions.array.passing import identity as identity
from gradtape.functions.array.passing import is_tensor as is_tensor
from gradtape.functions.array.passing import no_op as no_op
from gradtape.functions.array.passing import stop_gradient as stop_gradient
from gradtape.functions.array.passing import tuple_ as tuple
from gradtape.functions.array.scattering import scatter_nd as scatter_nd
from gradtape.functions.array.scattering import tensor_scatter_nd_add as tensor_scatter_nd_add
from gradtape.functions.array.scattering import tensor_scatter_nd_max as tensor_scatter_nd_max
from gradtape.functions.array.scattering import tensor_scatter_nd_min as tensor_scatter_nd_min
from gradtape.functions.array.scattering import tensor_scatter_nd_sub as tensor_scatter_nd_sub
from gradtape.functions.array.scattering import tensor_scatter_nd_update as tensor_scatter_nd_update
from gradtape.functions.array.selection import boolean_mask as boolean_mask
from gradtape.functions.array.selection import gather as gather
from gradtape.functions.array.selection import gather_nd as gather_nd
from gradtape.functions.array.selection import slice as slice
from gradtape.functions.array.selection import where as where
from gradtape.functions.array.shaping import bitcast as bitcast
from gradtape.functions.array.shaping import broadcast_dynamic_shape as broadcast_dynamic_shape
from gradtape.functions.array.shaping import broadcast_static_shape as broadcast_static_shape
from gradtape.functions.array.shaping import broadcast_to as broadcast_to
from gradtape.functions.array.shaping import ensure_shape as ensure_shape
from gradtape.functions.array.shaping import expand_dims as expand_dims
from gradtape.functions.array.shaping import rank as rank
from gradtape.functions.array.shaping import reshape as reshape
from gradtape.functions.array.shaping import shape as shape
from gradtape.functions.array.shaping import shape_n as shape_n
from gradtape.functions.array.shaping import size as size
from gradtape.functions.array.shaping import squeeze as squeeze
from gradtape.functions.array.shaping import transpose as transpose
from gradtape.functions.control.control_flow import assert_ as Assert
from gradtape.functions.control.control_flow import case as case
from gradtape.functions.control.control_flow import cond as cond
from gradtape.functions.control.control_flow import switch_case as switch_case
from gradtape.functions.control.control_flow import while_loop as while_loop
from gradtape.functions.control.mapping import foldl as foldl
from gradtape.functions.control.mapping import foldr as foldr
from gradtape.functions.control.mapping import map_fn as map_fn
from gradtape.functions.control.mapping import scan as scan
from gradtape.functions.control.printing import print_ as print
from gradtape.functions.control.python_calls import numpy_function as numpy_function
from gradtape.functions.control.python_calls import py_function as py_function
from gradtape.functions.control.scopes import init_scope as init_scope
from gradtape.functions.control.specs import TensorSpec as TensorSpec
from gradtape.functions.control.tensor_array import TensorArray as TensorArray
from gradtape.functions.control.vectorizing import vectorized_map as vectorized_map
from gradtape.functions.linalg.norms import norm as norm
from gradtape.functions.linalg.products import einsum as einsum
from gradtape.functions.linalg.products import matmul as matmul
from gradtape.functions.linalg.products import tensordot as tensordot
from gradtape.functions.math.arithmetic import abs as abs
from gradtape.functions.math.arithmetic import add as add
from gradtape.functions.math.arithmetic import add_n as add_n
from gradtape.functions.math.arithmetic import divide as divide
from gradtape.functions.math.arithmetic import floor as floor
from gradtape.functions.math.arithmetic import maximum as maximum
from gradtape.functions.math.arithmetic import minimum as minimum
from gradtape.functions.math.arithmetic import multiply as multiply
from gradtape.functions.math.arithmetic import negative as negative
from gradtape.functions.math.arithmetic import pow as pow
from gradtape.functions.math.arithmetic import round as round
from gradtape.functions.math.arithmetic import scalar_mul as scalar_mul
from gradtape.functions.math.arithmetic import sign as sign
from gradtape.functions.math.arithmetic import sqrt as sqrt
from gradtape.functions.math.arithmetic import square as square
from gradtape.functions.math.arithmetic import subtract as subtract
from gradtape.functions.math.arithmetic import truediv as truediv
from gradtape.functions.math.clipping import clip_by_global_norm as clip_by_global_norm
from gradtape.functions.math.clipping import clip_by_norm as clip_by_norm
from gradtape.functions.math.clipping import clip_by_value as clip_by_value
from gradtape.functions.math.comparison import equal as equal
from gradtape.functions.math.comparison import greater as greater
from gradtape.functions.math.comparison import greater_equal as greater_equal
from gradtape.functions.math.comparison import less as less
from gradtape.functions.math.comparison import less_equal as less_equal
from gradtape.functions.math.comparison import logical_and as logical_and
from gradtape.functions.math.comparison import logical_not as logical_not
from gradtape.functions.math.comparison import logical_or as logical_or
from gradtape.functions.math.comparison import not_equal as not_equal
from gradtape.functions.math.complex_numbers import complex as complex
from gradtape.functions.math.elementary import acos as acos
from gradtape.functions.math.elementary import acosh as acosh
from gradtape.functions.math.elementary import asin as asin
from gradtape.functions.math.elementary import asinh as asinh
from gradtape.functions.math.elementary import atan as atan
from gradtape.functions.math.elementary import atan2 as atan2
from gradtape.functions.math.elementary import atanh as atanh
from gradtape.functions.math.elementary import cos as cos
from gradtape.functions.math.elementary import cosh as cosh
from gradtape.functions.math.elementary import exp as exp
from gradtape.functions.math.elementary import sigmoid as sigmoid
from gradtape.functions.math.elementary import sin as sin
from gradtape.functions.math.elementary import sinh as sinh
from gradtape.functions.math.elementary import tan as tan
from gradtape.functions.math.elementary import tanh as tanh
from gradtape.functions.math.reductions import argmax as argmax
from gradtape.functions.math.reductions import argmin as argmin
from gradtape.functions.math.reductions import reduce_all as reduce_all
from gradtape.functions.math.reductions import reduce_any as reduce_any
from gradtape.functions.math.reductions import reduce_logsumexp as reduce_logsumexp
from gradtape.functions.math.reductions import reduce_max as reduce_max
from gradtape.functions.math.reductions import reduce_mean as reduce_mean
from gradtape.functions.math.reductions import reduce_min as reduce_min
from gradtape.functions.math.reductions import reduce_prod as reduce_prod
from gradtape.functions.math.reductions import reduce_sum as reduce_sum
from gradtape.functions.math.scans import cumsum as cumsum
from gradtape.functions.nn.initializers import (
    random_normal_initializer as random_normal_initializer,
)
from gradtape.functions.nn.initializers import (
    random_uniform_initializer as random_uniform_initializer,
)
from gradtape.functions.nn.initializers import constant_initializer as constant_initializer
from gradtape.functions.nn.initializers import ones_initializer as ones_initializer
from gradtape.functions.nn.initializers import zeros_initializer as zeros_initializer
from gradtape.functions.sparse.places import SparseTensorSpec as SparseTensorSpec
from gradtape.functions.strings.text import as_string as as_string
from gradtape.keras import initializers as initializers
from gradtape.keras import losses as losses
from gradtape.keras import metrics as metrics
from gradtape.keras import optimizers as optimizers
from gradtape.module import Module as Module
from gradtape.runtime.logger import get_logger as get_logger
from gradtape.tensors.constants import constant as constant
from gradtape.tensors.constants import convert_to_tensor as convert_to_tensor
from gradtape.tensors.indexed_slices import IndexedSlices as IndexedSlices
from gradtape.tensors.name_scope import name_scope as name_scope
from gradtape.tensors.ragged_tensor import RaggedTensor as RaggedTensor
from gradtape.tensors.shape import TensorShape as TensorShape
from gradtape.tensors.sparse_tensor import SparseTensor as SparseTensor
from gradtape.tensors.tensor import Tensor as Tensor
from gradtape.tensors.variable import Variable as Variable
from gradtape.tensors.variable_options import VariableAggregation as VariableAggregation
from gradtape.tensors.variable_options import VariableSynchronization as VariableSynchronization
from gradtape.tracing.function import function as function

__version__: str
newaxis: None

__all__ = [
    "Assert",
    "DType",
    "GradientTape",
    "IndexedSlices",
    "Module",
    "RaggedTensor",
    "RegisterGradient",
    "SparseTensor",
    "SparseTensorSpec",
    "Tensor",
    "TensorArray",
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
    "autograph",
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
    "compat",
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
    "init_scope",
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
    "lookup",
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
    "queue",
    "ragged",
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
    "saved_model",
    "scalar_mul",
    "scan",
    "scatter_nd",
    "searchsorted",
    "sequence_mask",
    "shape",
    "shape_n",
    "sigmoid",
    "sign",
    "signal",
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
    "summary",
    "switch_case",
    "sysconfig",
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
