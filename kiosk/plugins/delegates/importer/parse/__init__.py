"""What a cell means, one kind of cell a file."""
