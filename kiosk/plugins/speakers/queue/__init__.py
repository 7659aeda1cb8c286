"""The order, its steps and their undoing."""
