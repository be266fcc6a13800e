"""The manifest of the administrators' routes."""

from guildhall.app.admin import mail
from guildhall.core.manifest import Domain

domain = Domain(name="admin", routers=(mail.router,))
