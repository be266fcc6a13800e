"""The manifest of events."""

from guildhall.core import calendar
from guildhall.core.manifest import Domain, Job, Schedule
from guildhall.domains.events import jobs, pages
from guildhall.domains.events.routes import checkin, events, following, organising, places, questions, signups
from guildhall.domains.events.seed import seed
from guildhall.domains.events.service import dates, notices, signing, telling
from guildhall.shared.councils import service as councils
from guildhall.shared.users import service as users

domain = Domain(
    name="events",
    routers=(
        events.viewers,
        events.managers,
        events.everybody,
        signups.members,
        places.managers,
        places.members,
        following.members,
        organising.managers,
        questions.members,
        questions.managers,
        questions.answerers,
        checkin.members,
        checkin.managers,
        pages.everybody,
    ),
    jobs=(Job(telling.JOB, jobs.tell), Job("events.prune", jobs.prune)),
    schedules=(Schedule("41 2 * * *", "events.prune"),),
    notices=notices.KINDS,
    seed=seed,
    fills=(
        (users.leaving, signing.user_leaves),
        (councils.leaving, signing.council_leaves),
        (calendar.public_entries, dates.public),
        (calendar.personal_entries, dates.mine),
    ),
)
