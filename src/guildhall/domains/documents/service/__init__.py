"""What one can do with documents: `reading`, `keeping`."""
