"""The manifest of users; their routes are in `app/wide`."""

from guildhall.core.manifest import Domain
from guildhall.shared.users.seed import seed

domain = Domain(name="users", seed=seed)
