"""Moments as text, to the microsecond: JSON has no type for them, and a browser's clock stops at milliseconds."""

from datetime import UTC, datetime

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def moment_to_text(moment: datetime) -> str:
    """An aware moment in UTC, always 27 characters, so that texts sort as moments do.

    >>> moment_to_text(datetime(2026, 9, 1, 12, tzinfo=UTC))
    '2026-09-01T12:00:00.000000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment_from_text(text: object) -> datetime:
    """The moment that a text says. Raises ValueError unless `moment_to_text` writes it just so.

    >>> moment_from_text("2026-09-01T12:00:00.000001Z").microsecond
    1
    """
    moment = _moment(text) if isinstance(text, str) else None
    if moment is None or text != moment_to_text(moment):
        raise ValueError("a moment is a text like 2026-09-01T12:00:00.000000Z")
    return moment


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
