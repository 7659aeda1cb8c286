"""The API as it describes itself: the document, a client made from it, a walk at random."""
