"""The manifest of pictures."""

from guildhall.core.manifest import Domain, Job
from guildhall.shared.pictures.service import developing

domain = Domain(
    name="pictures",
    jobs=(Job(developing.DEVELOP, developing.develop_new, developing.QUEUE),),
)
