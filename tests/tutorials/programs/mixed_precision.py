"""Half precision: a policy, a scaled loss, weights kept in float32."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(61)
keras.mixed_precision.set_global_policy("mixed_float16")
inputs = keras.Input(shape=(12,))
x = keras.layers.Dense(16, activation="relu")(inputs)
x = keras.layers.Dense(3)(x)
outputs = keras.layers.Activation("softmax", dtype="float32")(x)
model = keras.Model(inputs, outputs)
keras.mixed_precision.set_global_policy("float32")
rng = np.random.default_rng(61)
x, y = rng.normal(size=(32, 12)).astype("float32"), rng.integers(0, 3, 32)
optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(0.1))
losses = []
for _ in range(4):
    with tf.GradientTape() as tape:
        predictions = model(x)
        loss = keras.losses.SparseCategoricalCrossentropy()(y, predictions)
        scaled = optimizer.scale_loss(loss)
    optimizer.apply(tape.gradient(scaled, model.trainable_variables), model.trainable_variables)
    losses.append(round(float(loss), 2))  # sums in half precision differ in their last digits
results = {
    "losses": losses,
    "dtypes": [model.layers[1].compute_dtype, model.layers[1].variable_dtype],
    "output": predictions.dtype.name if hasattr(predictions.dtype, "name") else predictions.dtype,
}
