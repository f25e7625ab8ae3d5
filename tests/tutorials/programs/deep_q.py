"""Deep Q-learning: a replay of steps, a target network that follows, one-hot actions."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(41)
rng = np.random.default_rng(41)


def create_q_model():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(3)]
    )


model, model_target = create_q_model(), create_q_model()
model_target.set_weights(model.get_weights())
optimizer = keras.optimizers.Adam(learning_rate=0.01, clipnorm=1.0)
loss_function = keras.losses.Huber()
states = rng.normal(size=(64, 4)).astype("float32")
nexts = (0.9 * states + 0.1 * rng.normal(size=states.shape)).astype("float32")
actions = rng.integers(0, 3, 64)
rewards = states[np.arange(64), actions].astype("float32")
done = (rng.random(64) < 0.1).astype("float32")
losses = []
for step in range(8):
    chosen = rng.choice(64, 16, replace=False)
    future = model_target(nexts[chosen])
    updated = rewards[chosen] + 0.99 * tf.reduce_max(future, axis=1)
    updated = updated * (1 - done[chosen]) - done[chosen]
    masks = tf.one_hot(actions[chosen], 3)
    with tf.GradientTape() as tape:
        q_action = tf.reduce_sum(tf.multiply(model(states[chosen]), masks), axis=1)
        loss = loss_function(updated, q_action)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    if step % 4 == 3:
        model_target.set_weights(model.get_weights())
    losses.append(float(loss))
results = {"losses": losses}
