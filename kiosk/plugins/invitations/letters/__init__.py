"""What is printed, and its wording."""
