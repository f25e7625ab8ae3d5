"""Where ops run, and the figures that decide it."""
