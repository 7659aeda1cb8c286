"""Screens that follow a meeting."""
