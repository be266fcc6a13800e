"""The manifest of pictures."""

from guildhall.core.manifest import Domain

domain = Domain(name="pictures")
