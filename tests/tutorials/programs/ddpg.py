"""Deterministic policy gradients: through the critic into the actor, soft targets."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(42)
rng = np.random.default_rng(42)


def get_actor():
    inputs = layers.Input(shape=(3,))
    out = layers.Dense(16, activation="relu")(inputs)
    last = tf.keras.initializers.RandomUniform(minval=-0.003, maxval=0.003)
    outputs = layers.Dense(1, activation="tanh", kernel_initializer=last)(out)
    return tf.keras.Model(inputs, outputs * 2.0)


def get_critic():
    state_input, action_input = layers.Input(shape=(3,)), layers.Input(shape=(1,))
    state_out = layers.Dense(8, activation="relu")(state_input)
    action_out = layers.Dense(8, activation="relu")(action_input)
    concat = layers.Concatenate()([state_out, action_out])
    return tf.keras.Model([state_input, action_input], layers.Dense(1)(concat))


actor, critic = get_actor(), get_critic()
target_actor, target_critic = get_actor(), get_critic()
target_actor.set_weights(actor.get_weights())
target_critic.set_weights(critic.get_weights())
critic_optimizer, actor_optimizer = (tf.keras.optimizers.SGD(0.05) for _ in range(2))
losses = []
for _ in range(5):
    state, after = (tf.constant(rng.normal(size=(16, 3)), tf.float32) for _ in range(2))
    action = tf.constant(rng.uniform(-2, 2, (16, 1)), tf.float32)
    reward = -tf.reduce_sum(state**2, axis=1, keepdims=True)
    with tf.GradientTape() as tape:
        y = reward + 0.99 * target_critic([after, target_actor(after, training=True)])
        critic_loss = tf.math.reduce_mean(tf.math.square(y - critic([state, action])))
    grads = tape.gradient(critic_loss, critic.trainable_variables)
    critic_optimizer.apply_gradients(zip(grads, critic.trainable_variables))
    with tf.GradientTape() as tape:
        actor_loss = -tf.math.reduce_mean(critic([state, actor(state, training=True)]))
    grads = tape.gradient(actor_loss, actor.trainable_variables)
    actor_optimizer.apply_gradients(zip(grads, actor.trainable_variables))
    for target, model in ((target_actor, actor), (target_critic, critic)):
        pairs = zip(target.get_weights(), model.get_weights())
        target.set_weights([0.995 * old + 0.005 * new for old, new in pairs])
    losses.append([float(critic_loss), float(actor_loss)])
results = {"losses": losses}
