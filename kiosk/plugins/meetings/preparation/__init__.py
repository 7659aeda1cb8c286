"""A new meeting and its duties."""
