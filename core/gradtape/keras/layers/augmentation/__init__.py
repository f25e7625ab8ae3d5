"""Layers that change images: at random, by seeds, and to a size."""
