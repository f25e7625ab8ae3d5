"""The share server: stores gradient snippets that anyone can open, run again and check."""
