"""Telling members: `notify` writes a notice to them into the transaction that causes it.

>>> await notify(session, "cars.confirmed", [booking.user_id], Notice(title_sv=..., target=("car_booking", 7)))
"""

from guildhall.shared.notifications.service.telling import Notice, notify, notify_each

__all__ = ["Notice", "notify", "notify_each"]
