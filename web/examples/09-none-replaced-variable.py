# None, case 1: a variable was replaced by a tensor.
import gradtape as tf

x = tf.Variable(2.0)

for epoch in range(2):
    with tf.GradientTape() as tape:
        y = x + 1

    print(type(x).__name__, ":", tape.gradient(y, x))
    why = tape.explain(y, x)
    x = x + 1  # This should be `x.assign_add(1)`

print(why)
print("edit line", why.suggestion["lineno"], "to:", why.suggestion["after"].strip())
