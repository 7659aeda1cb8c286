"""A gate that needs a person."""
