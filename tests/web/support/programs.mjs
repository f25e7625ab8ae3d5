// The programs that bring the page into its states (states.mjs).

export const RUNNING = `import time
import gradtape as tf
from gradtape import playground

w = tf.Variable(5.0, name="w")
for step in playground.progress(range(1000), "step"):
    with tf.GradientTape() as tape:
        loss = (w - 1.0) ** 2 + 0.1
    w.assign_sub(0.02 * tape.gradient(loss, w))
    playground.plot("loss", loss)
    playground.plot("distance", abs(w - 1.0))
    if step % 20 == 0:
        print(f"step {step}: loss {float(loss):.4f}")
    time.sleep(0.01)
`;

export const STUBBORN = `print("1", flush=True)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
`;

export const FAILED = `import gradtape as tf

def layer(inputs, weights):
    return tf.nn.relu(inputs @ weights)

x = tf.constant([[1.0, 2.0, 3.0]])
w = tf.Variable(tf.ones([2, 4]), name="w")
print("The shapes:", x.shape, w.shape)
with tf.GradientTape() as tape:
    y = layer(x, w)
`;

export const NONES = `import numpy as np
import gradtape as tf

x = tf.Variable(2.0, name="x")
unused = tf.Variable(3.0, name="unused")
data = tf.constant([1.0, 2.0], name="data")
whole = tf.Variable(10, name="whole")
with tf.GradientTape(persistent=True) as tape:
    y = x * x + tf.reduce_sum(data)
    left = tf.constant(np.sqrt(x.numpy())) * 2.0
    rounded = tf.floor(x) * 2.0
print(tape.gradient(y, [unused, data]))
print(tape.gradient(left, x), tape.gradient(rounded, x))
with tf.GradientTape() as tape:
    tape.watch(whole)
    z = tf.cast(whole, tf.float32)
print(tape.gradient(z, whole))
for epoch in range(2):
    with tf.GradientTape() as tape:
        y = x + 1
    print(tape.gradient(y, x))
    x = x + 1
`;

export const ARRAYS = `import gradtape as tf
from gradtape import playground

tf.random.set_seed(3)
w = tf.Variable(tf.random.normal([12, 24]), name="first_layer/kernel_with_a_long_name")
b = tf.Variable([0.5, -0.25, 0.0, 1.0], name="b")
scale = tf.Variable(2.0, name="scale")
playground.show(w, "the kernel before training")
playground.show([[1.0, float("nan")], [float("inf"), -2.0]], "with NaN and infinity")
with tf.GradientTape(persistent=True) as tape:
    y = scale * tf.reduce_sum(tf.tanh(w)) + tf.reduce_sum(b * b)
print(tape.gradient(y, [w, b, scale]))
print(tape.jacobian(b * 2.0 if False else y, b))
`;

export const FIGURE = `import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(-4, 4, 200)
plt.plot(x, np.tanh(x), label="tanh")
plt.plot(x, 1 - np.tanh(x) ** 2, label="its derivative")
plt.title("tanh and its derivative")
plt.legend()
plt.show()
`;

export const BRANCHES = `import gradtape as tf

x = tf.Variable([1.0, -2.0, 3.0, 0.5], name="x")
w = tf.Variable(2.0, name="w")
c = tf.constant(4.0)
with tf.GradientTape() as tape:
    a = tf.sin(x) * w
    cut = tf.floor(x) + c
    y = tf.reduce_sum(a * a + tf.exp(-x) + cut)
print(tape.gradient(y, [x, w]))
`;

export const LONG = `import gradtape as tf

x = tf.Variable(0.5, name="x")
with tf.GradientTape() as tape:
    y = x
    for _ in range(600):
        y = tf.sin(y) + x
print(tape.gradient(y, x))
`;

export const NANS = `import gradtape as tf

x = tf.Variable([1.0, -1.0, 0.0], name="x")
with tf.GradientTape() as tape:
    s = tf.sqrt(tf.abs(x))
    y = tf.reduce_sum(s + tf.math.log(x) * 2.0)
print(tape.gradient(y, x))
`;

