"""Refusals about calendars."""

from guildhall.core.errors import NotFound


class CalendarNotFound(NotFound):
    code, en, sv = "calendar_not_found", "There is no such calendar", "Kalendern finns inte"


class NoCalendarFeed(NotFound):
    code = "no_calendar_feed"
    en, sv = "You have no calendar feed", "Du har inget kalenderflöde"
