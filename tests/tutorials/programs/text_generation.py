"""Characters one after another: an embedding, a GRU with its state kept, a step that samples."""

import tensorflow as tf

text = "to be or not to be that is the question whether tis nobler in the mind to suffer " * 3
vocabulary = sorted(set(text))
ids = tf.constant([vocabulary.index(c) for c in text])
sequences = tf.data.Dataset.from_tensor_slices(ids).batch(21, drop_remainder=True)
dataset = sequences.map(lambda chunk: (chunk[:-1], chunk[1:])).batch(4, drop_remainder=True)


class MyModel(tf.keras.Model):
    def __init__(self, vocab_size, embedding_dim, rnn_units):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(vocab_size, embedding_dim)
        self.gru = tf.keras.layers.GRU(rnn_units, return_sequences=True, return_state=True)
        self.dense = tf.keras.layers.Dense(vocab_size)

    def call(self, inputs, states=None, return_state=False, training=False):
        x = self.embedding(inputs, training=training)
        x, states = self.gru(x, initial_state=states, training=training)
        x = self.dense(x, training=training)
        return (x, states) if return_state else x


tf.keras.utils.set_random_seed(32)
model = MyModel(len(vocabulary), 8, 16)
loss = tf.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer=tf.keras.optimizers.SGD(0.5, momentum=0.9), loss=loss)
history = model.fit(dataset, epochs=3, verbose=0)
states, character, written = None, tf.constant([[0]]), []
for _ in range(6):
    logits, states = model(character, states=states, return_state=True)
    character = tf.argmax(logits[:, -1], axis=-1)[:, tf.newaxis]
    written.append(int(character[0, 0]))
results = {"loss": history.history["loss"], "written": written, "state": states}
