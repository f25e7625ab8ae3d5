"""A conditional GAN: a generator with skips, a discriminator of patches, an L1 term."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(27)
rng = np.random.default_rng(27)
start = tf.keras.initializers.RandomNormal(0.0, 0.02, seed=3)


def downsample(filters, normalised=True):
    result = tf.keras.Sequential()
    result.add(
        tf.keras.layers.Conv2D(
            filters, 4, strides=2, padding="same", kernel_initializer=start, use_bias=False
        )
    )
    if normalised:
        result.add(tf.keras.layers.BatchNormalization())
    result.add(tf.keras.layers.LeakyReLU())
    return result


source = tf.keras.layers.Input(shape=[16, 16, 3])
one = downsample(4, normalised=False)(source)
two = downsample(6)(one)
up = tf.keras.layers.Conv2DTranspose(
    4, 4, strides=2, padding="same", kernel_initializer=start, use_bias=False
)(two)
up = tf.keras.layers.Concatenate()([tf.keras.layers.ReLU()(up), one])
last = tf.keras.layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")
generator = tf.keras.Model(inputs=source, outputs=last(up))
inp = tf.keras.layers.Input(shape=[16, 16, 3], name="input_image")
tar = tf.keras.layers.Input(shape=[16, 16, 3], name="target_image")
patches = downsample(5, normalised=False)(tf.keras.layers.concatenate([inp, tar]))
padded = tf.keras.layers.ZeroPadding2D()(patches)
judged = tf.keras.layers.Conv2D(1, 4, strides=1, kernel_initializer=start)(padded)
discriminator = tf.keras.Model(inputs=[inp, tar], outputs=judged)
loss_object = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizers = [tf.keras.optimizers.Adam(2e-3, beta_1=0.5) for _ in range(2)]
x = tf.constant(rng.random((2, 16, 16, 3)) * 2 - 1, tf.float32)
y, losses = x[:, ::-1], []
for _ in range(4):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        made = generator(x, training=True)
        real = discriminator([x, y], training=True)
        fake = discriminator([x, made], training=True)
        l1 = tf.reduce_mean(tf.abs(y - made))
        gen_loss = loss_object(tf.ones_like(fake), fake) + 100 * l1
        disc_loss = loss_object(tf.ones_like(real), real) + loss_object(tf.zeros_like(fake), fake)
    for tape, loss, model, opt in zip(
        (gen_tape, disc_tape), (gen_loss, disc_loss), (generator, discriminator), optimizers
    ):
        variables = model.trainable_variables
        opt.apply_gradients(zip(tape.gradient(loss, variables), variables))
    losses.append([float(gen_loss), float(disc_loss), float(l1)])
results = {"losses": losses}
