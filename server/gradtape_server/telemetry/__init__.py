"""What operators read: log lines and counters."""
