"""The manifest of posts and permissions."""

from guildhall.core.manifest import Domain
from guildhall.shared.posts import routes
from guildhall.shared.posts.seed import seed

domain = Domain(
    name="posts",
    routers=(routes.everybody, routes.members, routes.keepers, routes.viewers, routes.readers, routes.givers),
    seed=seed,
)
