"""Arrays, the pending graph, and the way from it to one submit."""
