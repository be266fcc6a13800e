"""Paths of events: `events` themselves."""
