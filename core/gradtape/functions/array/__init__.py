"""Functions that make, move, choose and order elements."""
