"""A code becomes a verdict."""
