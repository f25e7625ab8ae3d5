"""Python beside the program in the tab: it runs it, watches its tapes, checks gradients, shows."""
