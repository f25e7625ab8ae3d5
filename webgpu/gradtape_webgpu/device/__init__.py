"""The device in use, and what outlives it."""
