"""The manifest of documents."""

from guildhall.core.manifest import Domain
from guildhall.domains.documents import routes
from guildhall.domains.documents.seed import seed

domain = Domain(name="documents", routers=(routes.keepers, routes.readers), seed=seed)
