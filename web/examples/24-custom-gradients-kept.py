# A module with a custom gradient is saved, and loaded again with the same gradient.
import gradtape as tf


class MyModule(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec(None)])
    def call_custom_grad(self, x):
        return clip_gradients(x)


@tf.custom_gradient
def clip_gradients(y):
    return y, lambda dy: tf.clip_by_norm(dy, 0.5)


model = MyModule()
tf.saved_model.save(
    model,
    "saved_model",
    options=tf.saved_model.SaveOptions(experimental_custom_gradients=True),
)

# The loaded gradients are those of the example before.
v = tf.Variable(2.0)
loaded = tf.saved_model.load("saved_model")
with tf.GradientTape() as t:
    output = loaded.call_custom_grad(v * v)
print(t.gradient(output, v))

# The folder holds variables and names, no code: the class is the program's own.
print(type(loaded).__name__)
