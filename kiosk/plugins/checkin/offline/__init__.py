"""What a tablet keeps."""
