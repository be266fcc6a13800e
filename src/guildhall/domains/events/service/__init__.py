"""What one can do with events.

`reading` and `arranging` them; `entering`, `signing` and `signups`; `queueing`, `lining`, `allocating`, `hands`,
`publishing` and `explaining` of places; `notices` of what becomes of it.
`telling` by the clock, `cancelling`, `following` and `dates` in calendars; `asking`, `answering`, `messaging`,
`exporting` and `admitting` for the organiser.
"""
