"""Fourier and cosine transforms, windows, frames and spectrograms; Bessel functions."""

from tests.core.ops.cases import case, complex_, dtype, exactly, integers, normal, positive

_INEXACT = "TensorFlow takes the size of the input for that of the transform, or fails"
_ROUNDED = 3e-7  # they are float32, whatever the inputs

CASES = [
    *(case(f"signal.{f}", complex_(2, 5)) for f in ("fft", "ifft")),
    *(case(f"signal.{f}", complex_(4)) for f in ("fft", "ifft")),
    *(case(f"signal.{f}", complex_(2, 3, 4)) for f in ("fft2d", "ifft2d", "fft3d", "ifft3d")),
    *(case(f"signal.{f}", complex_(0, 4)) for f in ("fft", "ifft")),
    *(case("signal.rfft", normal(2, n)) for n in (1, 2, 5, 6)),
    *(case("signal.rfft", normal(2, 5), [n]) for n in (8, 7)),
    *(case("signal.rfft", normal(2, 5), [n], _differs=_INEXACT) for n in (3, 4)),
    *(case("signal.rfft2d", normal(2, *shape)) for shape in ((3, 4), (2, 5))),
    case("signal.rfft2d", normal(3, 4), [4, 6]),
    case("signal.rfft", normal(2, 0)),
    case("signal.rfft3d", normal(2, 3, 4)),
    *(case("signal.irfft", complex_(2, n)) for n in (2, 3, 4)),
    *(case("signal.irfft", complex_(2, 3), [n]) for n in (4, 5, 7)),
    *(case("signal.irfft", complex_(2, 3), [n], _differs=_INEXACT) for n in (2, 3)),
    case("signal.irfft2d", complex_(2, 3, 3)),
    case("signal.irfft2d", complex_(3, 3), [3, 5]),
    case("signal.irfft3d", complex_(2, 3, 3)),
    # what TensorFlow refuses
    case("signal.fft", normal(3)),
    case("signal.fft2d", complex_(3)),
    case("signal.rfft", complex_(3)),
    case("signal.rfft", normal()),
    case("signal.rfft", normal(4), [2, 2]),
    case("signal.irfft", normal(3)),
    # shifts
    case("signal.fftshift", normal(2, 5)),
    case("signal.fftshift", normal(2, 5), axes=1),
    case("signal.ifftshift", normal(3, 5), axes=[0, -1]),
    case("signal.ifftshift", integers(0, 9, 5)),
    case("signal.fftshift", normal(3), axes=3),
    # frames
    case("signal.frame", normal(2, 7), 3, 2),
    case("signal.frame", normal(7), 4, 2, pad_end=True),
    case("signal.frame", normal(7), 4, 3, pad_end=True, pad_value=2.0),
    case("signal.frame", normal(5, 2), 2, 2, axis=0),
    case("signal.frame", integers(0, 9, 3), 5, 1),
    case("signal.overlap_and_add", normal(2, 3, 4), 2),
    case("signal.overlap_and_add", normal(3, 4), 3),
    case("signal.overlap_and_add", normal(3, 2), 2),
    case("signal.overlap_and_add", normal(3, 2), 3),
    case("signal.overlap_and_add", integers(0, 9, 3, 3), 1),
    case("signal.overlap_and_add", normal(3), 1),
    # windows
    *(
        case(f"signal.{f}_window", n, _tol=_ROUNDED)
        for f in ("hann", "hamming", "vorbis", "kaiser")
        for n in (1, 5, 6)
    ),
    *(case(f"signal.{f}_window", 6, periodic=False, _tol=_ROUNDED) for f in ("hann", "hamming")),
    *(case(f"signal.{f}_window", 6, dtype=dtype("float64")) for f in ("hann", "vorbis")),
    case("signal.kaiser_window", 6, positive(), dtype=dtype("float64")),
    case("signal.kaiser_bessel_derived_window", 8, _tol=_ROUNDED),
    case("signal.kaiser_bessel_derived_window", 6, positive(), dtype=dtype("float64")),
    case("signal.hann_window", 4, dtype=dtype("int32")),
    case("signal.kaiser_window", 0),
    # cosine transforms
    *(case("signal.dct", normal(2, 5), type=k) for k in (1, 2, 3, 4)),
    *(case("signal.idct", normal(2, 4), type=k) for k in (1, 2, 3, 4)),
    *(case("signal.dct", normal(2, 4), type=k, norm="ortho") for k in (1, 2, 3, 4)),
    *(case("signal.idct", normal(5), type=k, norm="ortho") for k in (2, 3, 4)),
    *(case("signal.dct", normal(2, 4), n=n) for n in (0, 2, 6)),
    case("signal.dct", normal(2, 4), type=1, n=6),
    case("signal.dct", normal(4), type=5),
    case("signal.dct", normal(4), axis=0),
    case("signal.dct", integers(0, 9, 4)),
    # spectrograms
    case("signal.stft", normal(2, 12), 4, 2),
    case("signal.stft", normal(12), 5, 3, fft_length=6, pad_end=True, window_fn=None),
    case("signal.inverse_stft", complex_(3, 3), 4, 2),
    case("signal.inverse_stft", complex_(2, 3, 5), 6, 2, window_fn=None),
    case("signal.inverse_stft", complex_(3, 3), 7, 2, fft_length=4, window_fn=None),
    case("signal.inverse_stft", complex_(3), 4, 2),
    case("signal.mdct", normal(2, 16), 8),
    case("signal.mdct", normal(13), 4, pad_end=True, norm="ortho", window_fn=None),
    case("signal.mdct", normal(16), 6),
    case("signal.inverse_mdct", normal(3, 4)),
    case("signal.inverse_mdct", normal(3, 4), norm="ortho", window_fn=None),
    case("signal.inverse_mdct", normal(3, 3)),
    # the mel scale
    case("signal.linear_to_mel_weight_matrix", _tol=1e-5),
    case("signal.linear_to_mel_weight_matrix", 6, 17, 16000, 20.0, 7000.0, dtype=dtype("float64")),
    case("signal.linear_to_mel_weight_matrix", 6, 17, 16000, 20.0, 9000.0),
    case("signal.mfccs_from_log_mel_spectrograms", normal(2, 6)),
    # Bessel functions, near 0, at the change of method and far out
    *(case(f"math.bessel_{f}", normal(2, 3)) for f in ("i0", "i0e", "i1", "i1e")),
    *(
        case(f"math.bessel_{f}", exactly([-50.0, -29.9, -30.1, 0.3, 8.0, 300.0]))
        for f in ("i0e", "i1e")
    ),
    *(case(f"math.bessel_{f}", exactly([0.0]), _numeric=False) for f in ("i0e", "i1e")),
]  # fmt: skip
