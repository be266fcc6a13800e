"""The manifest of tags. Their paths are in `app/wide`, because the answers embed events and news."""

from guildhall.core import calendar
from guildhall.core.manifest import Domain
from guildhall.shared.tags import service
from guildhall.shared.tags.seed import seed

domain = Domain(name="tags", seed=seed, fills=((calendar.narrowed_to, service.narrowing),))
