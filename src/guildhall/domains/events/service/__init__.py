"""What one can do with events: `reading`, `arranging`, `signing`, `queueing`."""
