"""Conflicts that a person decides."""
