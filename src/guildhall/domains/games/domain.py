"""The manifest of games."""

from guildhall.core.manifest import Domain
from guildhall.domains.games import routes

domain = Domain(name="games", routers=(routes.players, routes.referees))
