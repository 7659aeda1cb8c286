"""What somebody wants to ask."""
