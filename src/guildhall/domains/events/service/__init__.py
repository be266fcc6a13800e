"""What one can do with events.

`reading` and `arranging` them; `entering`, `signing` and `signups`; `queueing`, `lining`, `allocating`, `hands`,
`publishing` and `explaining` of places; `notices` of what becomes of it.
"""
