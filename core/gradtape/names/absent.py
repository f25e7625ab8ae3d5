"""Names that TensorFlow, Keras and its like have and gradtape has not: what to write instead.

A table is namespace → {advice: the names that it is for}; `REST` is for any other name of a
namespace. A name that exists is never looked up here, so an entry that has come true does no harm.
"""

from __future__ import annotations

Table = dict[str, str]

_EAGER = "values are there at once: leave graphs and sessions out"
_RAGGED = "pad to one length with tf.pad, and mask with tf.sequence_mask"
_SPARSE = "use tf.gather and tf.math.unsorted_segment_sum, or tf.IndexedSlices"
_ALONE = "leave it out: gradtape runs in one process"
_EIG = "use tf.linalg.eigh and tf.linalg.eigvalsh, for symmetric matrices"
_OPERATOR = "use the matrix itself: tf.linalg.matmul, tf.linalg.solve, tf.linalg.diag"
_NUMPY_IMAGES = "decode with Pillow or imageio, and use tf.convert_to_tensor on the array"
_AUGMENT = "draw with tf.random.uniform and change the images with the functions of tf.image"
_LAYER = "subclass tf.keras.layers.Layer and write call() with tf functions"
_SAMPLER = (
    "use tf.random.log_uniform_candidate_sampler, or draw classes by tf.random.categorical and "
    "pass them as sampled_values"
)
_TEXT = "prepare the text in Python, and give the model integers"

