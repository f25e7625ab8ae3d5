"""Checkpoints: which objects hold state, and how it is written and read back.

`graph.py` finds the objects by the names of their attributes, `container.py` is the file that is
written, `foreign.py` reads TensorFlow's own, `restoring.py` brings values and objects together,
`checkpoint.py` and `manager.py` are what programs use. The public names are those of `tf.train`.
"""
