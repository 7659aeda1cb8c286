"""A hall's own authority, and how tablets come to trust it."""
