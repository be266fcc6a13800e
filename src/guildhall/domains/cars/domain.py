"""The manifest of the car."""

from guildhall.core.manifest import Domain
from guildhall.domains.cars import routes
from guildhall.domains.cars.seed import seed

domain = Domain(name="cars", routers=(routes.keepers, routes.blockers, routes.members), seed=seed)
