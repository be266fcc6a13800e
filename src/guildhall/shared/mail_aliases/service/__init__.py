"""What one can do with aliases: `reading`, `aliases`, `targets`."""
