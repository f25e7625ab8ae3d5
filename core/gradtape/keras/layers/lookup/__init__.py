"""Layers that look words and numbers up: they turn categories and texts into what a model takes.

No gradient passes, and a compiled function that calls one runs eagerly.
"""
