"""Events: what happens in the guild, who signs up, and who has a place."""
