"""The song book: songs in categories, which everybody sings from and holders of `manage:Song` keep.

Fetching one song is a *view* of it. Views are counted in memory and written once a second, all songs in one statement,
so that a sitting with two hundred phones costs as little as one; what was answered once is never less afterwards.

Wire quirks: a song has one language only; `PATCH` takes every key, and its `author` and `melody` may be null, which
clears them.
"""
