"""Actor and critic on a pole written in NumPy: returns, advantages, a Huber loss."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(40)
rng = np.random.default_rng(40)


class ActorCritic(tf.keras.Model):
    def __init__(self, num_actions, num_hidden_units):
        super().__init__()
        self.common = layers.Dense(num_hidden_units, activation="relu")
        self.actor = layers.Dense(num_actions)
        self.critic = layers.Dense(1)

    def call(self, inputs):
        x = self.common(inputs)
        return self.actor(x), self.critic(x)


def env_step(state, action):
    angle, speed = state
    speed = 0.98 * speed + 0.1 * np.sin(angle) + (0.15 if action else -0.15)
    return np.array([angle + 0.1 * speed, speed])


def expected_returns(rewards, gamma=0.99):
    total, returns = 0.0, []
    for reward in rewards[::-1]:
        total = reward + gamma * total
        returns.append(total)
    returns = tf.constant(returns[::-1], tf.float32)
    spread = tf.math.reduce_std(returns) + np.finfo(np.float32).eps.item()
    return (returns - tf.math.reduce_mean(returns)) / spread


model, losses = ActorCritic(2, 16), []
optimizer = tf.keras.optimizers.Adam(learning_rate=0.01)
huber = tf.keras.losses.Huber(reduction=tf.keras.losses.Reduction.SUM)
for _ in range(4):
    with tf.GradientTape() as tape:
        state, chances, values, rewards = np.array([0.1, 0.0]), [], [], []
        for _ in range(10):
            logits, value = model(tf.constant(state[None], tf.float32))
            probs = tf.nn.softmax(logits)
            action = int(rng.random() < float(probs[0, 1]))
            chances.append(probs[0, action])
            values.append(tf.squeeze(value))
            state = env_step(state, action)
            rewards.append(1.0 - abs(float(state[0])))
        returns, chances, values = expected_returns(rewards), tf.stack(chances), tf.stack(values)
        advantage = returns - values
        actor_loss = -tf.math.reduce_sum(tf.math.log(chances) * advantage)
        loss = actor_loss + huber(values, returns)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    losses.append(float(loss))
results = {"losses": losses}
