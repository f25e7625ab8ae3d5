"""Primitive ops of arithmetic, comparison, reduction and special functions."""
