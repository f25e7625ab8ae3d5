# A module with a custom gradient. TensorFlow keeps it in a SavedModel; gradtape keeps the program:
# save the variables, and share the code as a snippet.
import gradtape as tf


class MyModule(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec(None)])
    def call_custom_grad(self, x):
        return clip_gradients(x)


@tf.custom_gradient
def clip_gradients(y):
    return y, lambda dy: tf.clip_by_norm(dy, 0.5)


model = MyModule()

v = tf.Variable(2.0)
with tf.GradientTape() as t:
    output = model.call_custom_grad(v * v)
print(t.gradient(output, v))

try:
    tf.saved_model.save(model, "saved_model")
except AttributeError as error:
    print(error)
