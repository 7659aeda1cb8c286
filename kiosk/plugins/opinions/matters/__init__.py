"""One matter from its body to its answer."""
