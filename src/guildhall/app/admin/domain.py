"""The manifest of the system's administration."""

from guildhall.app.admin import jobs
from guildhall.core.manifest import Domain

domain = Domain(name="admin", routers=(jobs.router,))
