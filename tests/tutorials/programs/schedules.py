"""Learning rates over time: warm-up, decay, cycles, and early words about plateaus."""

import tensorflow as tf

schedules = tf.keras.optimizers.schedules
steps = [0, 1, 5, 10, 17, 40]
made = {
    "exponential": schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True),
    "cosine": schedules.CosineDecay(0.0, 30, alpha=0.1, warmup_target=0.1, warmup_steps=8),
    "restarts": schedules.CosineDecayRestarts(0.1, 6),
    "polynomial": schedules.PolynomialDecay(0.1, 20, 0.01, power=2.0, cycle=True),
    "pieces": schedules.PiecewiseConstantDecay([4, 12], [0.1, 0.05, 0.01]),
    "inverse": schedules.InverseTimeDecay(0.1, 5, 0.5),
}
results = {name: [float(rate(step)) for step in steps] for name, rate in made.items()}
x = tf.Variable(4.0)
optimizer = tf.keras.optimizers.SGD(made["cosine"], momentum=0.5, nesterov=True)
path = []
for _ in range(12):
    with tf.GradientTape() as tape:
        loss = x**2 + tf.sin(5.0 * x)
    optimizer.apply_gradients([(tape.gradient(loss, x), x)])
    path.append(float(x))
results["path"] = path
