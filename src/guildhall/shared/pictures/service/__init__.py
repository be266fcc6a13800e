"""What one can do with pictures."""
