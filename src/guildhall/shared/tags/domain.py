"""The manifest of tags. Their paths are in `app/wide`, because the answers embed events and news."""

from guildhall.core.manifest import Domain
from guildhall.shared.tags.seed import seed

domain = Domain(name="tags", seed=seed)
