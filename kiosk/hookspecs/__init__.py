"""What a plugin may provide, one module for each owner."""
