"""Ops that have no kernel and no expression, each with the reason in words for the user."""

from __future__ import annotations

_SHAPE = "the shape of the result depends on values"
_SHAPES_ONLY = "a number or two made from the shape alone"
_TEXT = "text has no form on the device"
_COMPLEX = "complex numbers have no form on the device"
_DECOMPOSITION = "a decomposition, whose steps wait for one another; LAPACK is faster"
_PICTURES = "images are resized and recoloured before they are learned from, on the CPU"

_REASONS: dict[str, tuple[str, ...]] = {
    _SHAPE: (
        "DynamicPartition", "DynamicStitch", "Range", "Unique", "UniqueWithCounts", "Where",
    ),
    "segment ids that only the device knows, or that are refused": (
        "SegmentMax", "SegmentMean", "SegmentMin", "SegmentProd", "SegmentSum",
    ),
    _SHAPES_ONLY: ("Rank", "Shape", "ShapeN", "Size"),
    _TEXT: (
        "AsString", "StringJoin", "StringLength", "StringLower", "StringToNumber", "StringUpper",
    ),
    _COMPLEX: (
        "Angle", "Complex", "ComplexAbs", "FFT", "FFT2D", "FFT3D", "IFFT", "IFFT2D", "IFFT3D",
        "IRFFT", "IRFFT2D", "IRFFT3D", "Imag", "RFFT", "RFFT2D", "RFFT3D", "Real",
    ),
    "few programs compute it, and then for a window or two": ("BesselI0e", "BesselI1e"),
    _DECOMPOSITION: (
        "Cholesky", "LogMatrixDeterminant", "MatrixDeterminant", "MatrixInverse", "MatrixSolve",
        "MatrixTriangularSolve", "Qr", "SelfAdjointEigV2", "Svd",
    ),
    "the steps of a sequence wait for one another, and each is a small product": ("LSTMSequence",),
    _PICTURES: (
        "AdjustContrastv2", "AdjustHue", "AdjustSaturation", "ResizeArea", "ResizeBicubic",
        "ResizeBicubicGrad", "ResizeBilinear", "ResizeBilinearGrad", "ResizeNearestNeighbor",
        "ResizeNearestNeighborGrad", "ScaleAndTranslate", "ScaleAndTranslateGrad",
    ),
    "its indices are int64, which live on the CPU": ("SegmentOrder",),
    "whether it is a permutation has to be looked at": ("InvertPermutation",),
    "whether a number is NaN or infinite has to be looked at": ("CheckNumerics",),
    "how often values occur is counted in int64 or by the dtype asked for": ("DenseBincount",),
    "a Python function over NumPy arrays": ("PyFunc",),
}  # fmt: skip

#: op type → why it runs on the CPU
HOST_ONLY: dict[str, str] = {op: reason for reason, ops in _REASONS.items() for op in ops}
