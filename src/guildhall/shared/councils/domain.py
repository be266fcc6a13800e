"""The manifest of councils; their routes are in `app/wide`."""

from guildhall.core import calendar
from guildhall.core.manifest import Domain
from guildhall.shared.councils import service
from guildhall.shared.councils.seed import seed

domain = Domain(name="councils", seed=seed, fills=((calendar.narrowed_to, service.narrowing),))
