"""Councils (utskott): the parts of the guild that posts, events and bookings belong to.

A council's two names are each unique. Deleting a council takes its bookings with it; one that has posts stays.
The wire's answer shows a council with its posts and events, so it is composed in `app/wide`.
"""
