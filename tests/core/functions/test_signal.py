"""tf.signal: what TensorFlow's recorded cases do not reach."""

import numpy as np
import pytest

import gradtape as tf

X = np.random.default_rng(3).standard_normal((3, 4, 5))


@pytest.mark.parametrize("norm", [None, "backward", "ortho", "forward"])
@pytest.mark.parametrize("axes", [None, [0], [2, 0], [-1, 1]])
def test_transforms_along_any_axes(axes, norm):
    """TensorFlow has no kernels for these on a CPU; NumPy has."""
    z = X + 1j * X[::-1]
    near = {"rtol": 1e-12, "atol": 1e-12}
    for name in ("fft", "ifft"):
        want = getattr(np.fft, f"{name}n")(z, axes=axes, norm=norm)
        got = getattr(tf.signal, f"{name}nd")(tf.constant(z), axes=axes, norm=norm)
        np.testing.assert_allclose(got, want, **near)
    half = tf.signal.rfftnd(tf.constant(X), axes=axes, norm=norm)
    np.testing.assert_allclose(half, np.fft.rfftn(X, axes=axes, norm=norm), **near)
    sizes = [X.shape[k] for k in (range(3) if axes is None else axes)]
    back = tf.signal.irfftnd(half, sizes, axes, norm)
    np.testing.assert_allclose(back, X, **near)


def test_lengths_of_transforms_along_any_axes():
    got = tf.signal.fftnd(tf.constant(X + 0j), [8, 2], [0, 2])
    np.testing.assert_allclose(got, np.fft.fftn(X, [8, 2], [0, 2]), rtol=1e-12, atol=1e-12)
    got = tf.signal.irfftnd(tf.constant(X + 0j), axes=[1, 2])
    np.testing.assert_allclose(got, np.fft.irfftn(X, axes=[1, 2]), rtol=1e-12, atol=1e-12)
    with pytest.raises(tf.errors.InvalidArgumentError, match="each axis once"):
        tf.signal.fftnd(tf.constant(X + 0j), axes=[1, 1])
    with pytest.raises(ValueError, match="'ortho'"):
        tf.signal.rfftnd(X, norm="unitary")


def test_gradients_along_any_axes_are_those_of_the_last_two():
    x = tf.constant(X)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        one = tf.reduce_sum(tf.abs(tf.signal.rfft2d(x)) ** 3)
        other = tf.reduce_sum(tf.abs(tf.signal.rfftnd(x, axes=[1, 2])) ** 3)
    np.testing.assert_allclose(tape.gradient(one, x), tape.gradient(other, x), rtol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_follows_the_input(dtype):
    x = tf.constant(X, dtype)
    y = tf.signal.rfft(x)
    assert y.dtype == (tf.complex64 if dtype is np.float32 else tf.complex128)
    assert tf.signal.irfft(y, [5]).dtype == x.dtype
    # as in TensorFlow: numbers that are no tensor are taken in single precision
    assert tf.signal.rfft(X).dtype == tf.signal.fft(X).dtype == tf.complex64
    assert tf.signal.fft([1 + 2j]).dtype == tf.complex128


@pytest.mark.parametrize("window", ["hann_window", "hamming_window", "vorbis_window"])
def test_a_signal_comes_back_from_its_spectrogram(window):
    x = tf.constant(X.ravel())
    forward = getattr(tf.signal, window)
    spectra = tf.signal.stft(x, 16, 4, window_fn=forward)
    inverse = tf.signal.inverse_stft_window_fn(4, forward_window_fn=forward)
    back = tf.signal.inverse_stft(spectra, 16, 4, window_fn=inverse)
    np.testing.assert_allclose(back[12:-12], x[12 : len(back) - 12], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("norm", [None, "ortho"])
@pytest.mark.parametrize("window", [tf.signal.kaiser_bessel_derived_window, None])
def test_a_signal_comes_back_from_its_modified_cosine_transform(window, norm):
    x = tf.constant(X.ravel()[:56])
    back = tf.signal.inverse_mdct(tf.signal.mdct(x, 16, window, norm=norm), window, norm)
    np.testing.assert_allclose(back[8:-8], x[8:-8], rtol=1e-7, atol=1e-7)


def test_cosine_transforms_are_their_formulas():
    x, n = X[0, 0], 5
    k, j = np.arange(n)[:, None], np.arange(n)
    second = 2 * np.cos(np.pi * k * (2 * j + 1) / (2 * n))
    fourth = 2 * np.cos(np.pi * (2 * k + 1) * (2 * j + 1) / (4 * n))
    third = 2 * np.cos(np.pi * (2 * k + 1) * j / (2 * n))
    third[:, 0] = 1
    for kind, matrix in ((2, second), (3, third), (4, fourth)):
        np.testing.assert_allclose(tf.signal.dct(tf.constant(x), kind), matrix @ x, rtol=1e-12)


def test_no_gradient_where_tensorflow_has_none():
    x = tf.Variable(X)
    with tf.GradientTape() as tape:
        y = tf.signal.rfft3d(x)
    with pytest.raises(LookupError, match="RFFT3D"):
        tape.gradient(y, x)


def test_what_is_refused():
    spectrum = tf.ones([3, 1], tf.complex64)
    for call, error, words in (
        (lambda: tf.signal.irfft(spectrum), tf.errors.InvalidArgumentError, "fft_length"),
        (lambda: tf.signal.rfft(X, [0]), tf.errors.InvalidArgumentError, "> 0"),
        (lambda: tf.signal.rfft(X, [-1]), tf.errors.InvalidArgumentError, ">= 0"),
        (lambda: tf.signal.frame([1.0], 1, 0), tf.errors.InvalidArgumentError, ">= 1"),
        (lambda: tf.signal.frame([1.0], [1], 1), ValueError, "rank 0"),
        (lambda: tf.signal.overlap_and_add(X, 1.5), ValueError, "integer"),
        (lambda: tf.signal.fft(tf.ones([2])), tf.errors.InvalidArgumentError, "rfft"),
        (lambda: tf.signal.fft(["a"]), tf.errors.InvalidArgumentError, "allowed values"),
        (lambda: tf.signal.linear_to_mel_weight_matrix(4, 5, tf.constant(0)), ValueError, "rate"),
    ):
        with pytest.raises(error, match=words):
            call()


def test_frames_of_text_and_batches():
    words = tf.signal.frame(["a", "b", "c"], 2, 2, pad_end=True)
    assert words.numpy().tolist() == [[b"a", b"b"], [b"c", b""]]
    mapped = tf.vectorized_map(lambda row: tf.signal.stft(row, 2, 1), tf.constant(X[0]))
    np.testing.assert_allclose(mapped, tf.signal.stft(tf.constant(X[0]), 2, 1))
    traced = tf.function(lambda x: tf.signal.stft(x, 2, 1))
    np.testing.assert_allclose(traced(tf.constant(X)), tf.signal.stft(tf.constant(X), 2, 1))


def test_bessel_functions_beside_numpy():
    x = np.concatenate([np.linspace(-40, 40, 161), [1e-300, 700.0]])
    np.testing.assert_allclose(tf.math.bessel_i0(x), np.i0(x), rtol=2e-14)
    assert tf.math.bessel_i0e([np.inf, -np.inf]).numpy().tolist() == [0.0, 0.0]
    assert np.isnan(tf.math.bessel_i1e(np.nan))
    assert tf.math.bessel_i1e(1e-300).numpy() == pytest.approx(0.0)
