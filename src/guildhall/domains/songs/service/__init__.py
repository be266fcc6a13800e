"""What one can do with songs: `reading`, `keeping`, `categories`, `views`."""
