"""What was promised, and until when."""
