"""Types of values on the wire: ids, texts with limits, moments in UTC, phone numbers."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

INT32 = 2**31 - 1
YEARS = (1970, 2200)
_ISO = re.compile(r"\d{4}-\d\d-\d\d\D", re.ASCII)


class Wire(BaseModel):
    """A shape on the wire; reads from rows and objects as well as from JSON. Unknown fields are ignored."""

    model_config = ConfigDict(from_attributes=True)


def _storable(value: str) -> str:
    if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError("text must not contain characters that are not characters")
    return value


Storable = AfterValidator(_storable)
"""Refuses what PostgreSQL cannot keep: NUL, and halves of characters."""


def _one_line(value: str) -> str:
    if any(sign < " " for sign in value):
        raise ValueError("must be one line, without control characters")
    return value


OneLine = AfterValidator(_one_line)
"""Refuses line breaks and control characters: names stand in subjects, menus and lists."""

Id = Annotated[int, Field(ge=-INT32, le=INT32)]
Int32 = Id
Line60 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Storable, OneLine]
Line100 = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Storable, OneLine]
Note100 = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Storable, OneLine]
Note320 = Annotated[str, StringConstraints(strip_whitespace=True, max_length=320), Storable, OneLine]
Text1000 = Annotated[str, StringConstraints(max_length=1000), Storable]
Text2000 = Annotated[str, StringConstraints(max_length=2000), Storable]
Text3500 = Annotated[str, StringConstraints(max_length=3500), Storable]


def _written(value: Any) -> Any:
    # Seconds since 1970, as a number or as text, are no moment that a person wrote.
    if not (isinstance(value, datetime) or (isinstance(value, str) and _ISO.match(value))):
        raise ValueError("datetime must be a text in ISO 8601")
    return value


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError(f"datetime must be UTC. utcoffset was {moment.utcoffset()}")
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValueError(f"year must be between {YEARS[0]} and {YEARS[1]}")
    return moment


UtcMoment = Annotated[datetime, BeforeValidator(_written), AfterValidator(_utc)]
"""A moment that must come with offset zero (`Z` or `+00:00`); naive times and other offsets are 422."""


def _phone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError("value is not a valid phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)


WrittenPhoneNumber = Annotated[
    str, WithJsonSchema({"type": "string", "format": "phone", "minLength": 7, "maxLength": 64})
]
"""A phone number that was checked when it was written; checking two thousand again costs more than reading them."""
PhoneNumber = Annotated[WrittenPhoneNumber, BeforeValidator(_phone), Field(min_length=7, max_length=64)]
"""Any international format with country code; kept and answered as RFC 3966 (`tel:+46-70-174-06-05`)."""
