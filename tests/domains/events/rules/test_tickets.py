"""Tickets and commitments, as the example in docs/places.md has them."""

import hashlib
import hmac
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from guildhall.domains.events.rules import commitment, ticket

PAGE = Path(__file__).parents[4] / "docs/places.md"
SEED = bytes.fromhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")


def test_the_example() -> None:
    assert commitment(SEED) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    assert ticket(SEED, 7, 42) == "6fcb749bc5c17f362ba84256d2002eedf927f8b9035e5db156c37ee98e4a2dc8"
    assert ticket(SEED, 7, 43) == "16dadaafad912807003ed8d4b68a5ee3e1c7a2e588c9cc79d0ad1f9857327951"


def test_a_ticket_is_the_hmac_of_event_and_member_in_decimals() -> None:
    assert ticket(SEED, 12, 345) == hmac.digest(SEED, b"12:345", hashlib.sha256).hex()
    assert ticket(SEED, 1, 23) != ticket(SEED, 12, 3)


def test_the_commands_for_doing_it_by_hand_print_what_the_page_says() -> None:
    if missing := [tool for tool in ("sh", "openssl", "xxd") if not shutil.which(tool)]:
        pytest.skip(f"{', '.join(missing)} is not here")
    by_hand = PAGE.read_text().split("### By hand")[1]
    commands, printed = re.findall(r"```(?:sh|text)\n(.*?)```", by_hand, re.DOTALL)
    shell = subprocess.run(["sh", "-e"], input=commands, capture_output=True, text=True, check=True)
    assert shell.stdout == printed


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ticket(seed, 7, 42)
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(seed)
