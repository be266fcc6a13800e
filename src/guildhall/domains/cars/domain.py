"""The manifest of the car."""

from guildhall.core import calendar
from guildhall.core.manifest import Domain, Job
from guildhall.domains.cars import jobs, routes
from guildhall.domains.cars.seed import seed
from guildhall.domains.cars.service import dates, notices

domain = Domain(
    name="cars",
    routers=(routes.keepers, routes.blockers, routes.members),
    jobs=(Job("cars.remind", jobs.remind),),
    notices=notices.KINDS,
    seed=seed,
    fills=((calendar.personal_entries, dates.trips_of),),
)
