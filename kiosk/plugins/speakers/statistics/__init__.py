"""Who spoke how long."""
