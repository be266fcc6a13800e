"""Users: the people of the guild, as the guild knows them.

A *user* has an account; a *member* is a user whom an administrator made one. A user's e-mail address is unique
whatever its case. A *STIL id* is the university's name for a student (`ab1234cd-s`), kept in lower case and unique
among members only, so that nobody can squat on another's.

Names are found without case and accents (`aberg` finds Åberg) and sorted as Swedish sorts, by columns the database
generates.

Wire quirks: notifications are written as `notifications` and read as `want_notifications`; phone numbers come in
any international format and go out as RFC 3966. How one signs in belongs to `auth`; answers that show a user with
posts, groups and doors are composed in `app/wide`.
"""
