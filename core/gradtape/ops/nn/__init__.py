"""Primitive ops of neural networks."""
