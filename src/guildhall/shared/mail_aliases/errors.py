"""Refusals about mail aliases."""

from guildhall.core.errors import Conflict, NotFound, Senseless


class AliasNotFound(NotFound):
    code, en, sv = "alias_not_found", "There is no such alias", "Aliaset finns inte"


class AliasExists(Conflict):
    code, en, sv = "alias_exists", "That alias exists already", "Aliaset finns redan"


class NotOurMailDomain(Senseless):
    code = "not_our_mail_domain"
    en, sv = "The guild's addresses end with {domains}", "Sektionens adresser slutar på {domains}"


class AliasHasMember(Conflict):
    code = "alias_has_member"
    en, sv = "{address} is in the alias already", "{address} finns redan i aliaset"


class MemberNotInAlias(NotFound):
    code = "member_not_in_alias"
    en, sv = "{address} is not in the alias", "{address} finns inte i aliaset"


class MemberComesThrough(Conflict):
    code = "member_comes_through"
    en = "{address} receives through {through} and has to be removed there"
    sv = "{address} får posten genom {through} och måste tas bort där"


class AliasGoesInCircles(Conflict):
    code = "alias_goes_in_circles"
    en, sv = "Mail to {alias} would come back to itself", "Post till {alias} skulle komma tillbaka till sig själv"


class AliasIsFull(Conflict):
    code = "alias_is_full"
    en, sv = "An alias has at most {limit} targets", "Ett alias har högst {limit} mottagare"
