"""What a running program has around its tensors: recorders, devices, call sites, logs."""
