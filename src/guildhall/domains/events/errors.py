"""Refusals about events, sign-ups and places."""

from guildhall.core.errors import Conflict, Forbidden, NotFound, Senseless


class EventNotFound(NotFound):
    code, en, sv = "event_not_found", "Event not found", "Evenemanget finns inte"


class EventEndsBeforeItBegins(Senseless):
    code = "event_ends_before_it_begins"
    en, sv = "An event must end after it begins", "Ett evenemang måste sluta efter att det börjar"


class EventInThePast(Senseless):
    code = "event_in_the_past"
    en, sv = "An event cannot begin in the past", "Ett evenemang kan inte börja i det förflutna"


class SignupEndsBeforeItOpens(Senseless):
    code = "signup_ends_before_it_opens"
    en, sv = "Sign-up must close after it opens", "Anmälan måste stänga efter att den öppnar"


class PriceBelowZero(Senseless):
    code, en, sv = "price_below_zero", "A price cannot be lower than 0", "Ett pris kan inte vara lägre än 0"


class CapacityBelowZero(Senseless):
    code = "capacity_below_zero"
    en, sv = "There cannot be fewer than 0 places", "Det kan inte finnas färre än 0 platser"


class AtOnceIsNoLottery(Senseless):
    code = "at_once_is_no_lottery"
    en = "Places that are given at once go to those who come first; they cannot be drawn"
    sv = "Platser som ges direkt går till dem som kommer först; de kan inte lottas"


class BadPlan(Senseless):
    code, en, sv = "bad_plan", "The plan makes no sense: {why}", "Planen är inte rimlig: {why}"


class RankIsFixed(Conflict):
    code = "rank_is_fixed"
    en = "How places are given cannot be changed when some have been given"
    sv = "Hur platser ges kan inte ändras när några har getts"


class EventHasTag(Conflict):
    code, en, sv = "event_has_tag", "The event has that tag already", "Evenemanget har redan den taggen"


class EventHasNotTag(NotFound):
    code, en, sv = "event_has_not_tag", "The event does not have that tag", "Evenemanget har inte den taggen"


class PlacesAreGiven(Conflict):
    code = "places_are_given"
    en = "{given} places are given; say who goes to the queue"
    sv = "{given} platser är givna; säg vilka som går till kön"


class TooManyToQueue(Senseless):
    code = "too_many_to_queue"
    en = "That is more than have to go to the queue"
    sv = "Det är fler än som behöver gå till kön"


class SignupNotFound(NotFound):
    code, en, sv = "signup_not_found", "Signup not found", "Anmälan finns inte (Signup not found)"


class NotYourSignup(Forbidden):
    code, en, sv = "not_your_signup", "That is somebody else's sign-up", "Det är någon annans anmälan"


class NoSignup(Conflict):
    code = "no_signup"
    en, sv = "One cannot sign up for this event", "Det går inte att anmäla sig till det här evenemanget"


class EventClosed(Conflict):
    code, en, sv = "event_closed", "The event is closed", "Evenemanget är stängt"


class SignupNotOpen(Conflict):
    code, en, sv = "signup_not_open", "Sign-up has not opened yet", "Anmälan har inte öppnat än"


class SignupIsOver(Conflict):
    code, en, sv = "signup_is_over", "The deadline of sign-up has passed", "Anmälningstiden har gått ut"


class SignoffIsOver(Conflict):
    code, en, sv = "signoff_is_over", "It is too late to sign off", "Det är för sent att anmäla av sig"


class AlreadySignedUp(Conflict):
    code = "already_signed_up"
    en, sv = "Already signed up for the event, with other wishes", "Redan anmäld till evenemanget, med andra önskemål"


class GroupNotAllowed(Forbidden):
    code = "group_not_allowed"
    en, sv = "One cannot sign up with this group", "Det går inte att anmäla sig med den här gruppen"


class PriorityNotAllowed(Forbidden):
    code = "priority_not_allowed"
    en, sv = "One cannot sign up with this priority", "Det går inte att anmäla sig med den här prioriteten"


class SignupIsStillOpen(Conflict):
    code = "signup_is_still_open"
    en, sv = "Sign-up has not closed yet", "Anmälan har inte stängt än"


class PlacesAreOut(Conflict):
    code, en, sv = "places_are_out", "The places are published already", "Platserna är redan publicerade"


class PlacesAreDrawn(Conflict):
    code = "places_are_drawn"
    en, sv = "Some sign-ups have a place already", "Några anmälningar har redan en plats"


class NoPlaceLeft(Conflict):
    code, en, sv = "no_place_left", "There are not so many places", "Så många platser finns inte"


class NotPublished(Conflict):
    code = "not_published"
    en, sv = "The places are not published yet", "Platserna är inte publicerade än"


class LineHasChanged(Conflict):
    code = "line_has_changed"
    en, sv = "The line is not as you saw it any more; look again", "Raden är inte som du såg den längre; titta igen"


class NoDraw(NotFound):
    code = "no_draw"
    en = "Places at this event are given at once; there is no draw"
    sv = "Platser på det här evenemanget ges direkt; det finns ingen dragning"


class NoTicket(Conflict):
    code = "no_ticket"
    en = "Only those with a place at a published event have a ticket"
    sv = "Bara den som har plats på ett publicerat evenemang har en biljett"


class QuestionNotFound(NotFound):
    code, en, sv = "question_not_found", "The event has no such question", "Evenemanget har ingen sådan fråga"


class QuestionIsAnswered(Conflict):
    code = "question_is_answered"
    en = "Some have answered already: the kind, the bounds and the options that there are must stay"
    sv = "Några har redan svarat: slaget, gränserna och de alternativ som finns måste vara kvar"


class QuestionsDiffer(Senseless):
    code = "questions_differ"
    en = "An order must name every question of the event once"
    sv = "En ordning måste nämna varje fråga i evenemanget en gång"


class TooManyQuestions(Conflict):
    code = "too_many_questions"
    en, sv = "An event has at most {most} questions", "Ett evenemang har högst {most} frågor"


class AnswerIsLate(Conflict):
    code = "answer_is_late"
    en = "The question “{question}” cannot be answered any more"
    sv = "Frågan ”{question}” kan inte besvaras längre"


class AnswerIsNoOption(Senseless):
    code = "answer_is_no_option"
    en = "The question “{question}” is answered with what can be chosen there"
    sv = "Frågan ”{question}” besvaras med det som går att välja där"


class AnswerIsNoText(Senseless):
    code = "answer_is_no_text"
    en = "The question “{question}” is answered with a text of at most {most} characters"
    sv = "Frågan ”{question}” besvaras med en text på högst {most} tecken"


class AnswerIsNoNumber(Senseless):
    code = "answer_is_no_number"
    en = "The question “{question}” is answered with a number from {least} to {most}"
    sv = "Frågan ”{question}” besvaras med ett tal från {least} till {most}"
