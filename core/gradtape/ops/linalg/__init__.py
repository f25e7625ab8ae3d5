"""Primitive ops of linear algebra."""
