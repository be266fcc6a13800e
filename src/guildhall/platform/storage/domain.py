"""The manifest of storage."""

from guildhall.core.manifest import Domain, Job
from guildhall.platform.storage import files

domain = Domain(name="storage", jobs=(Job(files.DROP, files.drop_now), Job(files.REMOVE, files.remove_now)))