export const RIGHT = `import gradtape as tf

x = tf.Variable([[0.5, 1.5], [2.0, -1.0]], name="x")
k = tf.Variable(0.0, name="k")
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.exp(x) * x) + tf.nn.relu(k)
print(tape.gradient(y, [x, k]))
`;

export const WRONG = `import gradtape as tf
from gradtape.primitives.registry import REGISTRY

x = tf.Variable([0.5, 1.5], name="x")
tf.sin(x)
REGISTRY["Sin"].rules = (lambda g, y, x: g * REGISTRY["Cos"].kernel(x) * 1.25,)
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.sin(x) + x)
print(tape.gradient(y, x))
`;

export const UNCHECKED = `import gradtape as tf

@tf.custom_gradient
def half(x):
    return x * x, lambda dy: dy * x

x = tf.Variable([0.5, 1.5], name="x")
with tf.GradientTape() as tape:
    y = tf.reduce_sum(half(x))
print(tape.gradient(y, x))
`;

export const SLOW_CHECK = `import gradtape as tf

x = tf.Variable(tf.ones([4000]), name="x")
with tf.GradientTape() as tape:
    y = x
    for _ in range(30):
        y = tf.sin(y) + x
    y = tf.reduce_sum(y)
print(tape.gradient(y, x)[:3])
`;

/** Gradients that are another at each run, by about this part of themselves. */
export const varying = (size) => `import random
import gradtape as tf

random.seed()
x = tf.Variable([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], name="x")
w = tf.Variable(0.5, name="w")
with tf.GradientTape() as tape:
    y = w * tf.reduce_sum(x * x) * (1.0 + ${size} * random.random())
for gradient in tape.gradient(y, [x, w]):
    print(gradient.numpy())
`;

export const FILLED = `kept = []
while True:
    kept.append(bytearray(64 * 1024 * 1024))
`;

export const PRINTED = `print("a long line " * 40)
for i in range(200_000):
    print("line", i)
`;

export const LOST = `import numpy as np
import gradtape as tf

w = tf.Variable([1.0, 2.0])
b = tf.Variable([0.5, 2.0])
with tf.GradientTape() as tape:
    z = w * w
    h = tf.constant(np.tanh(z))
    y = tf.reduce_sum(h * b)
print(tape.gradient(y, [w, b]))
`;

export const RECURRENT = `import gradtape as tf

W = tf.Variable(tf.random.normal((6, 6)) * 0.5)
b = tf.Variable(tf.zeros(6))
xs = [tf.random.normal((4, 6)) for _ in range(5)]
with tf.GradientTape() as tape:
    h = tf.zeros((4, 6))
    for x in xs:
        h = tf.tanh(x @ W + h @ W + b)
    loss = tf.reduce_mean(h ** 2)
print(tape.gradient(loss, [W, b]))
`;

/** A loop in which a NaN is born at step 80; one of its variables never gets a gradient. */
export const TRAINING = `import numpy as np
import gradtape as tf

tf.random.set_seed(1)
X = tf.random.normal((32, 4))
Y = tf.reduce_sum(X ** 2, axis=1, keepdims=True)
W1 = tf.Variable(tf.random.normal((4, 8)) * 0.5)
b1 = tf.Variable(tf.zeros(8))
W2 = tf.Variable(tf.random.normal((8, 1)) * 0.5)
scale = tf.Variable(1.0)
for step in range(100):
    with tf.GradientTape() as tape:
        h = tf.nn.relu(X @ W1 + b1)
        y = h @ W2 * np.exp(scale)
        loss = tf.reduce_mean((y - Y) ** 2)
        if step == 79:
            loss = tf.sqrt(loss - 100.0)
    variables = [W1, b1, W2, scale]
    gradients = tape.gradient(loss, variables)
    for v, g in zip(variables[:3], gradients):
        v.assign_sub(0.002 * g)
`;

/** A program that fails inside its tape. */
export const UNFINISHED = `import gradtape as tf

x = tf.Variable([1.0, 2.0])
w = tf.Variable([[1.0], [2.0], [3.0]])
with tf.GradientTape() as tape:
    h = tf.sin(x) * 2.0
    y = h @ w
`;
