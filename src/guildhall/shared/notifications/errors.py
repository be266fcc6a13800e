"""Refusals about notifications."""

from guildhall.core.errors import NotFound, Senseless


class NotificationNotFound(NotFound):
    code, en, sv = "notification_not_found", "There is no such notification", "Notisen finns inte"


class VisitedIsRead(Senseless):
    code = "visited_is_read"
    en, sv = "What was visited has been read", "Det som har besökts är läst"


class NoticeKindNotFound(NotFound):
    code = "notice_kind_not_found"
    en, sv = "There are no notifications of the kind {kind}", "Det finns inga notiser av slaget {kind}"


class PushDeviceNotFound(NotFound):
    code, en, sv = "push_device_not_found", "There is no such device", "Enheten finns inte"


class EndpointNotAllowed(Senseless):
    code = "push_endpoint_not_allowed"
    en, sv = "That push service is not known here", "Den pushtjänsten är inte känd här"


class UnsubscribeBadToken(Senseless):
    code, en, sv = "unsubscribe_bad_token", "The link is not one of ours", "Länken är inte en av våra"
