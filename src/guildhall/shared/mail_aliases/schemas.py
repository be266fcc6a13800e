"""Mail aliases on the wire."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, WithJsonSchema

from guildhall.core.types import Id, Storable, Wire

MOST_TARGETS = 200
_LOCAL_PART = re.compile(r"[a-z0-9._+-]{1,64}", re.ASCII)


def _plain(address: str) -> str:
    if not _LOCAL_PART.fullmatch(address.partition("@")[0]):
        raise ValueError("before the @ an alias has at most 64 letters from a to z, digits, and . _ + -")
    return address


Address = Annotated[EmailStr, Storable, AfterValidator(str.lower)]
"""Any e-mail address, in lower case: that is how receivers are compared."""
AliasAddress = Annotated[Address, AfterValidator(_plain)]
"""An address of the guild, of characters that every mail system and every path takes."""
NamedAlias = Annotated[str, Storable, AfterValidator(str.strip), AfterValidator(str.lower)]
"""Which alias, in a path; what is no address names none."""
WrittenAddress = Annotated[str, WithJsonSchema({"type": "string", "format": "email"})]
"""An address that was checked when it was written."""


class AliasTargetRead(Wire):
    """Where mail to the alias goes. A target of the kind `address` is its name, and has no id."""

    kind: Literal["address", "user", "post", "council"]
    id: int | None
    name_sv: str
    name_en: str


class AliasRead(Wire):
    """An alias with the addresses that receive now, and with its targets."""

    alias: WrittenAddress
    members: list[WrittenAddress]
    targets: list[AliasTargetRead] = Field(default_factory=list[AliasTargetRead])


class AliasTargets(Wire):
    """All targets of an alias; what is left out is empty."""

    addresses: list[Address] = Field(default_factory=list[Address], max_length=MOST_TARGETS)
    user_ids: list[Id] = Field(default_factory=list[Id], max_length=MOST_TARGETS)
    post_ids: list[Id] = Field(default_factory=list[Id], max_length=MOST_TARGETS)
    council_ids: list[Id] = Field(default_factory=list[Id], max_length=MOST_TARGETS)
