"""What one can do with documents: `reading`, `searching`, `keeping`."""
