"""TensorFlow's functions, by theme: signatures, argument checks and compositions of ops.

No derivative is written here: what is composed of ops is differentiable by them.
"""
