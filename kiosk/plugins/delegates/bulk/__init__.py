"""Many delegates changed at once."""
