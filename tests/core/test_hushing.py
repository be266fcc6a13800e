"""Addresses as they may be written down."""

import secrets

import jwt
import pytest

from guildhall.core.hushing import hushed


def test_a_key_in_a_path_is_left_out() -> None:
    assert hushed(f"/calendar/{secrets.token_urlsafe(32)}.ics?lang=sv") == "/calendar/***.ics?lang=sv"


def test_a_mailed_token_in_a_query_is_left_out() -> None:
    token = jwt.encode({"sub": "7", "kind": "cars.confirmed", "aud": "unsubscribe"}, "k" * 40, "HS256")
    assert hushed(f"/notifications/unsubscribe?token={token}") == "/notifications/unsubscribe?token=***.***.***"


@pytest.mark.parametrize(
    "address", ["/car/17", "/event-signup/me-signup/4711", "/users/search/?name=%C3%85berg&limit=20"]
)
def test_any_other_address_stays_as_it_is(address: str) -> None:
    assert hushed(address) == address
