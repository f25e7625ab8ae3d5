"""Sounds by their spectrograms: short-time Fourier transforms, the mel scale, a small network."""

import numpy as np
import tensorflow as tf

RATE, SAMPLES, CLASSES = 4000, 1200, 3
rng = np.random.default_rng(11)


def sounds(count):
    """A steady tone, a rising one and noise, each louder and quieter."""
    time = np.arange(SAMPLES) / RATE
    labels = rng.integers(0, CLASSES, count)
    waves = []
    for label in labels:
        pitch, loud = rng.uniform(300, 900), rng.uniform(0.3, 1.0)
        wave = (
            np.sin(2 * np.pi * pitch * time),
            np.sin(2 * np.pi * (pitch * time + 1500 * time**2)),
            rng.standard_normal(SAMPLES),
        )[label]
        waves.append(loud * wave + 0.05 * rng.standard_normal(SAMPLES))
    return np.array(waves, np.float32), labels


waves, labels = sounds(48)
mel_matrix = tf.signal.linear_to_mel_weight_matrix(
    num_mel_bins=16,
    num_spectrogram_bins=65,
    sample_rate=RATE,
    lower_edge_hertz=60.0,
    upper_edge_hertz=1900.0,
)


def features(wave):
    spectra = tf.abs(tf.signal.stft(wave, frame_length=128, frame_step=64))
    mel = tf.tensordot(spectra, mel_matrix, 1)
    return tf.signal.mfccs_from_log_mel_spectrograms(tf.math.log(mel + 1e-3))[..., :10]


data = tf.data.Dataset.from_tensor_slices((waves, labels)).map(lambda x, y: (features(x), y))
tf.keras.utils.set_random_seed(4)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Input((17, 10)),
        tf.keras.layers.Conv1D(8, 3, activation="relu"),
        tf.keras.layers.GlobalAveragePooling1D(),
        tf.keras.layers.Dense(CLASSES),
    ]
)
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.SGD(0.05)
losses = []
for _ in range(4):
    for x, y in data.batch(16):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        losses.append(float(loss))

# which samples of a sound the network listens to: the gradient goes on through the transform
wave = tf.constant(waves[:4])
with tf.GradientTape() as tape:
    tape.watch(wave)
    score = tf.reduce_sum(tf.reduce_max(model(features(wave)), axis=1))
heard = tf.reduce_sum(tape.gradient(score, wave) ** 2, axis=1) ** 0.5

inverse = tf.signal.inverse_stft_window_fn(64)
again = tf.signal.inverse_stft(tf.signal.stft(wave, 128, 64), 128, 64, window_fn=inverse)
results = {
    "losses": losses,
    "heard": heard,
    "frames": list(features(wave).shape),
    "rebuilt": float(tf.reduce_max(tf.abs(again[:, 64:1000] - wave[:, 64:1000]))) < 1e-4,
}
