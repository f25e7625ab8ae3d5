"""Skip-grams with negative samples: two embeddings, an einsum, sparse gradients."""

import numpy as np
import tensorflow as tf

sentence = "the wide road shimmered in the hot sun and the road was long".split()
vocab = {word: i for i, word in enumerate(dict.fromkeys(["<pad>", *sentence]))}
tokens = [vocab[word] for word in sentence]
positive, _ = tf.keras.preprocessing.sequence.skipgrams(
    tokens, vocabulary_size=len(vocab), window_size=2, negative_samples=0, seed=1
)
positive = np.array(sorted(map(tuple, positive)))
rng = np.random.default_rng(36)
contexts = np.stack([[c, *rng.integers(1, len(vocab), 4)] for _, c in positive])
labels = tf.constant([[1, 0, 0, 0, 0]] * len(positive))


class Word2Vec(tf.keras.Model):
    def __init__(self, vocab_size, embedding_dim):
        super().__init__()
        self.target = tf.keras.layers.Embedding(vocab_size, embedding_dim, name="w2v_embedding")
        self.context = tf.keras.layers.Embedding(vocab_size, embedding_dim)

    def call(self, pair):
        target, context = pair
        return tf.einsum("be,bce->bc", self.target(target), self.context(context))


tf.keras.utils.set_random_seed(36)
model = Word2Vec(len(vocab), 6)
model.compile(
    optimizer=tf.keras.optimizers.SGD(2.0),
    loss=tf.keras.losses.CategoricalCrossentropy(from_logits=True),
)
data = tf.data.Dataset.from_tensor_slices(((positive[:, 0], contexts), labels)).batch(10)
history = model.fit(data, epochs=4, verbose=0)
results = {"loss": history.history["loss"], "pairs": len(positive)}
