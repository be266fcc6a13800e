"""The manifest of storage."""

from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.platform.storage import files, jobs

domain = Domain(
    name="storage",
    jobs=(
        Job(files.DROP, files.drop_now),
        Job(files.REMOVE, files.remove_now),
        Job("storage.sweep", jobs.sweep_nightly),
    ),
    schedules=(Schedule("31 3 * * *", "storage.sweep"),),
)
