"""The kernels of ops that are more than one expression, by theme."""
