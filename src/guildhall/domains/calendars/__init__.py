"""Calendars: what the guild does, in the calendar that somebody uses anyway (iCalendar, RFC 5545).

There is a *public* calendar, also of one council or one tag, and each member may have a *feed* of their own. A feed is
read by programs that cannot sign in, so its address is the key: who knows it reads it. Only the key's hash is kept;
making the feed anew, or removing it, makes the old address worthless.

What stands in a calendar is not known here: domains fill the hooks of `core/calendar.py`.
"""
