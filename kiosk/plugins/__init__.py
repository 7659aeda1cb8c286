"""Our own features; they come in by the same door as a stranger's."""
