"""`tf.function`: ops traced once for each signature, then run as straight NumPy code."""
