"""What the core's dispatch calls for an op on arrays of the device."""
