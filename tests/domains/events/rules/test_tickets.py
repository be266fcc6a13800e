"""Tickets and commitments, as the example in docs/places.md has them."""

import hashlib
import hmac

import pytest

from guildhall.domains.events.rules import commitment, ticket

SEED = bytes.fromhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")


def test_the_example() -> None:
    assert commitment(SEED) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    assert ticket(SEED, 7, 42) == "6fcb749bc5c17f362ba84256d2002eedf927f8b9035e5db156c37ee98e4a2dc8"
    assert ticket(SEED, 7, 43) == "16dadaafad912807003ed8d4b68a5ee3e1c7a2e588c9cc79d0ad1f9857327951"


def test_a_ticket_is_the_hmac_of_event_and_member_in_decimals() -> None:
    assert ticket(SEED, 12, 345) == hmac.digest(SEED, b"12:345", hashlib.sha256).hex()
    assert ticket(SEED, 1, 23) != ticket(SEED, 12, 3)


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ticket(seed, 7, 42)
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(seed)
