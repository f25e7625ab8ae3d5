# Batch Jacobians: one Jacobian per row, where the rows are independent.
import gradtape as tf

x = tf.random.normal([7, 5])

layer1 = tf.keras.layers.Dense(8, activation=tf.nn.elu)
layer2 = tf.keras.layers.Dense(6, activation=tf.nn.elu)

with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
    tape.watch(x)
    y = layer1(x)
    y = layer2(y)

print(y.shape)

j = tape.jacobian(y, x)
print(j.shape)

# The full Jacobian is zero off the diagonal of its batch axes.
j_sum = tf.reduce_sum(j, axis=2)
print(j_sum.shape)
j_select = tf.einsum("bxby->bxy", j)
print(j_select.shape)

# batch_jacobian computes that diagonal alone.
jb = tape.batch_jacobian(y, x)
print(jb.shape)

error = tf.reduce_max(abs(jb - j_sum))
assert error < 1e-3
print("the same as the sum:", bool(error < 1e-3))

# Where rows mix, as in batch normalization, the answer means something else.
bn = tf.keras.layers.BatchNormalization()

with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
    tape.watch(x)
    y = layer1(x)
    y = bn(y, training=True)
    y = layer2(y)

j = tape.jacobian(y, x)
print(f"j.shape: {j.shape}")
jb = tape.batch_jacobian(y, x)
print(f"jb.shape: {jb.shape}")
