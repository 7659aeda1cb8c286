"""A delegate's own place in the order."""
