"""An office's own Word files."""
