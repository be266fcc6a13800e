"""What the guild does. Domains do not know each other."""
