"""Slips that are printed empty."""