ABSENT: dict[str, Table] = {
    "tf": {
        _EAGER: "Graph Operation Session InteractiveSession placeholder "
        "global_variables_initializer "
        "local_variables_initializer import_graph_def graph_util init_scope inside_function "
        "get_default_graph reset_default_graph ConfigProto autograph is_symbolic_tensor "
        "disable_eager_execution enable_eager_execution variable_scope",
        _ALONE: "distribute dtensor DeviceSpec VariableAggregation VariableSynchronization "
        "AggregationMethod CriticalSection",
        _RAGGED: "RaggedTensor RaggedTensorSpec ragged ragged_fill_empty_rows "
        "ragged_fill_empty_rows_grad",
        _SPARSE: "SparseTensor SparseTensorSpec sparse sets IndexedSlicesSpec",
        _EIG: "eig eigvals",
        "collect tensors in a Python list, and use tf.stack": "TensorArray TensorArraySpec",
        "use tf.Tensor and tf.Variable": "types",
        "use tf.TensorSpec": "TypeSpec NoneTensorSpec OptionalSpec type_spec_from_value",
        "use tf.Variable": "get_variable",
        "use tf.GradientTape": "gradients grad hessians",
        "use tf.constant": "array tensor make_ndarray make_tensor_proto",
        "use tf.convert_to_tensor": "asarray register_tensor_conversion_function",
        "use tf.range": "arange",
        "use tf.concat": "cat concatenate",
        "use tf.linalg.inv": "inverse matrix_inverse",
        "use tf.linalg.norm": "l2_norm",
        "compute outside the tape, or in a block of tape.stop_recording()": "no_grad",
        "use tf.keras.initializers": "initializers constant_initializer ones_initializer "
        "zeros_initializer random_normal_initializer random_uniform_initializer",
        "use tf.math.divide": "realdiv truncatediv truncatemod",
        "use gradtape.__version__": "version",
        "use Python's own time and tracing": "timestamp profiler",
        "use numpy.unravel_index on tensor.numpy()": "unravel_index",
        "gradtape runs on CPUs, and on GPUs by WebGPU": "tpu xla load_library load_op_library",
        "use tf.int8 or tf.uint8": "qint8 qint16 qint32 quint8 quint16 quantization",
        "use Python's own queue, open and dict": "queue io lookup resource",
        "use tf.transpose and tf.reshape": "batch_to_space space_to_batch space_to_batch_nd "
        "required_space_to_batch_paddings extract_volume_patches",
        "use tf.signal": "fft ifft rfft irfft fft2d ifft2d fft3d ifft3d fftnd ifftnd "
        "rfftnd irfftnd spectral",
        "use tf.math.top_k": "approx_top_k",
        "use numpy.histogram on tensor.numpy()": "histogram_fixed_width histogram_fixed_width_bins",
        "use tf.linalg.cholesky, or tf.linalg.eigh": "matrix_square_root",
    },
    "linalg": {
        _EIG: "eig eigvals eigh_tridiagonal",
        "use tf.linalg.eigh: v * f(w) @ v.T gives a function of a symmetric matrix": "expm logm "
        "sqrtm matrix_exponential",
        "use tf.linalg.solve, or tf.linalg.qr": "lu lu_solve lu_reconstruct lu_matrix_inverse "
        "tridiagonal_solve banded_triangular_solve",
        "use tf.linalg.matmul": "tridiagonal_matmul dot mm bmm",
        "count the singular values: tf.linalg.svd(m, compute_uv=False)": "matrix_rank cond",
        "use tf.linalg.inv": "inverse",
        "divide by tf.norm(x), or use tf.math.l2_normalize": "normalize",
        "use tf.linalg.solve with the matrix itself": "experimental",
        _OPERATOR: " ".join(
            f"LinearOperator{kind}"
            for kind in (
                "",
                *("Adjoint", "BlockDiag", "BlockLowerTriangular", "Circulant", "Circulant2D"),
                *("Circulant3D", "Composition", "Diag", "FullMatrix", "Householder", "Identity"),
                *("Inversion", "Kronecker", "LowRankUpdate", "LowerTriangular", "Permutation"),
                *("ScaledIdentity", "Toeplitz", "Tridiag", "Zeros"),
            )
        ),
    },
    "keras": {
        "there are no pre-trained networks here": "applications",
        "pass dtype= to the layers": "FloatDTypePolicy dtype_policies",
        "use tf.nest": "tree",
        "use gradtape.__version__": "version",
    },
    "keras.layers": {
        _AUGMENT: "AugMix AutoContrast CutMix Equalization MixUp RandAugment Solarization",
        "use tf.strings.join and tf.keras.layers.Hashing": "HashedCrossing",
    },
    "keras.optimizers": {
        "use tf.keras.optimizers.get": "deserialize",
        "use optimizer.get_config()": "serialize",
    },
    "keras.backend": {
        "use tf.random.normal and tf.Variable": "random_normal_variable",
        "use tf.random.uniform and tf.Variable": "random_uniform_variable",
        "use tf.GradientTape": "gradients",
        "write a plain function: values are there at once": "function placeholder",
        "call the model with training=True or training=False": "learning_phase set_learning_phase",
        "write a loop over tf.unstack, or use tf.map_fn": "rnn foldl foldr",
        "use tf.pad": "spatial_3d_padding",
        "use tf.repeat": "resize_volumes",
    },
    "image": {
        _NUMPY_IMAGES: "decode_and_crop_jpeg decode_bmp decode_gif decode_image decode_jpeg "
        "decode_jxl decode_png decode_webp encode_jpeg encode_png extract_jpeg_shape is_jpeg",
        "use slices: x[:, top : top + height, left : left + width]": "extract_glimpse "
        "extract_patches random_crop stateless_random_crop",
        "use tf.pad, or tf.image.resize": "resize_with_pad",
        "use tf.matmul with the colours' 3 × 3 matrix": "rgb_to_yiq rgb_to_yuv yiq_to_rgb "
        "yuv_to_rgb rgb_to_hsv hsv_to_rgb",
        "use tf.nn.conv2d with the filter": "sobel_edges",
    },
    "nn": {
        "use tf.math.in_top_k": "in_top_k",
        "use 1 - tf.math.count_nonzero(x) / tf.size(x)": "zero_fraction",
        "use tf.nn.conv2d with dilations=": "atrous_conv2d atrous_conv2d_transpose "
        "with_space_to_batch",
        "use tf.nn.max_pool2d": "dilation2d erosion2d fractional_max_pool max_pool_with_argmax",
        "use tf.nn.avg_pool2d": "fractional_avg_pool",
        "use tf.nn.moments": "normalize_moments sufficient_statistics",
        "use tf.nn.batch_normalization": "batch_norm_with_global_normalization lrn "
        "local_response_normalization",
        "use tf.gather and tf.math.segment_sum": "embedding_lookup_sparse "
        "safe_embedding_lookup_sparse",
        "use tf.reduce_mean of the losses": "compute_average_loss scale_regularization_loss",
        _SAMPLER: "fixed_unigram_candidate_sampler learned_unigram_candidate_sampler",
        "use tf.math.top_k": "approx_max_k approx_min_k",
    },
    "math": {"use tf.math.top_k": "approx_max_k approx_min_k"},
    "random": {
        _SAMPLER: "fixed_unigram_candidate_sampler learned_unigram_candidate_sampler",
        "use NumPy's Generator.gamma, which has no gradient": "gamma stateless_gamma",
        "use NumPy's Generator.poisson": "poisson stateless_poisson",
        "sum tf.cast(tf.random.stateless_uniform(...) < p, tf.int32)": "stateless_binomial",
        "use tf.random.stateless_truncated_normal": "stateless_parameterized_truncated_normal",
    },
}

