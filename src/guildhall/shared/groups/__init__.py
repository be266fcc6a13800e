"""Groups: of nollning and others, in which members have a role.

What others ask about a user's groups are hooks (`service`), filled by whoever keeps groups.
"""
