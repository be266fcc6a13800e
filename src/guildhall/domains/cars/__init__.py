"""The car: the guild's one car, booked by members for themselves or for a council. The model of every domain.

A *booking* is *personal* or a council's, and *confirmed* or waiting for the car keeper (whoever holds
`manage:Car`). No two bookings overlap, confirmed or not, whoever asks: a constraint in the database sees to that,
and who books takes a lock first, so that many at once queue up instead of deadlocking. A *block* keeps somebody,
also a keeper, from booking, changing and removing; they can still read.

Wire quirks: the key is `booking_id`; unblocking takes the user's id; a member's own `confirmed` is silently ignored,
because the website's form always sends it.
"""
