"""What one can do with posts: `reading`, `posts`, `permissions`, `holders`."""
