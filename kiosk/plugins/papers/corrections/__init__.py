"""A paper in other words, with its history."""
