"""The protocol of a device, its two drivers, their memory and the words of their errors."""
