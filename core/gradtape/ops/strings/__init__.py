"""Primitive ops of text."""
