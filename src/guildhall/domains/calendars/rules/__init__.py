"""How a calendar is written: `texts` for people, `times` of the wall clock, and all of it in `writing`."""
