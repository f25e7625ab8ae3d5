"""Primitive ops of images."""
