"""The manifest of accounts and sessions."""

from guildhall.core import access, looking
from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.shared.auth import jobs, routes
from guildhall.shared.auth.seed import seed
from guildhall.shared.auth.service import identity, sessions
from guildhall.shared.users import service as users

domain = Domain(
    name="auth",
    routers=(routes.everybody, routes.holders, routes.owners, routes.devices),
    jobs=(Job("auth.sweep", jobs.sweep),),
    schedules=(Schedule("17 2 * * *", "auth.sweep"),),
    seed=seed,
    fills=(
        (access.identify, identity.identify),
        (looking.identify_seeing, identity.identify_seeing),
        (users.deactivated, sessions.end_all),
    ),
)
