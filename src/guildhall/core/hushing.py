"""Addresses as they may be written down: some are keys, and who reads a log must not get in with them."""

import re

# What we make has 43 such signs, and so has each part of a JWT, or more. No word of ours is as long.
_KEY = re.compile(r"[A-Za-z0-9_-]{32,}")


def hushed(address: str) -> str:
    """The path, with its query or without, and `***` for whatever could be a key."""
    return _KEY.sub("***", address)
