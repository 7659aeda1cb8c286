"""What came in."""
