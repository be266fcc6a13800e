"""Paths of events: `events` themselves, `signups`, and `places`."""
