"""Control flow, assertions, printing, Python calls, tracing."""
