"""Tablets, their pairing and health."""
