"""Scripts and styles, looked at without a browser."""
