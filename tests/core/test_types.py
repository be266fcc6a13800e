"""Values on the wire: moments, phone numbers, texts, ids."""

from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from guildhall.core.types import INT32, Id, Line60, Note100, PhoneNumber, Text1000, UtcMoment

patient = settings(deadline=None)  # the machine may be busy

moment = TypeAdapter[datetime](UtcMoment)
phone = TypeAdapter[str](PhoneNumber)
text = TypeAdapter[str](Text1000)
line = TypeAdapter[str](Line60)
note = TypeAdapter[str](Note100)
number = TypeAdapter[int](Id)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-03-01T12:00:00Z", datetime(2027, 3, 1, 12, tzinfo=UTC)),
        ("2027-03-01T12:00:00.123456Z", datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2027-03-01T12:00:00.123Z", datetime(2027, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)),
        ("2027-03-01T12:00:00+00:00", datetime(2027, 3, 1, 12, tzinfo=UTC)),
        ("2027-03-01 12:00Z", datetime(2027, 3, 1, 12, tzinfo=UTC)),
        ("2028-02-29T23:59:59Z", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment_comes_in_utc(written: str, meant: datetime) -> None:
    assert moment.validate_python(written) == meant
    assert moment.validate_json(f'"{written}"') == meant


@pytest.mark.parametrize(
    "wrong",
    [
        "2027-03-01T12:00:00",
        "2027-03-01T12:00:00+01:00",
        "2027-03-01T12:00:00-00:30",
        "2027-03-01",
        "12:00:00Z",
        "2027-02-29T12:00:00Z",
        "2027-13-01T12:00:00Z",
        "1969-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1700000000",
        "1700000000.5",
        "tomorrow",
        "",
        1_700_000_000,
        1_700_000_000.5,
        True,
        None,
        [],
    ],
)
def test_a_moment_without_offset_zero_or_without_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        moment.validate_python(wrong)


@patient
@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 12, 31), timezones=st.just(UTC)))
def test_a_moment_goes_out_as_it_came_in(meant: datetime) -> None:
    assert moment.validate_json(moment.dump_json(meant)) == meant


@patient
@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)), st.integers(-1439, 1439).filter(bool))
def test_a_moment_elsewhere_is_refused(meant: datetime, minutes: int) -> None:
    offset = timedelta(minutes=abs(minutes))
    written = f"{meant.isoformat()}{'+' if minutes > 0 else '-'}{datetime.min + offset:%H:%M}"
    with pytest.raises(ValidationError, match="must be UTC"):
        moment.validate_python(written)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+46701740605", "tel:+46-70-174-06-05"),
        ("+46 (0)70-174 06 05", "tel:+46-70-174-06-05"),
        ("tel:+46-70-174-06-05", "tel:+46-70-174-06-05"),
        ("+45 32 12 34 56", "tel:+45-32-12-34-56"),
        ("+1 650-253-0000 ext. 5", "tel:+1-650-253-0000;ext=5"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert phone.validate_python(typed) == kept


@pytest.mark.parametrize("wrong", ["0701740605", "", "+46", "+4670", "112", "phone", "+" * 300, 46701740605, None])
def test_a_phone_number_needs_its_country(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        phone.validate_python(wrong)


@patient
@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_every_countrys_numbers_are_taken(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example
    typed = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    kept = phone.validate_python(typed)
    assert kept.startswith("tel:+")
    assert phone.validate_python(kept) == kept


@patient
@given(st.one_of(st.text(max_size=40), st.from_regex(r"\+?[0-9 ()x;ext=-]{0,40}", fullmatch=True)))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        kept = phone.validate_python(typed)
    except ValidationError:
        return
    assert phone.validate_python(kept) == kept
    assert len(kept) <= 64


@patient
@given(st.text(st.characters(), max_size=60))
def test_a_text_is_taken_exactly_when_the_database_can_keep_it(typed: str) -> None:
    can_be_kept = "\x00" not in typed and not any("\ud800" <= sign <= "\udfff" for sign in typed)
    try:
        assert text.validate_python(typed) == typed
    except ValidationError:
        assert not can_be_kept
    else:
        assert can_be_kept


def test_a_text_has_a_limit_and_may_be_empty() -> None:
    assert text.validate_python("") == ""
    assert text.validate_python(" kept as it is \n") == " kept as it is \n"
    assert len(text.validate_python("å" * 1000)) == 1000
    with pytest.raises(ValidationError):
        text.validate_python("å" * 1001)


def test_a_line_is_trimmed_and_not_empty() -> None:
    assert line.validate_python("\t Anna Maria \n") == "Anna Maria"
    assert line.validate_python(" " * 100 + "x" * 60) == "x" * 60
    for wrong in ("", "   ", "\u00a0", "x" * 61):
        with pytest.raises(ValidationError):
            line.validate_python(wrong)


def test_a_note_is_trimmed_and_may_be_empty() -> None:
    assert note.validate_python("  ") == ""
    assert note.validate_python(" x ") == "x"


def test_an_id_is_a_number_that_the_database_can_keep() -> None:
    for good in (0, 1, -1, INT32, -INT32):
        assert number.validate_python(good) == good
    for wrong in (INT32 + 1, -INT32 - 1, 10**30, 1.5, "x", None, "9" * 5000):
        with pytest.raises(ValidationError):
            number.validate_python(wrong)
