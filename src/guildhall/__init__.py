"""Guildhall: the backend of a student guild. Five floors: app, domains, shared, platform, core."""

__version__ = "0.1.0"
