"""The manifest of events."""

from guildhall.core.manifest import Domain
from guildhall.domains.events.routes import events

domain = Domain(name="events", routers=(events.viewers, events.managers, events.everybody))
