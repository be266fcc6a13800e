"""Refusals about users."""

from guildhall.core.errors import Conflict, Forbidden, NotFound, Senseless


class UserNotFound(NotFound):
    code, en, sv = "user_not_found", "There is no such user", "Användaren finns inte"


class NoUsersGiven(Senseless):
    code, en, sv = "no_users_given", "No users were given", "Inga användare angavs"


class NamedTwice(Senseless):
    code, en, sv = "named_twice", "User {user_id} is given twice", "Användare {user_id} är angiven två gånger"


class UnknownFoodPreference(Senseless):
    code = "unknown_food_preference"
    en, sv = "{food} is not a food preference", "{food} är ingen matpreferens"


class StilIdTaken(Conflict):
    code = "stil_id_taken"
    en, sv = "Another member has that STIL id", "En annan medlem har det STIL-id:t"


class UserIsMember(Forbidden):
    code, en, sv = "user_is_member", "A member cannot be deleted", "En medlem kan inte tas bort"


class UserHasPosts(Forbidden):
    code, en, sv = "user_has_posts", "Someone with posts cannot be deleted", "Den som har poster kan inte tas bort"


class UserStillNamed(Conflict):
    code = "user_still_named"
    en = "The user is still named elsewhere, for example in a block from the car"
    sv = "Användaren nämns fortfarande någon annanstans, till exempel i en spärr från bilen"


class LastAdministrator(Conflict):
    code = "last_administrator"
    en = "The guild would be left without anyone who holds super:Permission"
    sv = "Sektionen skulle stå utan någon som har super:Permission"
