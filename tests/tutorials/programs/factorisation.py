"""Recommendations by factors: embeddings of people and things, biases, early metrics."""

import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(51)
rng = np.random.default_rng(51)
pairs = rng.integers(0, [30, 20], (200, 2))
ratings = (pairs.sum(axis=1) % 5 / 5.0).astype("float32")


class RecommenderNet(keras.Model):
    def __init__(self, num_users, num_movies, embedding_size, **kwargs):
        super().__init__(**kwargs)
        penalty = keras.regularizers.l2(1e-6)
        self.user_embedding = layers.Embedding(
            num_users, embedding_size, embeddings_initializer="he_normal",
            embeddings_regularizer=penalty,
        )  # fmt: skip
        self.user_bias = layers.Embedding(num_users, 1)
        self.movie_embedding = layers.Embedding(
            num_movies, embedding_size, embeddings_initializer="he_normal",
            embeddings_regularizer=penalty,
        )  # fmt: skip
        self.movie_bias = layers.Embedding(num_movies, 1)

    def call(self, inputs):
        user, movie = self.user_embedding(inputs[:, 0]), self.movie_embedding(inputs[:, 1])
        dot = keras.ops.sum(user * movie, axis=1, keepdims=True)
        x = dot + self.user_bias(inputs[:, 0]) + self.movie_bias(inputs[:, 1])
        return keras.ops.nn.sigmoid(x)


model = RecommenderNet(30, 20, 6)
model.compile(loss=keras.losses.BinaryCrossentropy(), optimizer=keras.optimizers.SGD(1.0))
history = model.fit(
    pairs[:150], ratings[:150, None], batch_size=50, epochs=3, verbose=0, shuffle=False,
    validation_data=(pairs[150:], ratings[150:, None]),
)  # fmt: skip
results = history.history
