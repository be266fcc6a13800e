"""The manifest of the wide answers."""

from guildhall.app.wide import councils, users
from guildhall.core.manifest import Domain

domain = Domain(
    name="wide",
    routers=(
        users.me_first,
        users.oneself,
        users.members,
        users.viewers,
        users.managers,
        users.givers,
        users.deleters,
        councils.members,
        councils.managers,
    ),
)
