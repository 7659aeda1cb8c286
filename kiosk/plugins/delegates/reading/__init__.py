"""Understanding a list that nobody has seen before. Pure: sheets in, people out."""
