# None, case 3: integers and strings have no gradient.
import gradtape as tf

x = tf.constant(10)

with tf.GradientTape() as g:
    g.watch(x)
    y = x * x

print(g.gradient(y, x))
print(g.explain(y, x))
