# Some ops have no gradient registered: that is an error, not a silent None.
import gradtape as tf

image = tf.Variable([[[0.5, 0.0, 0.0]]])
delta = tf.Variable(0.1)

with tf.GradientTape() as tape:
    new_image = tf.image.adjust_contrast(image, delta)

try:
    print(tape.gradient(new_image, [image, delta]))
    assert False  # This should not happen.
except LookupError as e:
    print(f"{type(e).__name__}: {e}")
