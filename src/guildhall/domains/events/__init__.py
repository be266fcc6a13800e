"""Events: what the guild arranges, who signs up for it, and who gets a place.

A *sign-up* has a *priority* (its class: a post's Swedish name, one of nollning's, or `Övrigt`) and perhaps the name of
a group. While sign-up is open everybody may sign up, however many they are; places are given afterwards. A *plan* puts
all sign-ups into one *line*; the first ones have a *place*, as many as there are, and the rest are the *queue*
(`rules`, docs/places.md). A *hand* fixes a sign-up in front, or out of the line.

Places are *published* once. From then on the line is live: who signs up goes to its end, who signs off leaves a place
to the first of the queue, and so does a raised capacity, all in the same transaction. An event that gives *places at
once* is published from its creation.

No more places are given than there are, whoever asks: the database counts them (`places_given`). Whatever gives or
moves places takes the event's row first; a sign-up only shares it.

An organiser asks *questions*, writes *messages*, takes *lists* home and *checks in* tickets at the door
(docs/events.md). What is told by the clock is told once for each moment (`EventTelling`). An event that is removed
before it is over is *cancelled*: it stays in calendars as that for 90 days.

Wire quirks: `max_event_users` 0 is unlimited; `event_users_confirmed` means published; the drink package is written
`drinkPackage`, and "None" is a text; `GET /events/get-event-tags/{id}` answers the event once per tag.
"""
