"""Masks: which layers hand them on, which lose them, and what is left as it was."""

import numpy as np
import pytest

import gradtape as tf

keras = tf.keras
layers = keras.layers

WORDS = tf.constant([[1, 2, 0], [3, 0, 0]])
MASK = [[True, True, False], [True, False, False]]


def words():
    return layers.Embedding(5, 4, mask_zero=True)(WORDS)


def test_a_layer_that_knows_nothing_of_masks_loses_them_with_a_warning():
    with pytest.warns(UserWarning, match="does not support masking and will therefore destroy"):
        outputs = layers.Conv1D(2, 2)(words())
    assert outputs._keras_mask is None


def test_a_layer_of_ones_own_supports_masks_when_it_says_so():
    class Doubled(layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, inputs):
            return inputs * 2

    class Shortened(layers.Layer):
        def call(self, inputs, mask=None):
            return inputs[:, 1:] * tf.cast(mask[:, 1:, None], inputs.dtype)

        def compute_mask(self, inputs, mask=None):
            return mask[:, 1:]

    assert Doubled()(words())._keras_mask.numpy().tolist() == MASK
    assert Shortened().supports_masking
    outputs = Shortened()(words())
    assert outputs._keras_mask.numpy().tolist() == [row[1:] for row in MASK]
    assert not outputs[1].numpy().any()


def test_a_mask_that_is_given_goes_before_that_of_the_inputs():
    pooled = layers.GlobalAveragePooling1D()
    x, own = words(), tf.constant([[False, False, True], [False, True, False]])
    np.testing.assert_array_equal(pooled(x, mask=own), tf.stack([x[0, 2], x[1, 1]]))


def test_a_mask_outlives_a_cast_and_not_a_plain_function():
    assert layers.Dense(2, dtype="float64")(words())._keras_mask.numpy().tolist() == MASK
    assert (words() * 2.0)._keras_mask is None


def test_attention_and_models_leave_the_masks_of_their_inputs():
    x = words()
    layers.MultiHeadAttention(1, 2)(x, x)
    assert x._keras_mask.numpy().tolist() == MASK
    plain = tf.ones((2, 3, 4))
    keras.Sequential([layers.LSTM(2)])(plain, mask=tf.constant(MASK))
    assert plain._keras_mask is None


@pytest.mark.parametrize("built", [True, False])
def test_a_model_takes_a_mask(built):
    start = [keras.Input((3, 4))] if built else []
    lstm = layers.LSTM(2)
    model = keras.Sequential([*start, lstm])
    x = tf.constant(np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 24)
    wanted = lstm(x, mask=tf.constant(MASK))
    np.testing.assert_array_equal(model(x, mask=tf.constant(MASK)), wanted)
    assert np.abs(wanted - lstm(x)).max() > 1e-4


def test_masks_of_symbolic_tensors_are_steps_too():
    begin = keras.Input((3,), dtype="int32")
    value = layers.Embedding(5, 4, mask_zero=True)(begin)
    assert value._keras_mask.dtype == "bool"
    assert value._keras_mask.shape == (None, 3)
    model = keras.Model(begin, value._keras_mask)
    assert model(WORDS).numpy().tolist() == MASK


def test_a_masked_model_is_the_same_from_its_configuration():
    begin = keras.Input((3,), dtype="int32")
    value = layers.Embedding(5, 4, mask_zero=True)(begin)
    value = layers.LSTM(2, return_sequences=True)(value)
    model = keras.Model(begin, layers.GlobalAveragePooling1D()(value))
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(WORDS), model(WORDS))
    config = layers.Masking(mask_value=-1.0).get_config()
    assert layers.Masking.from_config(config).mask_value == config["mask_value"] == -1.0


def test_gradients_of_what_a_mask_leaves_out_are_zero():
    table = layers.Embedding(5, 4, mask_zero=True)
    lstm = layers.LSTM(2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(lstm(table(WORDS)))
    gradient = tf.convert_to_tensor(tape.gradient(loss, table.embeddings)).numpy()
    assert gradient[[1, 2, 3]].any(axis=1).all()
    assert not gradient[[0, 4]].any()
