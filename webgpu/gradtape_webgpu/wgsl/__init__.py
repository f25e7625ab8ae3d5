"""WGSL functions that kernels call, and the expressions of the element-wise ops."""
