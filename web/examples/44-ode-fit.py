# A physics fit: a spring's damping and stiffness from its motion, through the steps of its ODE.
import gradtape as tf
import matplotlib.pyplot as plt
import numpy as np

dt, steps = 0.05, 100
times = np.arange(steps) * dt


def simulate(stiffness, damping):
    """Semi-implicit Euler steps of x'' = -k x - c x', from x = 1 at rest."""
    position, velocity, path = tf.constant(1.0), tf.constant(0.0), []
    for _ in range(steps):
        path.append(position)
        velocity = velocity - dt * (stiffness * position + damping * velocity)
        position = position + dt * velocity
    return tf.stack(path)


truth = simulate(tf.constant(4.0), tf.constant(0.5))
stiffness, damping = tf.Variable(3.0), tf.Variable(0.1)
optimizer = tf.keras.optimizers.Adam(0.1)

for step in range(150):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((simulate(stiffness, damping) - truth) ** 2)
    gradients = tape.gradient(loss, [stiffness, damping])
    optimizer.apply_gradients(zip(gradients, [stiffness, damping]))
    if step % 50 == 0:
        print(f"step {step:3}: loss {loss:.4f}")

print(f"stiffness {stiffness.numpy():.2f}, damping {damping.numpy():.2f}")

plt.plot(times, truth, label="seen")
plt.plot(times, simulate(stiffness, damping), "--", label="fitted")
plt.legend()
plt.show()
