"""The manifest of documents."""

from guildhall.core.manifest import Domain
from guildhall.domains.documents import routes

domain = Domain(name="documents", routers=(routes.keepers, routes.readers))
