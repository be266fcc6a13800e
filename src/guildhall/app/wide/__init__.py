"""Answers that span domains: a user with posts, groups and doors; a council with its posts and events.

It reads any domain and holds no rules. `awaited` has the shapes of domains that are not built yet: they are declared
on the wire, answered empty, and move out to their domain when it is built.
"""
