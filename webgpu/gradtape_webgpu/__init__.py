"""The WebGPU backend, loaded by name when a program asks for a GPU device."""
