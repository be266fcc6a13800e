"""The list of everything the house holds. A new domain is one line here."""

from guildhall.app.admin.domain import domain as admin
from guildhall.app.alarms import domain as alarms
from guildhall.app.front import domain as front
from guildhall.app.metrics import domain as metrics
from guildhall.app.wide.domain import domain as wide
from guildhall.core.manifest import Domain
from guildhall.domains.calendars.domain import domain as calendars
from guildhall.domains.cars.domain import domain as cars
from guildhall.domains.documents.domain import domain as documents
from guildhall.domains.events.domain import domain as events
from guildhall.domains.gallery.domain import domain as gallery
from guildhall.domains.games.domain import domain as games
from guildhall.domains.songs.domain import domain as songs
from guildhall.platform.jobs.domain import domain as jobs
from guildhall.platform.mail.domain import domain as mail
from guildhall.platform.storage.domain import domain as storage
from guildhall.shared.auth.domain import domain as auth
from guildhall.shared.councils.domain import domain as councils
from guildhall.shared.mail_aliases.domain import domain as mail_aliases
from guildhall.shared.notifications.domain import domain as notifications
from guildhall.shared.pictures.domain import domain as pictures
from guildhall.shared.posts.domain import domain as posts
from guildhall.shared.tags.domain import domain as tags
from guildhall.shared.users.domain import domain as users

# The order is the order of seeding: who is built upon comes first.
DOMAINS: tuple[Domain, ...] = (
    jobs,
    mail,
    storage,
    pictures,
    tags,
    councils,
    users,
    posts,
    auth,
    notifications,
    mail_aliases,
    cars,
    events,
    documents,
    gallery,
    songs,
    games,
    calendars,
    wide,
    admin,
    front,
    metrics,
    alarms,
)
