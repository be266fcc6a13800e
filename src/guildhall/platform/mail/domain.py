"""The manifest of mail."""

from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.platform.mail import jobs
from guildhall.platform.mail.service import DELIVER, DELIVER_BULK

domain = Domain(
    name="mail",
    jobs=(
        Job(DELIVER, jobs.deliver, queue="mail"),
        Job(DELIVER_BULK, jobs.deliver, queue="bulk"),
        Job("mail.bury_stranded", jobs.bury_stranded),
        Job("mail.prune", jobs.prune),
    ),
    schedules=(Schedule("7 * * * *", "mail.bury_stranded"), Schedule("23 2 * * *", "mail.prune")),
)
