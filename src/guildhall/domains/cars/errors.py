"""Refusals about the car."""

from guildhall.core.errors import Conflict, Forbidden, NotFound, Senseless


class BookingNotFound(NotFound):
    code, en, sv = "booking_not_found", "There is no such booking", "Bokningen finns inte"


class CarTaken(Conflict):
    code, en, sv = "car_taken", "The car is already booked then", "Bilen är redan bokad då"


class EndsBeforeItBegins(Senseless):
    code = "ends_before_it_begins"
    en, sv = "A booking must end after it begins", "En bokning måste sluta efter att den börjar"


class BeginsInThePast(Senseless):
    code, en, sv = (
        "begins_in_the_past",
        "A booking cannot begin in the past",
        "En bokning kan inte börja i det förflutna",
    )


class CouncilNeeded(Senseless):
    code = "council_needed"
    en = "A booking that is not personal needs a council"
    sv = "En bokning som inte är privat behöver ett utskott"


class NotYourCouncil(Forbidden):
    code = "not_your_council"
    en, sv = "You hold no post in that council", "Du har ingen post i det utskottet"


class NotYourBooking(Forbidden):
    code, en, sv = "not_your_booking", "That is somebody else's booking", "Det är någon annans bokning"


class BlockedFromCar(Forbidden):
    code, en, sv = "blocked_from_car", "You are blocked from booking the car", "Du är spärrad från att boka bilen"


class AlreadyBlocked(Conflict):
    code, en, sv = "already_blocked", "The user is blocked already", "Användaren är redan spärrad"


class NotBlocked(NotFound):
    code, en, sv = "not_blocked", "The user is not blocked", "Användaren är inte spärrad"
