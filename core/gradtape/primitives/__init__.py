"""What an op is, and the registry of all ops."""
