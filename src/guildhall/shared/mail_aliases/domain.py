"""The manifest of mail aliases."""

from guildhall.core.manifest import Domain
from guildhall.shared.mail_aliases import routes
from guildhall.shared.mail_aliases.seed import seed

domain = Domain(name="mail_aliases", routers=(routes.viewers, routes.keepers), seed=seed)
