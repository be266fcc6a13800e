"""The manifest of the system's administration."""

from guildhall.app.admin import jobs, mail
from guildhall.core.manifest import Domain

domain = Domain(name="admin", routers=(jobs.router, mail.router))
