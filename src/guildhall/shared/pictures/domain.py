"""The manifest of pictures."""

from guildhall.core.manifest import Domain
from guildhall.shared.pictures.models import Picture

domain = Domain(name=Picture.__tablename__)
