# Cases where gradient returns None: the target was not computed from the source.
import gradtape as tf

x = tf.Variable(2.0)
y = tf.Variable(3.0)

with tf.GradientTape() as tape:
    z = y * y

print(tape.gradient(z, x))
print(tape.explain(z, x))
