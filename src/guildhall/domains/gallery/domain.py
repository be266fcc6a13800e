"""The manifest of the gallery."""

from guildhall.core.manifest import Domain
from guildhall.domains.gallery import routes
from guildhall.domains.gallery.seed import seed
from guildhall.domains.gallery.service import notices

domain = Domain(
    name="gallery",
    routers=(
        routes.shown,
        routes.raw,
        routes.listed,
        routes.wishers,
        routes.uploaders,
        routes.fillers,
        routes.keepers,
        routes.members,
    ),
    notices=notices.KINDS,
    bulky=(routes.PICTURES,),
    seed=seed,
)
