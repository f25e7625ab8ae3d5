"""Where every public name of `gradtape` lives: name → module, or module:attribute.

`gradtape.__getattr__` resolves a name on first use, so that `import gradtape` stays quick. Names
that TensorFlow has and gradtape has not are in `ABSENT`, with the nearest thing that exists.
"""

from __future__ import annotations

EXPORTS: dict[str, str] = {
    "DType": "gradtape.dtypes",
    "GradientTape": "gradtape.tape",
    "IndexedSlices": "gradtape.indexed_slices",
    "Module": "gradtape.module",
    "RegisterGradient": "gradtape.custom",
    "Tensor": "gradtape.tensor",
    "TensorShape": "gradtape.shape",
    "UnconnectedGradients": "gradtape.unconnected",
    "Variable": "gradtape.variable",
    "as_dtype": "gradtape.dtypes",
    "bfloat16": "gradtape.dtypes",
    "bool": "gradtape.dtypes:bool_",
    "complex128": "gradtape.dtypes",
    "complex64": "gradtape.dtypes",
    "constant": "gradtape.conversion",
    "convert_to_tensor": "gradtape.conversion",
    "custom_gradient": "gradtape.custom",
    "device": "gradtape.config",
    "double": "gradtape.dtypes",
    "executing_eagerly": "gradtape.config",
    "float16": "gradtape.dtypes",
    "float32": "gradtape.dtypes",
    "float64": "gradtape.dtypes",
    "get_logger": "gradtape.logs",
    "gradients": "gradtape.custom",
    "half": "gradtape.dtypes",
    "hessians": "gradtape.custom",
    "int16": "gradtape.dtypes",
    "int32": "gradtape.dtypes",
    "int64": "gradtape.dtypes",
    "int8": "gradtape.dtypes",
    "name_scope": "gradtape.module",
    "no_gradient": "gradtape.custom",
    "recompute_grad": "gradtape.custom",
    "string": "gradtape.dtypes",
    "uint16": "gradtape.dtypes",
    "uint32": "gradtape.dtypes",
    "uint64": "gradtape.dtypes",
    "uint8": "gradtape.dtypes",
}

#: Namespaces: attribute of `gradtape` → module.
NAMESPACES: dict[str, str] = {
    "autodiff": "gradtape.autodiff",
    "config": "gradtape.config",
    "debugging": "gradtape.debugging",
    "dtypes": "gradtape.dtypes",
    "errors": "gradtape.errors",
    "image": "gradtape.image",
    "keras": "gradtape.keras",
    "linalg": "gradtape.linalg",
    "math": "gradtape.math",
    "nest": "gradtape.nest",
    "nn": "gradtape.nn",
    "random": "gradtape.random",
    "raw_ops": "gradtape.raw_ops",
    "snippet": "gradtape.snippet",
    "strings": "gradtape.strings",
    "test": "gradtape.test",
}

#: What TensorFlow has and gradtape has not → what comes nearest.
ABSENT: dict[str, str] = {
    "compat": "gradtape has TensorFlow 2's interface alone",
    "data": "loop over NumPy arrays: for i in range(0, len(x), batch): x[i : i + batch]",
    "distribute": "gradtape runs in one process",
    "estimator": "use tf.keras.Sequential and a tf.GradientTape loop",
    "io": "use Python's own open(), and tf.convert_to_tensor",
    "lite": "nothing comes near",
    "lookup": "use a Python dict",
    "queue": "use Python's queue module (queues stop gradients in TensorFlow too)",
    "ragged": "pad to one length with tf.pad, and mask with tf.sequence_mask",
    "RaggedTensor": "pad to one length with tf.pad, and mask with tf.sequence_mask",
    "saved_model": "save weights: model.save_weights('x.weights.npz'), or numpy.savez of module.variables; "
    "share a program as a gradtape snippet",
    "signal": "use numpy.fft outside the tape, or write the transform as a tf.matmul to keep its gradient",
    "sparse": "use tf.gather and tf.math.unsorted_segment_sum, or tf.IndexedSlices",
    "SparseTensor": "use tf.gather and tf.math.unsorted_segment_sum, or tf.IndexedSlices",
    "summary": "print, or collect values in a list and plot them with matplotlib",
    "tpu": "gradtape runs on CPUs, and on GPUs by WebGPU",
    "train": "use tf.keras.optimizers, and model.save_weights",
    "xla": "nothing comes near; tf.function(jit_compile=True) is accepted and runs eagerly",
}
