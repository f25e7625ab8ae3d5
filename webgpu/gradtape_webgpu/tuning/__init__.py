"""What is measured on an adapter once and remembered."""
