"""The manifest of events."""

from guildhall.core.manifest import Domain
from guildhall.domains.events import routes

domain = Domain(name="events", routers=(routes.viewers, routes.managers, routes.everybody))
