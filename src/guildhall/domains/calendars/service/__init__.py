"""What one can do with calendars: `feeds` of members, and `reading` what stands in a calendar."""
