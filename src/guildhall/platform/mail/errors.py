"""Refusals about mails."""

from guildhall.core.errors import Conflict, NotFound


class MailNotFound(NotFound):
    code, en, sv = "mail_not_found", "There is no such mail", "Mejlet finns inte"


class MailNotDead(Conflict):
    code = "mail_not_dead"
    en, sv = "Only a mail that was given up can be sent again", "Bara ett mejl som gavs upp kan skickas igen"
