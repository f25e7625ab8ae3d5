"""Primitive ops that make, move, choose and order elements."""
