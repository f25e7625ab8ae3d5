"""Kernels of WebAssembly for Python in a browser tab, on NumPy's arrays where they lie."""
