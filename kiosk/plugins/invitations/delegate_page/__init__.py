"""What a delegate sees and answers."""
