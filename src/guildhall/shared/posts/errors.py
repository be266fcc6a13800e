"""Refusals about posts and permissions."""

from guildhall.core.errors import Conflict, Forbidden, NotFound, Senseless


class PostNotFound(NotFound):
    code, en, sv = "post_not_found", "There is no such post", "Posten finns inte"


class PermissionNotFound(NotFound):
    code, en, sv = "permission_not_found", "There is no such permission", "Behörigheten finns inte"


class LimitsDisagree(Senseless):
    code = "limits_disagree"
    en = "The recommended number of holders cannot be higher than the greatest"
    sv = "Det rekommenderade antalet kan inte vara större än det högsta"


class PermissionExists(Conflict):
    code, en, sv = "permission_exists", "That permission exists already", "Behörigheten finns redan"


class PermissionAlreadyOnPost(Conflict):
    code = "permission_already_on_post"
    en, sv = "The post carries that permission already", "Posten har redan den behörigheten"


class PermissionNotOnPost(Conflict):
    code = "permission_not_on_post"
    en, sv = "The post does not carry that permission", "Posten har inte den behörigheten"


class NotYoursToGive(Forbidden):
    code = "not_yours_to_give"
    en = "You cannot give a permission that you do not hold yourself"
    sv = "Du kan inte ge en behörighet som du inte själv har"


class PostIsSuper(Forbidden):
    code = "post_is_super"
    en = "A post with a super permission is given by holders of super:UserPost or super:Permission"
    sv = "En post med en super-behörighet ges av den som har super:UserPost eller super:Permission"