#: namespace → (pattern, advice), for whole families of names
PATTERNS: dict[str, list[tuple[str, str]]] = {
    "keras.layers": [
        (r"Random\w+", _AUGMENT),
    ],
    "image": [(r"(stateless_)?(random|sample)_\w+", _AUGMENT)],
    "linalg": [(r"LinearOperator\w+", _OPERATOR)],
}

_METRIC = "compute it with tf functions from labels and predictions, and use tf.keras.metrics.Mean"

#: namespace → what helps with any other name
REST = {
    "keras.activations": "write a function with tf functions: any callable is an activation",
    "keras.backend": "use the function of the same meaning in tf, tf.math or tf.nn",
    "keras.constraints": "write a function of the weights: any callable is a constraint",
    "keras.initializers": "write a function of shape and dtype: any callable is an initializer",
    "keras.layers": _LAYER,
    "keras.losses": "write a function of (y_true, y_pred): any callable is a loss",
    "keras.metrics": _METRIC,
    "keras.models": "use tf.keras.Sequential, or subclass tf.keras.Model",
    "keras.ops": "use the functions of gradtape itself: tf.matmul, tf.nn.relu",
    "keras.optimizers": "use tf.keras.optimizers.Adam or SGD, or subclass tf.keras.Optimizer",
    "keras.regularizers": "write a function of the weights: any callable is a regularizer",
    "keras.utils": "use NumPy and Python's standard library",
    "keras": "write it with tf.keras.layers, tf.keras.losses and a loop around tf.GradientTape",
    "linalg": "write it with tf.linalg.solve, tf.linalg.eigh, tf.linalg.svd and tf.linalg.matmul",
    "math": "write it with the functions of tf.math; where a value alone is wanted, scipy.special "
    "takes x.numpy()",
    "nn": "write it with the functions of tf.nn and tf.math",
    "random": "use NumPy's Generator; its numbers carry no gradient",
    "image": "write it with tf.nn.conv2d, tf.image.resize and slices",
    "strings": "use Python's own str and re before tf.constant",
    "test": "use pytest, with numpy.testing.assert_allclose",
    "config": "leave it out: there is nothing to set here",
}


def advice(namespace: str, name: str) -> str | None:
    """What to write instead of a name of a namespace ("tf", "linalg", "keras.layers")."""
    for text, names in ABSENT.get(namespace, {}).items():
        if name in names.split():
            return text
    return None
