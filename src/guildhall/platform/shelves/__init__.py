"""Answers that are the same for everybody, made once for each change of what they tell.

>>> EVENTS = Shelf("events", topics=("events", "councils"))
>>> async def get_all_events(request: Request) -> Response:
...     return await EVENTS.answer(request, "all", service.events_as_json)     # (Glances) -> bytes

Whoever changes what is shown says so with `live.tell(session, "events", ...)` in the transaction of the change. Then
nobody who asks after the change was heard gets what was made before it: in the process that made the change from the
moment it has committed, in the others as soon as they hear of it.
"""

from guildhall.platform.shelves.answering import DESCRIBED, Shelf, Shelves

__all__ = ["DESCRIBED", "Shelf", "Shelves"]
