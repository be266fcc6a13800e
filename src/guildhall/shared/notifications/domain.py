"""The manifest of notifications."""

from guildhall.core.manifest import Domain, Job, NoticeKind, Schedule
from guildhall.shared.notifications import jobs, pages, routes
from guildhall.shared.notifications.seed import KIND, seed

domain = Domain(
    name="notifications",
    routers=(pages.letters, routes.mine, routes.screens, routes.browsers, routes.app_once),
    jobs=(
        Job("notifications.fan_out", jobs.fan_out),
        Job("notifications.push", jobs.push, queue="push"),
        Job("notifications.prune", jobs.prune),
    ),
    schedules=(Schedule("29 2 * * *", "notifications.prune"),),
    notices=(NoticeKind(KIND, "Messages from the guild", "Meddelanden från sektionen", frozenset({"inbox", "push"})),),
    seed=seed,
)
