"""The manifest of the wide answers."""

from guildhall.app.wide import councils, tags, user_pictures, users
from guildhall.core.manifest import Domain

domain = Domain(
    name="wide",
    routers=(
        user_pictures.viewers,
        user_pictures.members,
        users.me_first,
        users.oneself,
        users.members,
        users.viewers,
        users.managers,
        users.givers,
        users.deleters,
        councils.members,
        councils.managers,
        tags.everybody,
        tags.managers,
    ),
)
