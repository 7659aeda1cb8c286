"""What everyone may read and ask."""
