"""What becomes of an op: rules for arrays of known shapes."""
