"""Refusals about councils."""

from guildhall.core.errors import Conflict, NotFound


class CouncilNotFound(NotFound):
    code, en, sv = "council_not_found", "There is no such council", "Utskottet finns inte"


class CouncilNameTaken(Conflict):
    code, en, sv = "council_name_taken", "A council already has that name", "Ett utskott har redan det namnet"


class CouncilHasPosts(Conflict):
    code = "council_has_posts"
    en, sv = "A council with posts cannot be deleted", "Ett utskott med poster kan inte tas bort"
