"""PointNet in miniature: a transform net with an orthogonal penalty, max over points."""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers, ops


class OrthogonalRegularizer(keras.regularizers.Regularizer):
    def __init__(self, num_features, l2reg=0.001):
        self.num_features, self.l2reg = num_features, l2reg
        self.eye = ops.eye(num_features)

    def __call__(self, x):
        x = ops.reshape(x, (-1, self.num_features, self.num_features))
        xxt = ops.tensordot(x, x, axes=(2, 2))
        xxt = ops.reshape(xxt, (-1, self.num_features, self.num_features))
        return ops.sum(self.l2reg * ops.square(xxt - self.eye))


keras.utils.set_random_seed(66)
rng = np.random.default_rng(66)
inputs = keras.Input(shape=(20, 3))
t = layers.GlobalMaxPooling1D()(layers.Conv1D(8, 1, activation="relu")(inputs))
t = layers.Dense(
    9, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(np.eye(3).ravel()),
    activity_regularizer=OrthogonalRegularizer(3),
)(t)  # fmt: skip
x = layers.Dot(axes=(2, 1))([inputs, layers.Reshape((3, 3))(t)])
x = layers.Activation("relu")(layers.Conv1D(8, kernel_size=1, padding="valid")(x))
x = layers.GlobalMaxPooling1D()(x)
model = keras.Model(inputs, layers.Dense(3)(x))
points = rng.normal(size=(24, 20, 3)).astype("float32")
labels = rng.integers(0, 3, 24)
points *= (1.0 + labels)[:, None, None]
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(loss=loss, optimizer=keras.optimizers.Adam(0.01))
history = model.fit(points, labels, epochs=4, batch_size=8, verbose=0, shuffle=False)
results = {"loss": history.history["loss"]}
