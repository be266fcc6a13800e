"""Later work on PostgreSQL (procrastinate): enqueued in the transaction that causes it, done by any worker.

>>> await jobs.enqueue(session, "cars.remind", at=evening, booking_id=7)     # rolled back with the transaction
>>> await jobs.reschedule(session, "cars.remind", at=later, booking_id=7)    # the booking was moved
>>> await jobs.cancel(session, "cars.remind", booking_id=7)                  # the booking is gone

A job is known by its name and its ids. It *waits*, *runs*, and is then gone; one that was tried for the last time is
kept as *failed*, with its error, until somebody has looked. Jobs with the same `line` are done one after the other,
in the order in which they were enqueued, whatever their queue; the others are done at once, as many as the queue lets.
"""

from guildhall.platform.jobs.queue import cancel, enqueue, enqueue_many, hurry, register, reschedule
from guildhall.platform.jobs.workers import TryAgain, working

__all__ = ["TryAgain", "cancel", "enqueue", "enqueue_many", "hurry", "register", "reschedule", "working"]
