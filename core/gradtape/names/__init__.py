"""The names of the public surface: where each lives, and what a wrong one was meant to be."""
