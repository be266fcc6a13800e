"""Refusals about tags."""

from guildhall.core.errors import Conflict, NotFound


class TagNotFound(NotFound):
    code, en, sv = "tag_not_found", "There is no such tag", "Taggen finns inte"


class TagNameTaken(Conflict):
    code, en, sv = "tag_name_taken", "There is a tag with that name already", "Det finns redan en tagg med det namnet"
