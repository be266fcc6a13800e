"""The manifest of songs."""

from guildhall.core.manifest import Domain
from guildhall.domains.songs import routes
from guildhall.domains.songs.seed import seed

domain = Domain(name="songs", routers=(routes.everybody, routes.keepers, routes.browsers, routes.shelvers), seed=seed)
