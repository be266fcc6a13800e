"""The rules of accounts that need no database."""

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guildhall.shared.auth.rules import device_name, masked, password_fault

patient = settings(deadline=None)  # the machine may be busy

SHORT = "Password should be at least 8 characters"
CONTAINS = "Password should not contain your e-mail"
PLAIN = "Password must contain both letters and numbers"

locals_ = st.text(string.ascii_letters + string.digits + "._+-åÄé", min_size=1, max_size=30)
emails = locals_.map(lambda local: f"{local}@example.com")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("correct horse 1", None),
        ("abcdefg1", None),
        ("lösenord1", None),
        ("ANNIKA is my name 1", CONTAINS),
        ("x1-Annika@Example.com", CONTAINS),
        ("abc1", SHORT),
        ("", SHORT),
        ("annika1", SHORT),  # too short is said before anything else
        ("annikannika", CONTAINS),  # and the e-mail before letters and numbers
        ("abcdefgh", PLAIN),
        ("12345678", PLAIN),
        ("åäöåäöåäö1", PLAIN),  # the letter must be an ASCII one
        ("abcdefgh٣", PLAIN),  # and so must the digit
    ],
)
def test_a_password_is_judged_in_the_order_of_the_sheet(password: str, fault: str | None) -> None:
    assert password_fault(password, "annika@example.com") == fault


def test_a_short_name_before_the_at_sign_may_be_in_the_password() -> None:
    assert password_fault("123bo4567", "bo@example.com") is None
    assert password_fault("123bosse4567", "bosse@example.com") == CONTAINS


@patient
@given(st.text(max_size=7), emails)
def test_no_short_password_will_do(password: str, email: str) -> None:
    assert password_fault(password, email) == SHORT


@patient
@given(st.text(max_size=10), st.text(max_size=10), emails)
def test_no_password_with_the_whole_address_will_do(before: str, after: str, email: str) -> None:
    assert password_fault(before + email.upper() + after, email) == CONTAINS


@patient
@given(st.text(min_size=8), emails)
def test_a_password_that_will_do_has_a_letter_and_a_digit_and_not_the_address(password: str, email: str) -> None:
    assume(password_fault(password, email) is None)
    assert set(password) & set(string.ascii_letters)
    assert set(password) & set(string.digits)
    assert email.lower() not in password.lower()


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("anna@example.com", "a***a@example.com"),
        ("bob@example.com", "b***b@example.com"),
        ("bo@example.com", "b***@example.com"),
        ("b@example.com", "b***@example.com"),
    ],
)
def test_an_address_is_shown_masked(email: str, shown: str) -> None:
    assert masked(email) == shown


@patient
@given(emails)
def test_a_mask_shows_two_signs_at_most_and_the_domain(email: str) -> None:
    local, _, domain = masked(email).partition("@")
    assert domain == "example.com"
    assert len(local) <= 5
    assert local.startswith(email[0] + "***")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537 Chrome/126.0 Mobile Safari/537", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Dart/3.4 (dart:io)", "App"),
        ("curl/8.5.0", "curl"),
        ("something new", "something new"),
        ("", "unknown"),
    ],
)
def test_a_device_is_called_what_a_person_would_call_it(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


@patient
@given(st.text())
def test_every_device_has_a_name_that_fits(user_agent: str) -> None:
    assert 0 < len(device_name(user_agent)) <= 100
