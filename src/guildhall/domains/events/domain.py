"""The manifest of events."""

from guildhall.core.manifest import Domain
from guildhall.domains.events import pages
from guildhall.domains.events.routes import events, places, signups
from guildhall.domains.events.service import notices, signing
from guildhall.shared.councils import service as councils
from guildhall.shared.users import service as users

domain = Domain(
    name="events",
    routers=(
        events.viewers,
        events.managers,
        events.everybody,
        signups.members,
        places.managers,
        places.members,
        pages.everybody,
    ),
    notices=notices.KINDS,
    fills=((users.leaving, signing.user_leaves), (councils.leaving, signing.council_leaves)),
)
