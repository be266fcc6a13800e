"""The manifest of calendars."""

from guildhall.core.manifest import Domain
from guildhall.domains.calendars import routes

domain = Domain(name="calendars", routers=(routes.mine, routes.files))
