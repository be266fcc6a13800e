"""The manifest of storage."""

from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.platform.storage import files, sweeping

domain = Domain(
    name="storage",
    jobs=(
        Job(files.DROP, files.drop_now),
        Job(files.REMOVE, files.remove_now),
        Job(sweeping.SWEEP, sweeping.sweep, retries=1),
    ),
    schedules=(Schedule("23 3 * * *", sweeping.SWEEP),),
)
