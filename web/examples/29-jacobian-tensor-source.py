# The Jacobian of a layer's output with respect to its kernel.
import gradtape as tf

x = tf.random.normal([7, 5])
layer = tf.keras.layers.Dense(10, activation=tf.nn.relu)

with tf.GradientTape(persistent=True) as tape:
    y = layer(x)

print(y.shape)
print(layer.kernel.shape)

j = tape.jacobian(y, layer.kernel)
print(j.shape)

# Summed over the target's axes it is the gradient.
g = tape.gradient(y, layer.kernel)
print("g.shape:", g.shape)

j_sum = tf.reduce_sum(j, axis=[0, 1])
delta = tf.reduce_max(abs(g - j_sum)).numpy()
assert delta < 1e-3
print("delta below 1e-3:", bool(delta < 1e-3))
