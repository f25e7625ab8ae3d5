"""Primitive ops, by theme. Each declares a kernel and its derivative (see `declaration.py`).

Positional inputs are arrays, metadata is keyword-only; axes are negative, so that a leading batch
axis disturbs nothing. TensorFlow's signatures are made of these in `functions/`.
"""
